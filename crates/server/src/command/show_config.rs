//! `sahod config`

use figment::{Figment, Profile, Provider as _, Source, value::Value};

use crate::{
    config::{Config, ConfigFile, figment},
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
    let figment = figment(Config::default(), Some(file.path()));
    let values = figment.data()?;
    let sections = values.get(&Profile::Default).cloned().unwrap_or_default();
    for (section, keys) in sections {
        let Value::Dict(_, keys) = keys else { continue };
        for (key, value) in keys {
            show(&figment, &format!("{section}.{key}"), &value);
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
fn show(figment: &Figment, path: &str, value: &Value) {
    let source = figment.find_metadata(path).map_or("default", |metadata| {
        if metadata.name.contains("environment") {
            "environment"
        } else if matches!(metadata.source, Some(Source::File(_))) {
            "file"
        } else {
            "default"
        }
    });
    let text = match value {
        Value::String(_, text) if path.ends_with("secret_access_key") && !text.is_empty() => {
            "[hidden]".to_owned()
        }
        Value::String(_, text) if text.starts_with("postgres") => "postgres://[hidden]".to_owned(),
        Value::String(_, text) => format!("{text:?}"),
        Value::Num(_, number) => {
            number.to_u128().map_or_else(|| format!("{number:?}"), |number| number.to_string())
        }
        Value::Bool(_, flag) => flag.to_string(),
        other => format!("{other:?}"),
    };
    println!("{path:<32} {text:<40} # {source}");
}
