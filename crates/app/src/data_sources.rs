//! Where people's data comes from: the providers of each mode and what talks to them, and what reads documents.

use std::sync::Arc;

use sahod_connectors::{Catalogue, ManifestFaults, Manifests, live};
use sahod_documents::DocumentReaders;
use sahod_model::Mode;
use sahod_sandbox::{Pace, SampleReader, SandboxConnector};

/// Where people's data comes from.
#[derive(Debug)]
pub struct DataSources {
    pub(crate) catalogue: Catalogue,
    pub(crate) readers: DocumentReaders,
    /// The sandbox, for what only it has: scenarios and a sign-in page of its own.
    pub(crate) sandbox: Arc<SandboxConnector>,
}

impl DataSources {
    /// Those of the manifests that are built in, with a sandbox that takes its time by `pace`. Fails with all faults of all
    /// manifests at once, which only happens to a binary built without running the tests.
    pub fn new(pace: Pace) -> Result<Self, ManifestFaults> {
        let (mut manifests, mut catalogue) = (Manifests::embedded(), Catalogue::default());
        let sandbox = SandboxConnector::offer(&mut manifests, &mut catalogue, pace);
        live::offer(&mut manifests, &mut catalogue);
        manifests.finish()?;
        let readers = DocumentReaders::default().with(Mode::Sandbox, Arc::new(SampleReader));
        Ok(Self { catalogue, readers, sandbox })
    }
}
