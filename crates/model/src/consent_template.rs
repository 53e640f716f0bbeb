//! Consent templates: the texts with which a tenant asks people for their consent.

use crate::{ids::ConsentTemplateId, time::Timestamp};

/// One version of a tenant's own consent text. It never changes: a new wording is a new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentTemplate {
    /// Its id.
    pub id: ConsentTemplateId,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the consent is for, in the tenant's words. With the version, what tells it from the tenant's other texts.
    pub consent_type: String,
    /// What people see above the text.
    pub title: Option<String>,
    /// Names this wording among those of its type.
    pub version: String,
    /// How people agree, in the tenant's words.
    pub method: Option<String>,
    /// What people agree to.
    pub text: String,
}
