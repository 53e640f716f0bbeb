//! Every kind of job, with what handles it.

use std::sync::Arc;

use sahod_jobs::{Handler, Worker, WorkerConfig};

use crate::{
    App,
    delivery::TellSwitchedOff,
    documents::{DeleteExport, ReadArchive, TidyArchive},
    sandbox::MoveClock,
    sharing::{EraseIdleUsers, EraseSource, EraseUser, RevokeSource},
    sources::SyncAccount,
    upkeep::Sweep,
};

impl App {
    /// What runs the jobs.
    #[must_use]
    pub fn worker(&self, config: WorkerConfig) -> Worker {
        let services = self.services();
        Worker::new(services.store.clone(), Arc::clone(&services.clock), self.job_handlers(), config)
    }

    /// The handlers of every job that the use cases enqueue.
    fn job_handlers(&self) -> Vec<Box<dyn Handler>> {
        vec![
            Box::new(RevokeSource::new(self.sharing.clone())),
            Box::new(EraseSource::new(self.sharing.clone())),
            Box::new(EraseUser::new(self.sharing.clone())),
            Box::new(EraseIdleUsers::new(self.sharing.clone())),
            Box::new(SyncAccount::new(self.sources.clone())),
            Box::new(ReadArchive::new(self.documents.clone())),
            Box::new(TidyArchive::new(self.documents.clone())),
            Box::new(DeleteExport::new(self.documents.clone())),
            Box::new(TellSwitchedOff::new(self.delivery.clone())),
            Box::new(MoveClock::new(self.sandbox.clone())),
            Box::new(Sweep::new(self.upkeep.clone())),
        ]
    }
}
