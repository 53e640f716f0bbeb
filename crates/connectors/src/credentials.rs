//! What a person types into a sign-in form.

use std::{collections::BTreeMap, fmt};

use sahod_model::{
    ExposeSecret, Provider, SecretString,
    provider::{LoginField, LoginFieldKind},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

/// The values of a sign-in form by field name. Never printed, wiped from memory when dropped.
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<String, SecretString>);

/// Why a text is no credentials. Says nothing of what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("credentials are a JSON object of strings, each name once")]
pub struct CredentialsError;

impl Credentials {
    /// From field names and values; of a name given twice the last value counts.
    #[must_use]
    pub fn new(fields: impl IntoIterator<Item = (String, SecretString)>) -> Self {
        Self(fields.into_iter().collect())
    }

    /// From the JSON object that the widget encrypts: `{"login":"…","password":"…"}`.
    pub fn from_json(json: &[u8]) -> Result<Self, CredentialsError> {
        serde_json::from_slice(json).map_err(|_| CredentialsError)
    }

    /// The value of that field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretString> {
        self.0.get(name)
    }

    /// The fields that `provider`'s form requires and that are absent or blank, in the form's order.
    pub fn missing<'a>(&'a self, provider: &'a Provider) -> impl Iterator<Item = &'a LoginField> {
        provider.login.iter().filter(|field| {
            field.required
                && self.get(&field.name).is_none_or(|value| value.expose_secret().trim().is_empty())
        })
    }

    /// What names the person at `provider`, [normalised](normalise_login): two sign-ins with the same one are the
    /// same login. `None` when the form has no login field or it was left empty.
    #[must_use]
    pub fn login(&self, provider: &Provider) -> Option<SecretString> {
        let field = provider.login.iter().find(|field| field.kind == LoginFieldKind::Login)?;
        let login = normalise_login(self.get(&field.name)?.expose_secret());
        (!login.is_empty()).then(|| login.into())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl<'de> Deserialize<'de> for Credentials {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Credentials;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of strings")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Credentials, M::Error> {
                let mut fields = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    if fields.insert(name, SecretString::from(value)).is_some() {
                        return Err(serde::de::Error::custom("a name is given twice"));
                    }
                }
                Ok(Credentials(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// The one way to write a login name, so that the same login is recognised however it was typed.
///
/// Names with a letter or an `@` (e-mail addresses, user names, employee numbers) lose white space and become lower
/// case. All others are numbers (mobile, social security) and keep their digits only: `(+63) 955-999 1234` becomes
/// `639559991234`. A number without its country code stays without: nothing here could know the country.
#[must_use]
pub fn normalise_login(login: &str) -> String {
    let text: String = login.chars().filter(|c| !c.is_whitespace()).collect();
    if text.contains('@') || text.chars().any(char::is_alphabetic) {
        text.to_lowercase()
    } else {
        text.chars().filter(char::is_ascii_digit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_the_same_however_it_is_typed() {
        let table = [
            ("gpalomero1234@smileapi.io", "gpalomero1234@smileapi.io"),
            ("  GPalomero1234@SmileAPI.io ", "gpalomero1234@smileapi.io"),
            ("+639559991234", "639559991234"),
            ("639559991234", "639559991234"),
            ("(+63) 9559991234", "639559991234"),
            ("+63 955-999-1234", "639559991234"),
            ("+63.955.999.1234", "639559991234"),
            ("(+65)\u{a0}9999 6789", "6599996789"),
            ("33-0000000-8", "3300000008"),
            ("3300000008", "3300000008"),
            ("EMP-123456", "emp-123456"),
            ("GPalomero1234", "gpalomero1234"),
            ("  ", ""),
            ("()+-", ""),
        ];
        for (typed, expected) in table {
            assert_eq!(normalise_login(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn credentials_print_nothing() {
        let credentials = Credentials::from_json(br#"{"login":"someone","password":"hunter2"}"#).unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials");
        assert_eq!(credentials.get("password").unwrap().expose_secret(), "hunter2");
    }

    #[test]
    fn only_an_object_of_strings_is_credentials() {
        let faulty: [&[u8]; 6] =
            [b"", b"[]", b"\"x\"", br#"{"login":1}"#, br#"{"login":null}"#, br#"{"a":"1","a":"2"}"#];
        for json in faulty {
            assert_eq!(Credentials::from_json(json).unwrap_err(), CredentialsError);
        }
    }
}
