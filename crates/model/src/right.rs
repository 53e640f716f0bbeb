//! What an API key may do.

use std::{fmt, str::FromStr};

use crate::wire_enum::wire_enum;

wire_enum! {
    /// One thing that an API key may be allowed to do.
    Right {
        /// To read what people shared, and what the tenant keeps.
        Read = "read",
        /// To make, change and end things, except for webhooks.
        Write = "write",
        /// To manage webhooks, and to see and repeat their deliveries.
        Webhooks = "webhooks",
    }
}

/// The rights of an API key. As text: their names, separated by commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights(u8);

impl Rights {
    /// Everything.
    pub const ALL: Self = Self(0b111);
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// The same rights and that one.
    #[must_use]
    pub const fn with(self, right: Right) -> Self {
        Self(self.0 | 1 << right as u8)
    }

    /// Whether that right is among them.
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        self.0 & 1 << right as u8 != 0
    }

    /// Each of them, in the order of [`Right::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |right| self.has(*right))
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, right) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(f, "{separator}{}", right.as_str())?;
        }
        Ok(())
    }
}

/// A text that does not name rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one or more of read, write and webhooks, separated by commas")]
pub struct NotRights;

impl FromStr for Rights {
    type Err = NotRights;

    fn from_str(text: &str) -> Result<Self, NotRights> {
        let add = |rights: Self, name: &str| Some(rights.with(Right::from_name(name.trim())?));
        text.split(',').try_fold(Self::NONE, add).ok_or(NotRights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_what_their_text_names() {
        for (text, named) in [
            ("read", vec![Right::Read]),
            ("webhooks, read", vec![Right::Read, Right::Webhooks]),
            ("read,write,webhooks", Right::ALL.to_vec()),
        ] {
            let rights: Rights = text.parse().unwrap();
            assert_eq!(rights.iter().collect::<Vec<_>>(), named, "{text}");
            assert_eq!(rights.to_string().parse(), Ok(rights), "{text}");
        }
        assert_eq!(Rights::ALL.to_string(), "read,write,webhooks");
        for text in ["", "all", "read,", "READ", "read;write"] {
            assert_eq!(text.parse::<Rights>(), Err(NotRights), "{text}");
        }
    }
}
