//! Consents: what a person agrees to when they share something, kept word for word in its version.

use sahod_model::{ConsentId, Datapoint, SourceId, Timestamp};
use sahod_store::Consent;

use super::People;
use crate::{Fault, Session};

impl People {
    /// What is wrong with the version of the wording that the person is said to have seen.
    pub(crate) fn consent_fault(&self, version: &str) -> Option<Fault> {
        let shown = &self.services.config.consent.version;
        let detail = || format!("must be the version that the session shows, {shown}");
        (version != shown).then(|| Fault::new("consentVersion", detail()))
    }

    /// What the session's person agrees to now, for data of those kinds of that source.
    pub(crate) fn consent(
        &self,
        session: &Session,
        source_id: SourceId,
        datapoints: Vec<Datapoint>,
        continuous: bool,
        agreed_at: Timestamp,
    ) -> Consent {
        let config = &self.services.config.consent;
        Consent {
            id: ConsentId::new(self.services.clock.as_ref(), self.services.random.as_ref()),
            user_id: session.user_id.clone(),
            source_id,
            version: config.version.clone(),
            purpose: config.purpose.clone(),
            datapoints,
            continuous,
            retention_days: config.retention_days,
            agreed_at,
        }
    }
}
