//! Tenants, and the scopes that they act in.

use sahod_model::{Mode, TenantId, Timestamp};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    scope::{self, Scope},
    tenants::Tenant,
};

statements! {
    NEXT_TENANT = "SELECT coalesce(max(number), 0) + 1 FROM tenants";
    INSERT_TENANT = "INSERT INTO tenants (id, number, name, created_at, shares_links) VALUES ($1, $2, $3, $4, 0)";
    INSERT_SCOPE = "INSERT INTO scopes (number, tenant_id, mode, event_seq) VALUES ($1, $2, $3, 0)";
    LIST_TENANTS = "SELECT id, name, created_at FROM tenants ORDER BY number";
    UPDATE_SHARES_LINKS = "UPDATE tenants SET shares_links = $1 WHERE id = $2";
    CLEAR_NETWORK = "UPDATE accounts SET network_fingerprint = NULL
        WHERE scope = $1 AND network_fingerprint IS NOT NULL";
    UPDATE_MONITORS = "UPDATE tenants SET monitors = $1 WHERE id = $2";
    GET_MONITORS = "SELECT monitors FROM tenants WHERE id = $1";
    GET_SCOPE_BY_NUMBER = concat!("SELECT ", scope::columns!(), " FROM scopes s WHERE s.number = $1");
    LIST_SCOPES = "SELECT number FROM scopes ORDER BY number";
}

/// Tenants.
impl Store {
    /// Makes a tenant, in both modes. [`StoreError::Conflict`] when there is one of that id.
    pub async fn create_tenant(&self, id: &TenantId, name: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.lock("tenants").await?;
        let number = tx.query_opt(NEXT_TENANT, params![], |row| row.int(0)).await?.unwrap_or(1);
        tx.execute(INSERT_TENANT, params![id, number, name, now]).await?;
        let scopes = (0..).zip(Mode::ALL).map(|(at, mode)| params![number * 2 + at, id, mode.as_str()]);
        tx.execute_many(INSERT_SCOPE, scopes.collect()).await?;
        tx.commit().await
    }

    /// All tenants, oldest first.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let read = |row: Row<'_>| {
            let (id, name) = (row.parsed(0)?, row.text(1)?.to_owned());
            Ok(Tenant { id, name, created_at: row.timestamp(2)? })
        };
        self.data().query(LIST_TENANTS, params![], read).await
    }

    /// Says whether a tenant shares with others when a person linked; `false` when there is no such tenant. One that stops
    /// is forgotten at once: its accounts count again, should it start anew, from when they are next connected.
    pub async fn update_shares_links(&self, tenant: &TenantId, shares: bool) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if tx.execute(UPDATE_SHARES_LINKS, params![i64::from(shares), tenant]).await? == 0 {
            return Ok(false);
        }
        if !shares {
            for mode in Mode::ALL {
                let read = |row: Row<'_>| Scope::from_row(row, 0);
                if let Some(scope) = tx.query_opt(scope::GET, params![tenant, mode.as_str()], read).await? {
                    tx.execute(CLEAR_NETWORK, params![scope.number()]).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Says whether a tenant has accounts read again month by month; `false` when there is no such tenant.
    pub async fn update_monitors(&self, tenant: &TenantId, monitors: bool) -> Result<bool, StoreError> {
        Ok(self.data().write(UPDATE_MONITORS, params![i64::from(monitors), tenant]).await? > 0)
    }

    /// Whether a tenant has accounts read again month by month.
    pub async fn monitors(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        let read = |row: Row<'_>| row.int(0);
        Ok(self.data().query_opt(GET_MONITORS, params![tenant], read).await?.is_some_and(|on| on != 0))
    }

    /// A tenant in one mode.
    pub async fn scope(&self, tenant: &TenantId, mode: Mode) -> Result<Option<Scope>, StoreError> {
        let read = |row: Row<'_>| Scope::from_row(row, 0);
        self.data().query_opt(scope::GET, params![tenant, mode.as_str()], read).await
    }

    /// The scope of that number, as a job's payload names it.
    pub async fn scope_by_number(&self, number: i64) -> Result<Option<Scope>, StoreError> {
        self.data().query_opt(GET_SCOPE_BY_NUMBER, params![number], |row| Scope::from_row(row, 0)).await
    }

    /// The numbers of all scopes, for sweeping one after the other.
    pub async fn scope_numbers(&self) -> Result<Vec<i64>, StoreError> {
        self.data().query(LIST_SCOPES, params![], |row| row.int(0)).await
    }
}
