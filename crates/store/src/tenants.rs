//! Tenants and their API keys.

use sahod_model::{ApiKeyId, Mode, Rights, TenantId, Timestamp};

use crate::scope::Scope;

/// A customer of this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id, the prefix of its users' ids.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a request's API key is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// The tenant and mode that it opens.
    pub scope: Scope,
    /// Keyed hash of its secret half.
    pub secret_hash: [u8; 32],
    /// What it may do.
    pub rights: Rights,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The scope's test clock is about to be moved, or is being moved: the scope must not be kept.
    pub clock_moves: bool,
}

/// An API key to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewApiKey<'a> {
    /// Its public half.
    pub id: &'a ApiKeyId,
    /// Keyed hash of its secret half.
    pub secret_hash: [u8; 32],
    /// What it is for, in its tenant's words.
    pub label: &'a str,
    /// What it may do.
    pub rights: Rights,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working; `None`: never by itself.
    pub expires_at: Option<Timestamp>,
}

/// An API key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The public half.
    pub id: ApiKeyId,
    /// Where it is good.
    pub mode: Mode,
    /// What it is for, in words.
    pub label: String,
    /// What it may do.
    pub rights: Rights,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}
