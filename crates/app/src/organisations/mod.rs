//! Tenants, and what they decide for themselves.
//!
//! Owns tenants and their settings, API keys and what those may do, allowed origins, and the templates that people see. Refuses to
//! know anybody's data: no person is found here.

mod api_keys;
mod consent_templates;
mod domain;
mod invite_templates;
mod known_keys;
mod origins;
mod tenants;
mod wink_templates;

pub use api_keys::{ApiKeyPair, KeyPurpose};
pub use consent_templates::NewConsentTemplate;
pub use domain::Organisations;
pub use origins::{Framing, MAX_ORIGINS};
