//! The page is embedded, so it has to be built first. Says so in one line instead of a macro's many.

use std::path::Path;

fn main() {
    let page = Path::new("../../ui/dist/demo");
    println!("cargo::rerun-if-changed={}", page.display());
    if !page.join("index.html").is_file() {
        println!("cargo::error=the demo page is not built: run \"make ui\" first");
    }
}
