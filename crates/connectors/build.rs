//! Embeds every `providers/<id>/manifest.yaml`, so that the binary carries its catalogue with it.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?;
    let providers = Path::new(&here).join("../../providers").canonicalize()?;
    println!("cargo::rerun-if-changed={}", providers.display());
    let mut folders: Vec<PathBuf> =
        fs::read_dir(&providers)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let mut list = String::from("&[\n");
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let manifest = folder.join("manifest.yaml");
        writeln!(list, "    ({name:?}, include_str!({:?})),", manifest.display().to_string())?;
    }
    list.push(']');
    let target = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&target).join("manifests.rs"), list)?;
    Ok(())
}
