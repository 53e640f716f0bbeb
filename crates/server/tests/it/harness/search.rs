//! Looks for secrets where they must not be: as they are, in hexadecimal, and within base64, in any letter case.

use aho_corasick::AhoCorasick;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Secrets, each with its name.
pub(crate) struct Search {
    patterns: AhoCorasick,
    names: Vec<String>,
}

impl Search {
    pub(crate) fn new(secrets: &[(&str, &str)]) -> Self {
        let mut patterns = Vec::new();
        let mut names = Vec::new();
        for (name, secret) in secrets {
            assert!(secret.len() >= 8, "{name} could be there by chance");
            for (form, pattern) in forms(secret.as_bytes()) {
                patterns.push(pattern);
                names.push(format!("{name} ({form})"));
            }
        }
        let patterns = AhoCorasick::builder().ascii_case_insensitive(true).build(&patterns).unwrap();
        Self { patterns, names }
    }

    /// What of it is in there.
    pub(crate) fn find(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found: Vec<_> = self
            .patterns
            .find_overlapping_iter(bytes)
            .map(|hit| self.names[hit.pattern().as_usize()].as_str())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex: Vec<_> = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    // As `{:?}` of a slice writes it.
    let listed: Vec<String> = secret.iter().map(ToString::to_string).collect();
    let wide = secret.iter().flat_map(|byte| [*byte, 0]).collect();
    let mut forms = vec![
        ("as it is", secret.to_vec()),
        ("in hexadecimal", hex.concat().into_bytes()),
        ("as a list of bytes", listed.join(", ").into_bytes()),
        ("in UTF-16", wide),
    ];
    for skipped in 0..3 {
        // Within a longer text: what depends on the neighbours is cut off at both ends.
        let aligned = &secret[skipped..];
        let aligned = &aligned[..aligned.len() / 3 * 3];
        forms.push(("in base64", STANDARD_NO_PAD.encode(aligned).into_bytes()));
        forms.push(("in base64url", URL_SAFE_NO_PAD.encode(aligned).into_bytes()));
    }
    forms
}

#[test]
fn every_form_is_found() {
    let search = Search::new(&[("it", "a secret word")]);
    assert_eq!(search.find(b"nothing"), Vec::<&str>::new());
    assert_eq!(search.find(b"xx A SECRET word xx"), ["it (as it is)"]);
    assert_eq!(search.find(format!("{:?}", b"..a secret word").as_bytes()), ["it (as a list of bytes)"]);
    for before in ["", "1", "22"] {
        let text = URL_SAFE_NO_PAD.encode(format!("{before}a secret word and more"));
        assert!(search.find(text.as_bytes()).contains(&"it (in base64url)"), "{text}");
    }
}
