//! What somebody meant to come back to. An open end is an issue, not a comment; an exception to a lint is an
//! `expect` with its reason, which the compiler takes back when it is no longer needed.

use super::files::File;

/// Words, and what to do instead. In two halves, so that this file does not find itself.
const MARKS: &[(&str, &str, &str)] = &[
    ("TO", "DO", "finish it, or open an issue"),
    ("FIX", "ME", "fix it, or open an issue"),
    ("HA", "CK", "say why it has to be so, or do it well"),
];

/// The same for Rust, found anywhere in a line.
const IN_RUST: &[(&str, &str, &str)] = &[
    ("#[al", "low(", "use `expect` with a reason"),
    ("#![al", "low(", "use `expect` with a reason"),
    ("unimple", "mented!(", "write it"),
    ("to", "do!(", "write it"),
];

pub(super) fn check(files: &[File]) -> Vec<String> {
    files.iter().flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<String> {
    let rust = file.ends_with(&[".rs"]);
    let mut faults = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let words = MARKS.iter().filter(|(a, b, _)| has_word(line, &format!("{a}{b}")));
        let phrases = IN_RUST.iter().filter(|(a, b, _)| rust && line.contains(&format!("{a}{b}")));
        for (a, b, advice) in words.chain(phrases) {
            faults.push(format!("{}:{}: {a}{b}: {advice}", file.path, number + 1));
        }
    }
    faults
}

/// Whether `word` stands in `line` with no letter, digit or underscore beside it.
fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(start, _)| {
        !inside(line[..start].chars().next_back()) && !inside(line[start + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_count_and_parts_of_words_do_not() {
        let text =
            format!("// {}{}: later\nlet {}{}S = 1;\n{}{}(x)]", "TO", "DO", "TO", "DO", "#[al", "low(");
        let faults = check(&[File { path: "a.rs".into(), text: text.clone() }]);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("a.rs:1:"));
        assert!(faults[1].starts_with("a.rs:3:"));
        assert_eq!(check(&[File { path: "a.md".into(), text }]).len(), 1);
    }
}
