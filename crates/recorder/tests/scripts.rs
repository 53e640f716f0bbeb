//! The two scripts that pages are given, run where Node is at hand.

use std::process::Command;

#[test]
fn the_scripts_do_what_they_are_for() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scripts.test.mjs");
    match Command::new("node").args(["--test", file]).output() {
        Ok(output) => {
            let printed = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success(), "{printed}");
        }
        Err(error) => eprintln!("node is not at hand: {error}"),
    }
}
