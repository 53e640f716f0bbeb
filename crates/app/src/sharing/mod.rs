//! What a person shares: the proof of it, and its end.
//!
//! Owns receipts, revoking, erasing users, and erasing what was not refreshed in time. Refuses to leave anything readable once a
//! revoke has begun.

mod domain;
mod erasure;
mod idle_users;
mod receipt_signers;
mod receipts;
mod revoke;
mod users;

pub use domain::Sharing;
pub(crate) use erasure::EraseSource;
pub(crate) use idle_users::EraseIdleUsers;
pub use receipts::{
    AgreedBy, AskedBy, NamedProvider, Receipt, Shared, SharedAccount, SharedUpload, SignedReceipt,
};
pub(crate) use revoke::RevokeSource;
pub(crate) use users::EraseUser;
