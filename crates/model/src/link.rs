//! What passes between a person and a data source while an account is being linked.

use serde::Serialize;

use crate::{money::Currency, time::Timestamp};

/// Something that the source asks of the person before it lets them in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Names this prompt within its link attempt.
    pub id: String,
    /// What is asked for.
    pub kind: PromptKind,
    /// Where the code was sent.
    pub channel: PromptChannel,
    /// Where exactly, masked: all but the last digits hidden.
    pub sent_to: Option<String>,
    /// How many characters the answer has, when the source says so.
    pub length: Option<u8>,
    /// When the answer is too late.
    pub expires_at: Timestamp,
}

/// What a prompt asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PromptKind {
    /// A one-time code.
    Code,
}

/// How a code reaches the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PromptChannel {
    /// Text message.
    Sms,
    /// E-mail.
    Email,
}

/// A person of the sandbox, shown to developers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestPerson {
    /// Full name.
    pub name: &'static str,
    /// ISO 3166 alpha-2.
    pub country: &'static str,
    /// E-mail, one of the login names.
    pub email: &'static str,
    /// Mobile number (E.164), one of the login names.
    pub mobile: &'static str,
    /// Social-security number, the login name where the provider takes it.
    pub ss_number: Option<&'static str>,
    /// Password at every provider.
    pub password: &'static str,
    /// Code at every provider that asks for one.
    pub code: &'static str,
    /// Currency that the person is paid in.
    #[serde(skip)]
    pub currency: Currency,
}
