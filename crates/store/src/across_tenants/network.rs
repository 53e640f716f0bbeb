//! Links of the same login with other tenants: when, and never with whom.

use sahod_model::{AccountId, Date};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    scope::Scope,
};

statements! {
    // The first link with each other tenant that shares links now. Nothing of them leaves but the moment.
    LIST_LINKED_ELSEWHERE = "SELECT min(other.created_at) FROM accounts own
        JOIN accounts other ON other.network_fingerprint = own.network_fingerprint
        JOIN scopes s ON s.number = other.scope JOIN tenants t ON t.id = s.tenant_id
        WHERE own.id = $1 AND own.scope = $2 AND own.network_fingerprint IS NOT NULL
            AND other.scope <> $3 AND other.network_fingerprint IS NOT NULL
            AND other.status = 'CONNECTED' AND t.shares_links = 1
        GROUP BY other.scope";
    HAS_NETWORK = "SELECT count(*) FROM accounts a
        JOIN scopes s ON s.number = a.scope JOIN tenants t ON t.id = s.tenant_id
        WHERE a.id = $1 AND a.scope = $2 AND a.network_fingerprint IS NOT NULL
            AND a.status = 'CONNECTED' AND t.shares_links = 1";
}

/// Network links.
impl Store {
    /// The days on which the login of an account was first linked with each other tenant, of those that share links; in no
    /// promised order. `None` when the account's own tenant does not, or did not when the account was last connected.
    pub async fn linked_elsewhere(
        &self,
        scope: &Scope,
        account: &AccountId,
    ) -> Result<Option<Vec<Date>>, StoreError> {
        let number = scope.number();
        let shares = self.data().query_opt(HAS_NETWORK, params![account, number], |row| row.int(0)).await?;
        if shares.is_none_or(|found| found == 0) {
            return Ok(None);
        }
        let read = |row: Row<'_>| Ok(row.timestamp(0)?.date());
        let params = params![account, number, number];
        self.data().query(LIST_LINKED_ELSEWHERE, params, read).await.map(Some)
    }
}
