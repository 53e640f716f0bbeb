//! Links between the project's own documents: the file has to exist, and the heading in it.

use std::path::Path;

use super::files::File;

pub(super) fn check(root: &Path, files: &[File]) -> Vec<String> {
    let exists = |path: &str| root.join(path).exists();
    files
        .iter()
        .filter(|file| file.ends_with(&[".md"]))
        .flat_map(|file| in_file(file, files, &exists))
        .collect()
}

fn in_file(file: &File, files: &[File], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, target) in targets(&file.text) {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let (path, heading) =
            target.split_once('#').map_or((target, None), |(path, rest)| (path, Some(rest)));
        let path = if path.is_empty() { Some(file.path.clone()) } else { resolve(&file.path, path) };
        let fault = match path {
            Some(path) if exists(&path) => {
                let document = files.iter().find(|other| other.path == path && other.ends_with(&[".md"]));
                let missing = document
                    .zip(heading)
                    .is_some_and(|(document, heading)| !headings(&document.text).any(|slug| slug == heading));
                missing.then_some("no such heading")
            }
            Some(_) => Some("no such file"),
            None => Some("leads out of the project"),
        };
        if let Some(fault) = fault {
            faults.push(format!("{}:{number}: {target}: {fault}", file.path));
        }
    }
    faults
}

/// Line number and target of every inline link outside code.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        // Odd pieces lie between backticks.
        for piece in line.split('`').step_by(2) {
            for (start, _) in piece.match_indices("](") {
                let rest = &piece[start + 2..];
                if let Some(end) = rest.find([')', ' ']) {
                    found.push((number, &rest[..end]));
                }
            }
        }
    }
    found
}

/// The lines outside fenced code, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// The anchors of a document's headings, as code forges make them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        title
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            })
            .collect()
    })
}

/// `path` as seen from the file `from`; `None` when it climbs out of the project.
fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let files = [
            File { path: "docs/a.md".into(), text: text.into() },
            File {
                path: "B.md".into(),
                text: "# One\n## Two words, and `code`\n```\n# not one\n```\n".into(),
            },
        ];
        in_file(&files[0], &files, &|path| ["docs/a.md", "B.md", "crates"].contains(&path))
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let text = "# Here\n[a](#here) [b](../B.md#two-words-and-code) [c](../crates/) [d](https://example.com/x#y) `[e](no)`";
        assert_eq!(faults(text), Vec::<String>::new());
        assert_eq!(faults("```\n[x](nowhere.md)\n```"), Vec::<String>::new());
    }

    #[test]
    fn links_that_lead_nowhere_are_named_with_their_line() {
        assert_eq!(faults("\n[a](gone.md)"), ["docs/a.md:2: gone.md: no such file"]);
        assert_eq!(faults("[a](../B.md#not-one)"), ["docs/a.md:1: ../B.md#not-one: no such heading"]);
        assert_eq!(faults("[a](../../x)"), ["docs/a.md:1: ../../x: leads out of the project"]);
    }
}
