//! What passes between a person and a data source while an account is being linked.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{money::Currency, time::Timestamp};

/// Something that the source asks of the person before it lets them in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// Names this prompt within its link attempt.
    pub id: String,
    /// What is asked.
    #[serde(flatten)]
    pub question: Question,
    /// From when on it can be sent again; null: it cannot.
    pub resend_at: Option<Timestamp>,
    /// When the answer is too late.
    pub expires_at: Timestamp,
}

/// What is asked of a person. Made by one function for each kind, so that each has what it needs and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// What is asked for. Each kind uses some of the fields below; the others are null.
    kind: PromptKind,
    /// How the code was sent, or where an approval is given.
    channel: Option<PromptChannel>,
    /// Where the code went, masked; for an approval, what the device is called.
    sent_to: Option<String>,
    /// How many characters the code has, where that is known.
    length: Option<u8>,
    /// The source's own question, for kind `QUESTION`.
    #[serde(rename = "question")]
    text: Option<String>,
    /// The ways to get a code, for kind `CHOICE`. The answer is the `id` of one of them.
    options: Option<Vec<PromptOption>>,
    /// The picture with characters, for kind `CAPTCHA`: a `data:` address.
    picture: Option<String>,
    /// The source's own page, for kind `REDIRECT`.
    url: Option<String>,
    /// What the source's own page sends back with the person.
    #[serde(skip)]
    state: Option<String>,
}

impl Question {
    const fn of(kind: PromptKind) -> Self {
        Self {
            kind,
            channel: None,
            sent_to: None,
            length: None,
            text: None,
            options: None,
            picture: None,
            url: None,
            state: None,
        }
    }

    /// A code that was sent by `channel`, to a place that is shown masked; `length` in characters.
    #[must_use]
    pub fn code(channel: PromptChannel, sent_to: Option<String>, length: Option<u8>) -> Self {
        Self { channel: Some(channel), sent_to, length, ..Self::of(PromptKind::Code) }
    }

    /// The code that the person's authenticator shows.
    #[must_use]
    pub fn authenticator(length: u8) -> Self {
        Self { length: Some(length), ..Self::of(PromptKind::Authenticator) }
    }

    /// How the code is to be sent; the answer is the id of an option.
    #[must_use]
    pub fn choice(options: Vec<PromptOption>) -> Self {
        Self { options: Some(options), ..Self::of(PromptKind::Choice) }
    }

    /// A question that the person once chose, in the source's own words.
    #[must_use]
    pub fn security(text: String) -> Self {
        Self { text: Some(text), ..Self::of(PromptKind::Question) }
    }

    /// To say yes on another device, which may be named.
    #[must_use]
    pub fn approval(device: Option<String>) -> Self {
        Self { channel: Some(PromptChannel::App), sent_to: device, ..Self::of(PromptKind::Approval) }
    }

    /// To read the characters in a picture: a `data:` address of a PNG.
    #[must_use]
    pub fn captcha(picture: String) -> Self {
        Self { picture: Some(picture), ..Self::of(PromptKind::Captcha) }
    }

    /// To go on at the source's own page, which sends `state` back with the person.
    #[must_use]
    pub fn redirect(url: String, state: String) -> Self {
        Self { url: Some(url), state: Some(state), ..Self::of(PromptKind::Redirect) }
    }

    /// What kind of question it is.
    #[must_use]
    pub const fn kind(&self) -> PromptKind {
        self.kind
    }

    /// The source's own page, of a [redirect](PromptKind::Redirect).
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// What that page sends back with the person.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// What a prompt asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PromptKind {
    /// A one-time code that was sent.
    Code,
    /// A code that the person's authenticator shows.
    Authenticator,
    /// How to get the code.
    Choice,
    /// The answer to a question that the person once chose.
    Question,
    /// To say yes on another device.
    Approval,
    /// The characters in a picture.
    Captcha,
    /// To go on at the source's own page.
    Redirect,
}

impl PromptKind {
    /// Whether the person answers here; else the answer comes from elsewhere.
    #[must_use]
    pub const fn is_answered_here(self) -> bool {
        !matches!(self, Self::Approval | Self::Redirect)
    }
}

/// How a code reaches the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PromptChannel {
    /// Text message.
    Sms,
    /// E-mail.
    Email,
    /// A call that says the code.
    Voice,
    /// The provider's app.
    App,
}

/// One of the ways to get a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptOption {
    /// What to answer with.
    pub id: String,
    /// How the code would travel.
    pub channel: PromptChannel,
    /// Where to, masked.
    pub sent_to: Option<String>,
}

/// A person of the sandbox, shown to developers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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
