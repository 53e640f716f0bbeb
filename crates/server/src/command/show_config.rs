//! `sahod config`

use toml::Value;

use crate::{
    config::{ConfigFile, Source, is_secret},
    failure::Failure,
};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Prints every key, its value, and where the value comes from. Secrets are hidden.
    Show(ConfigFile),
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Show(file) = command;
    file.load()?;
    let layers = file.layers()?;
    for (path, value, source) in layers.values() {
        show(&path, value, source);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
fn show(path: &str, value: &Value, source: Source) {
    let source = match source {
        Source::Default => "default",
        Source::File => "file",
        Source::Environment => "environment",
    };
    let text = match value {
        Value::String(text) if text.starts_with("postgres") => "postgres://[hidden]".to_owned(),
        Value::String(text) if is_secret(path) && !text.is_empty() && !text.starts_with("sqlite:") => {
            "[hidden]".to_owned()
        }
        Value::String(text) => format!("{text:?}"),
        other => other.to_string(),
    };
    println!("{path:<32} {text:<40} # {source}");
}
