//! The lists that `cargo xtask bench list` measures.

use super::{
    answer::Answer,
    failure::Failure,
    load,
    prepare::{LIST, Prepared, SIZE},
};

/// Which page of a user's list is the deep one.
const DEEP: usize = 5;

/// A list, and how its pages are asked for.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) paths: Vec<String>,
    /// Whether the limits hold for it.
    pub(super) limited: bool,
    pub(super) answer: Answer,
}

/// The lists that are measured. Requests go around all users, so that nothing is fast because it was just read.
pub(super) fn cases(prepared: &Prepared) -> Result<Vec<Case>, Failure> {
    let get = |path: &str| load::get(prepared.address, path, &prepared.headers);
    let first = prepared.first_pages();
    let mut deep = Vec::new();
    for path in &first {
        let mut path = path.clone();
        for _ in 1..DEEP {
            let cursor = get(&path)?.member("nextCursor").ok_or("a list is too short to have a deep page")?;
            path = format!("{LIST}cursor={cursor}");
        }
        deep.push(path);
    }
    let lists = [
        ("one user, first page", first, true),
        ("one user, fifth page", deep, true),
        ("whole tenant, first page", vec![format!("{LIST}size={SIZE}")], false),
    ];
    let mut cases = Vec::new();
    for (name, paths, limited) in lists {
        let answer = get(paths.first().ok_or("no users")?)?;
        if answer.items() != SIZE {
            return Err(format!("{name}: {} items", answer.items()).into());
        }
        cases.push(Case { name, paths, limited, answer });
    }
    Ok(cases)
}
