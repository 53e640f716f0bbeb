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

/// What is known to be wrong: the check, and how its faults begin. Each goes when it is mended.
const KNOWN: &[(&str, &str)] = &[
    ("circles between files", "xtask/src/bench/"),
];

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
        let new = without_known(name, found, KNOWN);
        println!("{} {name}", if new.is_empty() { "ok  " } else { "FAIL" });
        faults.extend(new);
    }
    faults
}

/// The faults that are not known; what is known but no longer there is one.
fn without_known(check: &str, mut found: Vec<String>, known: &[(&str, &str)]) -> Vec<String> {
    let mut mended = Vec::new();
    for (_, beginning) in known.iter().filter(|(name, _)| *name == check) {
        let before = found.len();
        found.retain(|fault| !fault.starts_with(beginning));
        if found.len() == before {
            mended.push(format!(
                "xtask/src/check.rs: {check}: nothing is wrong in {beginning} any more; take it off the list"
            ));
        }
    }
    found.extend(mended);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_told_and_what_is_mended_is() {
        let found = |name: &str| {
            without_known(name, vec!["a/x: wrong".into(), "b: wrong".into()], &[("n", "a/"), ("n", "c/")])
        };
        assert_eq!(found("other").len(), 2);
        assert_eq!(found("n")[0], "b: wrong");
        assert!(found("n")[1].contains("nothing is wrong in c/ any more"));
    }
}
