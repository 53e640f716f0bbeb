//! The project's own text files: what is written here, not what is built or fetched.

use std::{fs, io, path::Path};

/// A file's path from the root, with `/`, and its text.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// Whether its name ends with one of these, dot included.
    pub(super) fn ends_with(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

const SKIPPED: &[&str] = &["target", "node_modules", "dist", "test-output", "var"];
const ENDINGS: &[&str] = &[".rs", ".ts", ".svelte", ".mjs", ".css", ".md", ".sql", ".toml", ".yaml"];

/// Every such file below `root`, sorted by path.
pub(super) fn read(root: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    walk(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files)?;
        } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            files.push(File { path, text: fs::read_to_string(entry.path())? });
        }
    }
    Ok(())
}
