//! API keys: who a caller of the Open API is.

use sahod_model::{ApiKeyId, Mode, TenantId, Timestamp};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    scope::{self, Scope},
    tenants::{ApiKeyRecord, ListedKey, NewApiKey},
};

statements! {
    INSERT_API_KEY = "INSERT INTO api_keys (id, scope, secret_hash, label, rights, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    REVOKE_API_KEY = "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2";
    LIST_API_KEYS = "SELECT k.id, s.mode, k.label, k.rights, k.created_at, k.expires_at, k.revoked_at
        FROM api_keys k JOIN scopes s ON s.number = k.scope
        WHERE s.tenant_id = $1 ORDER BY k.created_at, k.id LIMIT $2";
    GET_API_KEY = concat!("SELECT ", scope::columns!(), ", k.secret_hash, k.rights, k.expires_at, k.revoked_at,
            s.clock_target
        FROM api_keys k JOIN scopes s ON s.number = k.scope WHERE k.id = $1");
}

/// Keys that are listed at most.
const LISTED: i64 = 10_000;

/// API keys.
impl Store {
    /// The keys of a tenant in both modes, the oldest first.
    pub async fn api_keys(&self, tenant: &TenantId) -> Result<Vec<ListedKey>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(ListedKey {
                id: row.parsed(0)?,
                mode: row.named(1, |name| Mode::ALL.into_iter().find(|mode| mode.as_str() == name))?,
                label: row.text(2)?.to_owned(),
                rights: row.parsed(3)?,
                created_at: row.timestamp(4)?,
                expires_at: row.opt_timestamp(5)?,
                revoked_at: row.opt_timestamp(6)?,
            })
        };
        self.data().query(LIST_API_KEYS, params![tenant.as_str(), LISTED], read).await
    }

    /// Inserts an API key, of whose secret only a keyed hash is kept.
    pub async fn insert_api_key(&self, scope: &Scope, new: &NewApiKey<'_>) -> Result<(), StoreError> {
        let NewApiKey { id, secret_hash, label, rights, created_at, expires_at } = new;
        let rights = rights.to_string();
        let params = params![*id, scope.number(), *secret_hash, *label, rights, *created_at, *expires_at];
        self.data().write(INSERT_API_KEY, params).await.map(|_| ())
    }

    /// Ends an API key for good, unless it is revoked already; whether there is one of that id.
    pub async fn revoke_api_key(&self, id: &ApiKeyId, now: Timestamp) -> Result<bool, StoreError> {
        self.data().write(REVOKE_API_KEY, params![now, id]).await.map(|found| found > 0)
    }

    /// The API key of that id, whether or not it has ended.
    pub async fn api_key(&self, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(ApiKeyRecord {
                scope: Scope::from_row(row, 0)?,
                secret_hash: row.bytes(4)?,
                rights: row.parsed(5)?,
                expires_at: row.opt_timestamp(6)?,
                revoked_at: row.opt_timestamp(7)?,
                clock_moves: row.opt_int(8)?.is_some(),
            })
        };
        self.data().query_opt(GET_API_KEY, params![id], read).await
    }
}
