//! Where the values of the config come from: the defaults, the file over them, the environment over that.
//!
//! A value of the environment is what its key wants: where a text is wanted, it is taken as it stands.

use std::{collections::BTreeMap, ffi::OsString, path::Path};

use toml::{Table, Value};

use super::{Config, is_secret};

/// Environment variables begin with this; two underscores stand between a section and its key.
const PREFIX: &str = "SAHOD_";
/// Not of the config: variables of the commands that call a running server.
const OF_COMMANDS: [&str; 3] = ["KEY", "SECRET", "WEBHOOK_SECRET"];
/// Not of the config: variables of the tests.
const OF_TESTS: &str = "TEST";

/// Why a config cannot be used: every fault, one a line.
#[derive(Debug, thiserror::Error)]
#[error("the config cannot be used:\n{}", .0.iter().map(|fault| format!("  - {fault}")).collect::<Vec<_>>().join("\n"))]
pub(crate) struct ConfigError(pub(crate) Vec<String>);

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Default,
    File,
    Environment,
}

/// Values, each with its source, and what is wrong with the sources.
pub(crate) struct Layers {
    config: Config,
    values: Table,
    sources: BTreeMap<String, Source>,
    faults: Vec<String>,
}

impl Layers {
    /// The values of `base`, which others go over.
    pub(crate) fn over(base: &Config) -> Self {
        let (values, faults) = match Table::try_from(base) {
            Ok(values) => (values, Vec::new()),
            Err(error) => (Table::new(), vec![error.to_string()]),
        };
        Self { config: base.clone(), values, sources: BTreeMap::new(), faults }
    }

