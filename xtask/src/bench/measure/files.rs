//! The program that is measured, and folders for what it writes.

use std::path::{Path, PathBuf};

use super::failure::Failure;

/// The program, built beside this one.
pub(super) fn program() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?.with_file_name("sahod");
    if program.exists() { Ok(program) } else { Err(format!("{}: not built", program.display()).into()) }
}

/// A new folder for one measurement, below `target`; gone when dropped.
pub(super) fn scratch(root: &Path) -> Result<tempfile::TempDir, Failure> {
    let parent = root.join("target/tmp");
    std::fs::create_dir_all(&parent)?;
    Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(parent)?)
}
