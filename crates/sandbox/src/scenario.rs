//! People of a tenant's own in the sandbox: whose data they have, under which name, and how it all plays out.

use sahod_model::{Date, item::Identity};
use serde::{Deserialize, Serialize};

use crate::{
    people::{PROFILES, Profile},
    script::Script,
};

/// A test person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "SandboxPersonName")]
pub enum PersonName {
    /// George Palomero Jr., of the Philippines.
    George,
    /// Ryan Lestari, of Indonesia.
    Ryan,
    /// Christina Tan, of Singapore.
    Christina,
    /// Anisha Bhatia, of India.
    Anisha,
}

impl PersonName {
    /// All four, in the order of the test people.
    pub const ALL: [Self; 4] = [Self::George, Self::Ryan, Self::Christina, Self::Anisha];

    pub(super) const fn profile(self) -> &'static Profile {
        &PROFILES[self as usize]
    }
}

/// What somebody who is let in gets: a test person's data, as the script says, perhaps under another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scenario {
    /// Whose data it is.
    pub person: PersonName,
    /// What the identity says instead.
    pub identity: ScenarioIdentity,
    /// How it plays out.
    pub script: Script,
}

/// What an identity says instead of the test person's; `None`: the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(rename = "SandboxIdentity")]
pub struct ScenarioIdentity {
    /// Full name. Without it, the parts of the name stay as they are.
    pub full_name: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Date of birth.
    pub dob: Option<Date>,
    /// E-mail.
    pub email: Option<String>,
    /// Mobile number (E.164).
    pub mobile: Option<String>,
}

impl ScenarioIdentity {
    /// Writes what is different over a test person's identity.
    pub(super) fn write_over(&self, identity: &mut Identity) {
        if let Some(full_name) = &self.full_name {
            identity.full_name.clone_from(full_name);
            identity.middle_name = None;
            identity.suffix = None;
        }
        for (from, to) in
            [(&self.first_name, &mut identity.first_name), (&self.last_name, &mut identity.last_name)]
        {
            if from.is_some() || self.full_name.is_some() {
                to.clone_from(from);
            }
        }
        if self.dob.is_some() {
            identity.dob = self.dob;
        }
        if let (Some(email), Some(first)) = (&self.email, identity.emails.first_mut()) {
            first.address = Some(email.clone());
        }
        if let (Some(mobile), Some(first)) = (&self.mobile, identity.phones.first_mut()) {
            first.number = Some(mobile.clone());
        }
    }
}
