//! The keys that receipts are signed with.

use sahod_model::Mode;
use sahod_vault::{JwsSigner, MasterKey};

/// One key for each mode: what was agreed to in play must not pass for the real thing.
#[derive(Debug)]
pub(super) struct ReceiptSigners {
    sandbox: JwsSigner,
    production: JwsSigner,
}

impl ReceiptSigners {
    pub(super) fn new(master: &MasterKey) -> Self {
        Self {
            sandbox: JwsSigner::new(master, "receipts in sandbox mode"),
            production: JwsSigner::new(master, "receipts in production mode"),
        }
    }

    pub(super) const fn of(&self, mode: Mode) -> &JwsSigner {
        match mode {
            Mode::Sandbox => &self.sandbox,
            Mode::Production => &self.production,
        }
    }
}
