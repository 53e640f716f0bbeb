//! Typed ids: `<prefix>-<32 lower-case hex>`, time-ordered (`UUIDv7`, RFC 9562), so that indexes stay local.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{clock::Clock, datapoint::Datapoint, random::Random};

/// Why a text is no id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id that starts with \"{0}-\" and ends in 32 hexadecimal digits")]
pub struct IdError(&'static str);

/// 32 hex digits that sort by the time they were made.
fn new_hex(clock: &dyn Clock, random: &dyn Random) -> String {
    uuid::Builder::from_unix_timestamp_millis(clock.now().as_millis(), &random.array())
        .into_uuid()
        .simple()
        .to_string()
}

fn is_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

macro_rules! prefixed_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        text_id!($(#[$doc])* $name);

        impl $name {
            /// What every such id starts with, before the dash.
            pub const PREFIX: &'static str = $prefix;

            /// A new id, later in order than every id made before this moment.
            #[must_use]
            pub fn new(clock: &dyn Clock, random: &dyn Random) -> Self {
                Self(format!("{}-{}", $prefix, new_hex(clock, random)).into())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                match text.split_once('-') {
                    Some(($prefix, hex)) if is_hex(hex) => Ok(Self(text.into())),
                    _ => Err(IdError($prefix)),
                }
            }
        }
    )*};
}

prefixed_id! {
    /// A person's link to one login at one provider.
    AccountId = "a";
    /// Files that were handed over to be read.
    ArchiveId = "u";
    /// One file of an archive.
    RawFileId = "f";
    /// A file that was made of an account's data.
    ExportId = "export";
    /// One reading of a source.
    TaskId = "task";
    /// A customer's subscription to events.
    WebhookId = "wh";
    /// One event, the same on every delivery try.
    EventId = "et";
    /// One try to deliver an event to a webhook.
    AttemptId = "at";
    /// A unit of background work; never leaves the system.
    JobId = "job";
    /// A link token (its `jti` claim).
    TokenId = "tok";
    /// The public half of an API key pair.
    ApiKeyId = "key";
    /// A consent text of a tenant's own.
    ConsentTemplateId = "ct";
    /// The wording of a tenant's invitations.
    InviteTemplateId = "ivt";
    /// An invitation of one person.
    InviteId = "iv";
    /// One change of an invite.
    InviteLogId = "ivl";
    /// What a person agreed to share from an account.
    ConsentId = "consent";
    /// A step of a person at the widget.
    StepId = "step";
    /// A look and wording of the widget.
    WinkTemplateId = "wtpl";
    /// Somebody whom a tenant made up for its sandbox.
    ScenarioId = "scn";
}

text_id! {
    /// A customer of this installation: 2 to 32 lower-case letters and digits. The prefix of its users' ids.
    TenantId
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        let valid = (2..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if valid { Ok(Self(text.into())) } else { Err(TenantIdError) }
    }
}

/// Why a text is no tenant id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tenant id has 2 to 32 lower-case letters and digits")]
pub struct TenantIdError;

text_id! {
    /// A person whose data is shared: `<tenant>-<32 hex>`.
    UserId
}

impl UserId {
    /// A new user of that tenant.
    #[must_use]
    pub fn new(tenant: &TenantId, clock: &dyn Clock, random: &dyn Random) -> Self {
        Self(format!("{tenant}-{}", new_hex(clock, random)).into())
    }
}

impl FromStr for UserId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('-') {
            Some((tenant, hex)) if tenant.parse::<TenantId>().is_ok() && is_hex(hex) => Ok(Self(text.into())),
            _ => Err(IdError("<tenant>")),
        }
    }
}

text_id! {
    /// One data point, with the prefix of its kind.
    ItemId
}

impl ItemId {
    /// A new id for a data point of that kind.
    #[must_use]
    pub fn new(kind: Datapoint, clock: &dyn Clock, random: &dyn Random) -> Self {
        Self(format!("{}-{}", kind.prefix(), new_hex(clock, random)).into())
    }

    /// Reads an id that must be of that kind.
    pub fn parse(kind: Datapoint, text: &str) -> Result<Self, IdError> {
        match text.split_once('-') {
            Some((prefix, hex)) if prefix == kind.prefix() && is_hex(hex) => Ok(Self(text.into())),
            _ => Err(IdError(kind.prefix())),
        }
    }
}

impl FromStr for ItemId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Datapoint::ALL.iter().find_map(|kind| Self::parse(*kind, text).ok()).ok_or(IdError("<kind>"))
    }
}

text_id! {
    /// Where data points came from: an account or an archive.
    SourceId
}

impl FromStr for SourceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('-') {
            Some(("a" | "u", hex)) if is_hex(hex) => Ok(Self(text.into())),
            _ => Err(IdError("a")),
        }
    }
}

impl From<&AccountId> for SourceId {
    fn from(account: &AccountId) -> Self {
        Self(account.0.clone())
    }
}

impl From<&ArchiveId> for SourceId {
    fn from(archive: &ArchiveId) -> Self {
        Self(archive.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::FixedClock, random::SeededRandom, time::Timestamp};

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let clock = FixedClock::new(Timestamp::from_micros(1_700_000_000_000_000));
        let random = SeededRandom::new(1);
        let first = AccountId::new(&clock, &random);
        clock.advance(std::time::Duration::from_millis(1));
        let second = AccountId::new(&clock, &random);
        assert!(first < second);
        assert_eq!(first.as_str().parse::<AccountId>().unwrap(), first);
    }

    #[test]
    fn an_id_of_another_kind_or_shape_is_refused() {
        let hex = "0".repeat(32);
        assert!(format!("t-{hex}").parse::<AccountId>().is_err());
        assert!(format!("a-{}", "G".repeat(32)).parse::<AccountId>().is_err());
        assert!(format!("a-{hex}0").parse::<AccountId>().is_err());
        assert!(format!("Demo-{hex}").parse::<UserId>().is_err());
        assert!(ItemId::parse(Datapoint::Transactions, &format!("i-{hex}")).is_err());
        assert!(ItemId::parse(Datapoint::Transactions, &format!("t-{hex}")).is_ok());
    }
}
