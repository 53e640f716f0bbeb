//! All use cases, by domain.

use std::sync::Arc;

use sahod_vault::MasterKey;

use crate::{
    AppConfig, Services, delivery::Delivery, documents::Documents, linking::Linking,
    organisations::Organisations, people::People, requests::Requests, sandbox::Sandbox, sharing::Sharing,
    sources::Sources, time_guard::TimeGuard, upkeep::Upkeep,
};

/// All use cases, by domain. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Domains>);

/// The domains. What they stand on is their own.
pub struct Domains {
    services: Arc<Services>,
    /// Calls to an API, whatever they are for.
    pub requests: Requests,
    /// Tenants, and what they decide for themselves.
    pub organisations: Organisations,
    /// The people whose data is asked for, and how they come in.
    pub people: People,
    /// What was read from accounts, and reading them.
    pub sources: Sources,
    /// Files, and what is read in them.
    pub documents: Documents,
    /// Events and webhooks.
    pub delivery: Delivery,
    /// What only exists in the sandbox.
    pub sandbox: Sandbox,
    /// Connecting accounts.
    pub linking: Linking,
    /// What people share, the proof of it, and its end.
    pub sharing: Sharing,
    /// What keeps an installation running.
    pub upkeep: Upkeep,
}

impl std::ops::Deref for App {
    type Target = Domains;

    fn deref(&self) -> &Domains {
        &self.0
    }
}

impl App {
    /// The use cases over those services. Whatever they hash, sign and seal for themselves is keyed by the master key.
    #[must_use]
    pub fn new(services: Services, master: &MasterKey) -> Self {
        let services = Arc::new(services);
        let requests = Requests::new(&services, master);
        let organisations = Organisations::new(&services, master);
        let people = People::new(&services, master);
        let time = Arc::new(TimeGuard::new(Arc::clone(&services.clock)));
        let sources = Sources::new(&services, &requests, &time);
        let documents = Documents::new(&services, &people, &sources, master);
        let delivery = Delivery::new(&services, &sources);
        let sandbox = Sandbox::new(&services);
        let linking = Linking::new(&services, &organisations, &people, &sources, &sandbox);
        let sharing = Sharing::new(&services, &sources, &documents, &linking, &time, master);
        let upkeep = Upkeep::new(&services, &time);
        Self(Arc::new(Domains {
            services,
            requests,
            organisations,
            people,
            sources,
            documents,
            delivery,
            sandbox,
            linking,
            sharing,
            upkeep,
        }))
    }

    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// What the operator decided.
    #[must_use]
    pub fn config(&self) -> &AppConfig {
        &self.services.config
    }
}
