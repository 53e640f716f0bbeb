//! Providers: the platforms, employers and institutions that data can be read from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{datapoint::Datapoint, wire_enum::wire_enum};

/// A provider's stable name: 2 to 64 lower-case letters, digits and underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ProviderId(Box<str>);

impl ProviderId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no provider id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a provider id has 2 to 64 lower-case letters, digits and underscores")]
pub struct ProviderIdError;

impl FromStr for ProviderId {
    type Err = ProviderIdError;

    fn from_str(text: &str) -> Result<Self, ProviderIdError> {
        let valid = (2..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if valid { Ok(Self(text.into())) } else { Err(ProviderIdError) }
    }
}

impl<'de> Deserialize<'de> for ProviderId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

wire_enum! {
    /// How well a provider can be reached at present.
    ProviderHealth {
        /// As it should be.
        Up = "UP",
        /// It works, but fails often.
        Degraded = "DEGRADED",
        /// It does not work.
        Down = "DOWN",
    }
}

wire_enum! {
    /// What sort of organisation a provider is.
    #[expect(missing_docs, reason = "the variants are the contract's, and `label` says what they mean")]
    ProviderType {
        Gig = "GIG",
        Government = "GOVERNMENT",
        System = "SYSTEM",
        Employer = "EMPLOYER",
        Credential = "CREDENTIAL",
    }
}

impl ProviderType {
    /// The contract's words for it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Gig => "Gig Platform",
            Self::Government => "Govt Service",
            Self::System => "System",
            Self::Employer => "Employer",
            Self::Credential => "Credential",
        }
    }
}

wire_enum! {
    /// The finer sort: a line of business, for employers a section of ISIC (Rev. 4, United Nations 2008).
    #[expect(missing_docs, reason = "the variants are the contract's, and `label` says what they mean")]
    ProviderSubType {
        Services = "SERVICES",
        Transportation = "TRANSPORTATION",
        Sharing = "SHARING",
        Trading = "TRADING",
        Insurance = "INSURANCE",
        Hris = "HRIS",
        Payroll = "PAYROLL",
        Wallet = "WALLET",
        Identification = "IDENTIFICATION",
        IsicC = "ISIC-C",
        IsicG = "ISIC-G",
        IsicH = "ISIC-H",
        IsicI = "ISIC-I",
        IsicJ = "ISIC-J",
        IsicK = "ISIC-K",
        IsicN = "ISIC-N",
        IsicP = "ISIC-P",
        IsicQ = "ISIC-Q",
    }
}

impl ProviderSubType {
    /// The contract's words for it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Services => "Professional Services",
            Self::Transportation => "Transport and Delivery",
            Self::Sharing => "Asset Sharing",
            Self::Trading => "Online Selling",
            Self::Insurance => "Social Insurance",
            Self::Hris => "Human Resource Information System",
            Self::Payroll => "Payroll System",
            Self::Wallet => "Tamper-proof document issuance & verification systems",
            Self::Identification => "Identification",
            Self::IsicC => "Manufacturing",
            Self::IsicG => "Wholesale and retail trade; repair of motor vehicles and motorcycles",
            Self::IsicH => "Transportation and storage",
            Self::IsicI => "Accommodation and food service activities",
            Self::IsicJ => "Information and communication",
            Self::IsicK => "Financial and insurance activities",
            Self::IsicN => "Administrative and support service activities",
            Self::IsicP => "Education",
            Self::IsicQ => "Human health and social work activities",
        }
    }
}

/// A provider of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are the contract's independent marks, not states")]
pub struct Provider {
    /// Its stable name.
    pub id: ProviderId,
    /// What people call it.
    pub name: String,
    /// Its full name.
    pub long_name: String,
    /// ISO 3166 alpha-2; `None` when it serves many countries.
    pub country: Option<String>,
    /// What sort of organisation it is.
    pub provider_type: ProviderType,
    /// Its line of business.
    pub sub_type: ProviderSubType,
    /// Whether it can be used now.
    pub active: bool,
    /// Whether signing in asks for a code.
    pub mfa: bool,
    /// Whether accounts can be connected (else: uploads only).
    pub account_connection: bool,
    /// What can be read from it, in the order of [`Datapoint::ALL`].
    pub supported: Vec<Datapoint>,
    /// Whether it can be read again without the person.
    pub monitor_supported: bool,
    /// How well it can be reached, as far as that is known beforehand.
    pub health: ProviderHealth,
    /// The form that its sign-in needs.
    pub login: Vec<LoginField>,
}

/// One field of a provider's sign-in form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LoginField {
    /// The name under which the value is sent.
    pub name: String,
    /// What the field is.
    pub kind: LoginFieldKind,
    /// What a login field takes; empty for other kinds.
    pub accepts: Vec<LoginName>,
    /// English label.
    pub label: String,
    /// Whether it must be filled.
    pub required: bool,
}

/// What a sign-in field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum LoginFieldKind {
    /// Names the person.
    Login,
    /// A secret.
    Password,
    /// Anything else that the provider asks for.
    Text,
}

/// What a login field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LoginName {
    /// An e-mail address.
    Email,
    /// A mobile number, with its country's code.
    Mobile,
    /// A name that the person once chose.
    Username,
    /// A social security number.
    SsNumber,
    /// The person's number at the employer.
    EmployeeNumber,
}
