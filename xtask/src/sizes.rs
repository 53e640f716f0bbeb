//! The weight of what is shipped. The browser side has its own budgets in `ui/scripts/size.mjs`.

use std::path::Path;

const LIMIT_MB: u64 = 60;

/// One fault when the release binary is missing or too heavy.
pub(crate) fn run(root: &Path) -> Vec<String> {
    let binary = root.join("target/release/sahod");
    match std::fs::metadata(&binary) {
        Ok(file) if file.len() >= LIMIT_MB * 1_000_000 => {
            vec![format!("target/release/sahod has {} bytes, the limit is {LIMIT_MB} MB", file.len())]
        }
        Ok(file) => {
            println!("ok   target/release/sahod: {} bytes, limit {LIMIT_MB} MB", file.len());
            Vec::new()
        }
        Err(error) => vec![format!("target/release/sahod: {error}; `make build` makes it")],
    }
}
