//! What people are linked with.

use std::sync::Arc;

use super::{health::Tracker, registry::Registry};
use crate::{
    Slots, organisations::Organisations, people::People, sandbox::Sandbox, services::Services,
    sources::Sources,
};

/// Use cases of linking.
#[derive(Clone)]
pub struct Linking {
    pub(super) services: Arc<Services>,
    pub(super) organisations: Organisations,
    pub(super) people: People,
    pub(super) sources: Sources,
    pub(super) sandbox: Sandbox,
    pub(super) attempts: Arc<Registry>,
    /// One for each attempt that runs on this node.
    pub(super) slots: Arc<Slots>,
    pub(super) health: Arc<Tracker>,
}

impl Linking {
    pub(crate) fn new(
        services: &Arc<Services>,
        organisations: &Organisations,
        people: &People,
        sources: &Sources,
        sandbox: &Sandbox,
    ) -> Self {
        Self {
            services: Arc::clone(services),
            organisations: organisations.clone(),
            people: people.clone(),
            sources: sources.clone(),
            sandbox: sandbox.clone(),
            attempts: Arc::default(),
            slots: Arc::new(Slots::new(services.config.max_links, services.config.link_limits.at_once)),
            health: Arc::default(),
        }
    }

    /// Ends the attempt of that account, if one runs here.
    pub(crate) fn cancel(&self, account: &sahod_model::AccountId) {
        self.attempts.cancel(account);
    }
}
