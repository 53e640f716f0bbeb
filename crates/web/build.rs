//! Says in one line what is missing when the user interface has not been built yet.

use std::path::Path;

fn main() {
    for folder in ["sdk", "wink", "docs"] {
        let built = Path::new("../../ui/dist").join(folder);
        println!("cargo::rerun-if-changed={}", built.display());
        if !built.is_dir() {
            println!("cargo::error=the user interface is not built: run `make ui` first");
        }
    }
    println!("cargo::rerun-if-changed=../../docs");
}
