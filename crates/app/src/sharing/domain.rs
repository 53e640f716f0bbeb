//! What sharing is proved and ended with.

use std::sync::Arc;

use sahod_vault::MasterKey;

use super::receipt_signers::ReceiptSigners;
use crate::{
    documents::Documents, linking::Linking, services::Services, sources::Sources, time_guard::TimeGuard,
};

/// Use cases of what people share.
#[derive(Clone)]
pub struct Sharing {
    pub(super) services: Arc<Services>,
    pub(super) sources: Sources,
    pub(super) documents: Documents,
    pub(super) linking: Linking,
    pub(super) time: Arc<TimeGuard>,
    pub(super) signers: Arc<ReceiptSigners>,
}

impl Sharing {
    pub(crate) fn new(
        services: &Arc<Services>,
        sources: &Sources,
        documents: &Documents,
        linking: &Linking,
        time: &Arc<TimeGuard>,
        master: &MasterKey,
    ) -> Self {
        Self {
            services: Arc::clone(services),
            sources: sources.clone(),
            documents: documents.clone(),
            linking: linking.clone(),
            time: Arc::clone(time),
            signers: Arc::new(ReceiptSigners::new(master)),
        }
    }
}
