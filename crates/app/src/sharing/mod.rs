//! What a person shares: the proof of it, and its end.
//!
//! Owns receipts, revoking, and erasing what was not refreshed in time. Refuses to leave anything readable once a revoke has begun.

mod domain;
mod erasure;
mod receipt_signers;
mod receipts;
mod revoke;

pub use domain::Sharing;
pub(crate) use erasure::EraseSource;
pub use receipts::{
    AgreedBy, AskedBy, NamedProvider, Receipt, Shared, SharedAccount, SharedUpload, SignedReceipt,
};
pub(crate) use revoke::RevokeSource;
