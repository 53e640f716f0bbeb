//! `cargo xtask documents`: the descriptions of APIs that are kept as files, because something else is generated from them.
//!
//! Making them is behind the feature `documents`: it needs the whole API, which the daily checks should not have to build.

use std::path::Path;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only say whether the files are as they would be written.
    #[arg(long)]
    check: bool,
}

#[cfg(feature = "documents")]
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Vec<String> {
    /// Where the description of the Link API is kept; `ui/package.json` names it, too.
    const LINK_API: &str = "docs/link-api.json";

    let wanted = sahod_api::link_api_document();
    let path = root.join(LINK_API);
    if arguments.check {
        let is_current = std::fs::read_to_string(path).is_ok_and(|kept| kept == wanted);
        let stale = || format!("{LINK_API} is not what the code says: run `make generated`");
        return (!is_current).then(stale).into_iter().collect();
    }
    match std::fs::write(path, wanted) {
        Ok(()) => Vec::new(),
        Err(error) => vec![format!("cannot write {LINK_API}: {error}")],
    }
}

/// Builds this program with the API, as the tests have it built already, and hands over.
#[cfg(not(feature = "documents"))]
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Vec<String> {
    use std::process::Command;

    let run = |command: &mut Command| match command.current_dir(root).status() {
        Ok(status) if status.success() => Vec::new(),
        Ok(_) => vec!["cargo failed, or a file is out of date; see above".to_owned()],
        Err(error) => vec![format!("cannot run {}: {error}", command.get_program().display())],
    };
    let this = match std::env::current_exe() {
        Ok(this) => this,
        Err(error) => return vec![format!("cannot find this program: {error}")],
    };
    let build = "build --quiet --workspace --all-features --bin xtask";
    let faults = run(Command::new(env!("CARGO")).args(build.split(' ')));
    if !faults.is_empty() {
        return faults;
    }
    run(Command::new(this).arg("documents").args(arguments.check.then_some("--check")))
}
