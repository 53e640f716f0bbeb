//! A source file beyond 400 lines is two rooms. Tests count too: they are read as often.

use super::files::File;

const LIMIT: usize = 400;

/// Files that may be longer, each with why.
const ALLOWED: &[(&str, &str)] = &[("ui/wink/src/api/types.ts", "it is generated from docs/link-api.json")];

pub(super) fn check(files: &[File]) -> Vec<String> {
    judge(files, ALLOWED)
}

fn judge(files: &[File], allowed: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(&[".rs", ".ts", ".svelte", ".mjs"])) {
        let lines = file.text.lines().count();
        let excused = allowed.iter().any(|(path, _)| *path == file.path);
        match (lines > LIMIT, excused) {
            (true, false) => {
                faults.push(format!(
                    "{}: {lines} lines, the limit is {LIMIT}: split it by what it does",
                    file.path
                ));
            }
            (false, true) => {
                faults.push(format!("{}: short enough again; take it off the list in xtask", file.path));
            }
            _ => {}
        }
    }
    for (path, reason) in allowed {
        if !files.iter().any(|file| file.path == *path) {
            faults.push(format!("{path}: allowed to be long ({reason}) but does not exist"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> File {
        File { path: path.into(), text: "line\n".repeat(lines) }
    }

    #[test]
    fn only_sources_are_counted_and_the_limit_itself_is_fine() {
        let files = [file("a.rs", 400), file("b.svelte", 401), file("c.md", 999)];
        let faults = judge(&files, &[]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("b.svelte: 401 lines"));
    }

    #[test]
    fn an_excuse_that_nobody_needs_is_a_fault() {
        let files = [file("a.rs", 10), file("b.rs", 500)];
        let faults = judge(&files, &[("a.rs", "was long"), ("b.rs", "a table"), ("gone.rs", "was long")]);
        assert_eq!(faults.len(), 2);
        assert!(faults[0].starts_with("a.rs: short enough"));
        assert!(faults[1].starts_with("gone.rs:"));
    }
}
