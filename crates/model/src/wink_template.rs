//! Wink templates: how the widget looks and behaves where the page that opens it does not say otherwise.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{ids::WinkTemplateId, provider::ProviderId, time::Timestamp, wire_enum::wire_enum};

/// A tenant's settings for the widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WinkTemplate {
    /// Its id.
    pub id: WinkTemplateId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What it sets.
    pub content: WinkContent,
}

/// What a Wink template sets. What is null is left to the page, and then to the widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WinkContent {
    /// The tenant's name for the template.
    #[schemars(length(min = 1, max = 64))]
    pub name: String,
    /// The language that the widget speaks; null: the browser's.
    pub language: Option<Language>,
    /// How the widget behaves.
    pub options: WinkOptions,
    /// How the widget looks.
    pub theme: WinkTheme,
}

wire_enum! {
    /// A language of the widget (BCP 47).
    Language {
        /// English.
        English = "en",
        /// Filipino.
        Filipino = "fil",
        /// Indonesian.
        Indonesian = "id",
        /// Chinese in simplified characters.
        SimplifiedChinese = "zh-Hans",
        /// Hindi.
        Hindi = "hi",
    }
}

/// The widget's options, by the names that pages know them by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WinkOptions {
    /// The providers that stand first, in this order.
    #[schemars(length(max = 10))]
    pub top_providers: Option<Vec<ProviderId>>,
    /// The only providers to choose from; with a single one there is no list.
    #[schemars(length(max = 150))]
    pub providers: Option<Vec<ProviderId>>,
    /// Whether providers can be searched for by name.
    pub enable_search_bar: Option<bool>,
    /// Whether providers can be narrowed down by type.
    pub enable_type_bar: Option<bool>,
    /// Whether documents can be handed over.
    pub enable_upload: Option<bool>,
    /// Whether a page about the consent comes first.
    pub enable_consent_page: Option<bool>,
    /// Who asks, in place of the organisation's name.
    #[schemars(length(min = 1, max = 200))]
    pub company_name: Option<String>,
}

/// The widget's colours and shapes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WinkTheme {
    /// The colour of buttons and of what is chosen.
    pub primary_color: Option<Color>,
    /// Where the picture of who asks is.
    #[schemars(url, length(min = 1, max = 200))]
    pub logo_url: Option<String>,
    /// Whether corners are round.
    pub rounded: Option<bool>,
}

/// A colour: red, green and blue. Written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// Why a text is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a colour written #rrggbb, such as #0a7d5c")]
pub struct ColorError;

impl FromStr for Color {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(ColorError)?;
        // The parser would take a sign as well.
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ColorError);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| ColorError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Serialize for Color {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Color {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Color {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Color".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits_after_a_hash() {
        assert_eq!("#0A7d5c".parse::<Color>().unwrap().to_string(), "#0a7d5c");
        for bad in ["", "#", "0a7d5c", "#0a7d5", "#0a7d5cc", "#+a7d5c", "#ééé", "#0a7d5g", "red", "#fff;x"]
        {
            assert_eq!(bad.parse::<Color>(), Err(ColorError), "{bad}");
        }
    }
}
