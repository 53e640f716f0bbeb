//! Links with other organisations. An account is recognised elsewhere by a keyed fingerprint of mode, provider and login
//! name; it is there only while the tenant shares links and the account lasts.

use sahod_model::{AccountId, ProviderId};
use sahod_vault::keyed_hash;

use crate::{
    engine::{Row, params, statements},
    error::StoreError,
    scope::{Scope, Scoped, ScopedTx},
};

statements! {
    SHARES_LINKS = "SELECT t.shares_links FROM scopes s JOIN tenants t ON t.id = s.tenant_id WHERE s.number = $1";
    UPDATE_NETWORK = "UPDATE accounts SET network_fingerprint = $1 WHERE id = $2 AND scope = $3
        AND status <> 'DISCONNECTED'";
}

impl Scoped<'_> {
    /// Whether the tenant shares with others, and is told, when a person linked.
    pub async fn shares_links(&self) -> Result<bool, StoreError> {
        let read = |row: Row<'_>| Ok(row.int(0)? != 0);
        let found = self.store.data().query_opt(SHARES_LINKS, params![self.scope.number()], read).await?;
        Ok(found.unwrap_or(false))
    }
}

impl ScopedTx<'_> {
    /// Lets other tenants that share links recognise the login of an account, or, with `None`, no longer.
    pub async fn update_account_network(
        &mut self,
        id: &AccountId,
        login: Option<(&ProviderId, &str)>,
    ) -> Result<(), StoreError> {
        let key = &self.tx.store().network_key;
        let fingerprint = login.map(|(provider, name)| fingerprint(key, self.scope, provider, name));
        let params = params![fingerprint, id, self.scope.number()];
        self.tx.execute(UPDATE_NETWORK, params).await.map(drop)
    }
}

/// The same for the same login at the same provider in the same mode, whosever account it is.
fn fingerprint(key: &[u8; 32], scope: &Scope, provider: &ProviderId, login_name: &str) -> [u8; 16] {
    // Neither modes nor ids hold a zero byte, so that no two places give the same text.
    let place = format!("{}\0{provider}\0{login_name}", scope.mode().as_str());
    let hash = keyed_hash(key, place.as_bytes());
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&hash[..16]);
    fingerprint
}