    /// The values of a file over these. One that is not there is a fault when it must be.
    pub(crate) fn file(mut self, file: &Path, must_be: bool) -> Self {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_be => return self,
            Err(error) => {
                self.faults.push(format!("the config file {}: {error}", file.display()));
                return self;
            }
        };
        match text.parse::<Table>() {
            Ok(sections) => self.sections(sections),
            Err(error) => {
                // Not the error's own text: it quotes the line, whatever is in it.
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                self.faults.push(format!("{}, line {line}: {}", file.display(), error.message()));
            }
        }
        self
    }

    fn sections(&mut self, sections: Table) {
        for (section, keys) in sections {
            let Value::Table(keys) = keys else {
                self.faults.push(format!("{section}: is no key of its own: it must be in a section"));
                continue;
            };
            for (key, value) in keys {
                self.set(&section, &key, value, Source::File);
            }
        }
    }

    /// The values of the environment over these.
    pub(crate) fn environment(self) -> Self {
        self.variables(std::env::vars_os())
    }

    fn variables(mut self, variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut variables: Vec<_> = variables
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value)))
            .filter(|(name, _)| !name.starts_with(OF_TESTS) && !OF_COMMANDS.contains(&name.as_str()))
            .collect();
        variables.sort();
        for (name, value) in variables {
            let path = name.to_lowercase();
            let Some((section, key)) = path.split_once("__") else {
                self.faults.push(format!("{PREFIX}{name} is no key: it must be {PREFIX}SECTION__KEY"));
                continue;
            };
            match value.into_string().ok().and_then(|text| self.wanted(section, key, text)) {
                Some(value) => self.set(section, key, value, Source::Environment),
                None => self.faults.push(format!("{section}.{key}: {}", self.must_be(section, key))),
            }
        }
        self
    }

    /// A text as what the key wants; `None` when it is not that.
    fn wanted(&self, section: &str, key: &str, text: String) -> Option<Value> {
        match self.value(section, key) {
            Some(Value::Integer(_)) => text.trim().parse().ok().map(Value::Integer),
            Some(Value::Float(_)) => text.trim().parse().ok().map(Value::Float),
            Some(Value::Boolean(_)) => text.trim().parse().ok().map(Value::Boolean),
            _ => Some(Value::String(text)),
        }
    }

    fn must_be(&self, section: &str, key: &str) -> &'static str {
        match self.value(section, key) {
            Some(Value::Integer(_)) => "must be a whole number",
            Some(Value::Float(_)) => "must be a number",
            Some(Value::Boolean(_)) => "must be true or false",
            _ => "must be a text",
        }
    }

    fn value(&self, section: &str, key: &str) -> Option<&Value> {
        self.values.get(section)?.get(key)
    }

    /// Puts a value over those that are there, if it fits: extracting all at once would end at the first that does not.
    fn set(&mut self, section: &str, key: &str, value: Value, source: Source) {
        let path = format!("{section}.{key}");
        let mut values = self.values.clone();
        let keys = values.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(keys) = keys {
            keys.insert(key.to_owned(), value);
        }
        match Config::deserialize_from(&values) {
            Ok(config) => {
                self.config = config;
                self.values = values;
                self.sources.insert(path, source);
            }
            // The error's own text quotes the value.
            Err(_) if is_secret(&path) => {
                self.faults.push(format!("{path}: {}", self.must_be(section, key)));
            }
            Err(error) => self.faults.push(format!("{path}: {}", error.message())),
        }
    }

    /// The same, for a place where nothing but the environment can be: it is a fault when that has nothing.
    pub(crate) fn that_say_something(self) -> Result<Self, ConfigError> {
        if !self.sources.is_empty() || !self.faults.is_empty() {
            return Ok(self);
        }
        let nothing = "there is no config: name a file with --config, go to the folder of its sahod.toml, or set \
                       SAHOD_SECTION__KEY variables";
        Err(ConfigError(vec![nothing.to_owned()]))
    }

    /// Everything that fits, and what is wrong with the rest.
    pub(crate) fn config_and_faults(self) -> (Config, Vec<String>) {
        let Self { config, mut faults, .. } = self;
        faults.extend(config.faults());
        (config, faults)
    }

    /// The config, if it can be used.
    pub(crate) fn config(self) -> Result<Config, ConfigError> {
        let (config, faults) = self.config_and_faults();
        if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults)) }
    }

    /// Every key with its value and source.
    pub(crate) fn values(&self) -> Vec<(String, &Value, Source)> {
        let mut values = Vec::new();
        for (section, keys) in &self.values {
            for (key, value) in keys.as_table().into_iter().flatten() {
                let path = format!("{section}.{key}");
                let source = self.sources.get(&path).copied().unwrap_or(Source::Default);
                values.push((path, value, source));
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(variables: &[(&str, &str)]) -> Layers {
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Layers::over(&Config::default()).variables(variables)
    }

    #[test]
    fn a_text_of_the_environment_is_taken_as_it_stands() {
        for text in
            ["12345", "[abc]", "true", "\"quoted\"", "'x'", "{a=1}", " blank ", "1e3", "a#b", "\\n", ""]
        {
            let layers = layers(&[("SAHOD_MAIL__PASSWORD", text), ("SAHOD_CONSENT__PURPOSE", text)]);
            assert_eq!(layers.faults, Vec::<String>::new(), "{text}");
            assert_eq!(layers.config.mail.password, text);
            assert_eq!(layers.config.consent.purpose.as_deref(), Some(text));
        }
        let read = layers(&[("SAHOD_SERVER__GRACE_MS", "99"), ("SAHOD_TLS__SELF_SIGNED", "true")]);
        assert_eq!((read.config.server.grace_ms, read.config.tls.self_signed), (99, true));
    }

    #[test]
    fn no_value_of_a_secret_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sahod.toml");
        for (text, told) in [
            ("[mail]\npassword = 987654321\n", "mail.password"),
            ("[mail]\npassword = [\"987654321\"]\n", "mail.password"),
            ("[files]\ns3_secret_access_key = 987654321\n", "files.s3_secret_access_key"),
            ("[storage]\n\ndatabase_url = 987654321\n", "storage.database_url"),
            ("[mail]\npassword = c987654321\n", "sahod.toml, line 2"),
            ("mail = 987654321", "mail"),
            ("[mail]\npasswort = \"987654321\"", "mail.passwort"),
        ] {
            std::fs::write(&file, text).unwrap();
            let faults = Layers::over(&Config::default()).file(&file, true).faults.join("\n");
            assert!(faults.contains(told), "{text}: {faults}");
            assert!(!faults.contains("987654321"), "{text}: {faults}");
        }
        for name in ["SAHOD_PASSWORD", "SAHOD_MAIL__PASSWORT", "SAHOD_MAIL"] {
            let faults = layers(&[(name, "987654321")]).faults.join("\n");
            assert!(!faults.is_empty() && !faults.contains("987654321"), "{name}: {faults}");
        }
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let missing = Path::new("/nowhere/sahod.toml");
        assert!(Layers::over(&Config::default()).file(missing, false).faults.is_empty());
        let faults = Layers::over(&Config::default()).file(missing, true).faults;
        assert!(faults[0].contains("/nowhere/sahod.toml"), "{faults:?}");
    }
}
