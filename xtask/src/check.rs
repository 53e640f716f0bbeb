//! The rules of the house that no compiler knows. Each check returns its faults, one line each, all of them at once.

mod acting;
mod circles;
mod code;
mod domains;
mod files;
mod leftovers;
mod lengths;
mod links;
mod repeats;
mod rooms;
mod table;
mod words;

use std::path::Path;

/// Runs every check and returns what is wrong.
pub(crate) fn run(root: &Path) -> Vec<String> {
    let files = match files::read(root) {
        Ok(files) => files,
        Err(error) => return vec![format!("cannot read the project's files: {error}")],
    };
    let (crates, unreadable) = code::read(&files);
    let checks = [
        ("Rust files", unreadable),
        ("rooms", rooms::check(root)),
        ("domains", domains::check(&files, &crates)),
        ("circles between files", circles::check(&crates)),
        ("who acts", acting::check(&crates)),
        ("names", words::check(&files, &crates)),
        ("repeats", repeats::check(&files, &crates)),
        ("file lengths", lengths::check(&files)),
        ("leftovers", leftovers::check(&files)),
        ("documentation links", links::check(root, &files)),
    ];
    let mut faults = Vec::new();
    for (name, found) in checks {
        println!("{} {name}", if found.is_empty() { "ok  " } else { "FAIL" });
        faults.extend(found);
    }
    faults
}
