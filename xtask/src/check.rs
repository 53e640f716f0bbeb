//! The rules of the house that no compiler knows. Each check returns its faults, one line each, all of them at once.

mod files;
mod leftovers;
mod lengths;
mod links;
mod rooms;

use std::path::Path;

/// Runs every check and returns what is wrong.
pub(crate) fn run(root: &Path) -> Vec<String> {
    let files = match files::read(root) {
        Ok(files) => files,
        Err(error) => return vec![format!("cannot read the project's files: {error}")],
    };
    let checks = [
        ("rooms", rooms::check(root)),
        ("file lengths", lengths::check(&files)),
        ("leftovers", leftovers::check(&files)),
        ("documentation links", links::check(root, &files)),
    ];
    for (name, faults) in &checks {
        println!("{} {name}", if faults.is_empty() { "ok  " } else { "FAIL" });
    }
    checks.into_iter().flat_map(|(_, faults)| faults).collect()
}
