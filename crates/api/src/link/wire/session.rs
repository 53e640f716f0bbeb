//! A session, with what a widget has to know before it shows anything.

use sahod_app::{PublicJwk, TestInput};
use sahod_model::{
    Datapoint, Mode, Timestamp, UserId, WinkContent, WinkTemplate, WinkTemplateId, link::TestPerson,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::receipt::OrganisationWire;

/// A session of the widget, and what the widget has to know before it shows anything.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Session")]
pub(in crate::link) struct SessionWire<'a> {
    /// The token for every other request. It is shown only where the session starts; null later.
    pub(in crate::link) session_token: Option<&'a str>,
    /// When the session ends: when its link token would have, five hours after that was made. It ends earlier when the
    /// organisation resets the user.
    pub(in crate::link) expires_at: Timestamp,
    /// Whether people and data are made up (`SANDBOX`) or real.
    pub(in crate::link) mode: Mode,
    /// Whose session it is.
    pub(in crate::link) user_id: &'a UserId,
    /// Who asks for the data.
    pub(in crate::link) organisation: OrganisationWire<'a>,
    /// The Wink template that the page named; null without one, and also when there is none of that id or it was deleted.
    pub(in crate::link) template: Option<TemplateWire<'a>>,
    /// What the person is to agree to.
    pub(in crate::link) consent: ConsentWire<'a>,
    /// The key that everything secret is encrypted for.
    pub(in crate::link) encryption_key: PublicJwk,
    /// The people who can sign in in the sandbox; null in production.
    pub(in crate::link) test_people: Option<&'static [TestPerson]>,
    /// What else a developer can do in the sandbox; null in production.
    pub(in crate::link) sandbox: Option<SandboxWire>,
}

/// How the organisation wants the widget to look and behave. What its page sets in code counts more; what is null is left
/// to the widget.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Template")]
pub(in crate::link) struct TemplateWire<'a> {
    /// The template's id.
    id: &'a WinkTemplateId,
    #[serde(flatten)]
    content: &'a WinkContent,
}

impl<'a> From<&'a WinkTemplate> for TemplateWire<'a> {
    fn from(template: &'a WinkTemplate) -> Self {
        Self { id: &template.id, content: &template.content }
    }
}

/// What the person is to agree to.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Consent")]
pub(in crate::link) struct ConsentWire<'a> {
    /// Names the wording. Whatever is shared is sent with the version that the person agreed to.
    pub(in crate::link) version: &'a str,
    /// What the data is for; null: the widget says it in words of its own.
    pub(in crate::link) purpose: Option<&'a str>,
    /// The kinds of data that the person is asked for.
    pub(in crate::link) datapoints: Vec<Datapoint>,
    /// For how many days the data stays after it was last refreshed.
    pub(in crate::link) retention_days: u16,
    /// Whether some providers of this mode are read again every month until somebody ends it.
    pub(in crate::link) continuous: bool,
}

/// What a developer can do in the sandbox.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Sandbox")]
pub(in crate::link) struct SandboxWire {
    /// What can be typed as a test person's password, and what happens then.
    pub(in crate::link) inputs: Vec<TestInput>,
}
