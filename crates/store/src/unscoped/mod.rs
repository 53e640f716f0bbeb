//! What works across tenants: who a caller is, jobs, deliveries, start-up. The only room without a [`Scope`] in its hand;
//! nothing here is for use cases that act for a tenant.

pub(crate) mod contacts;
pub mod delivery;
pub(crate) mod jobs;
pub(crate) mod requests;

use std::time::Duration;

use sahod_model::{
    Account, AccountId, ApiKeyId, Date, Mode, Step, Task, TenantId, Timestamp, TokenId, WinkTemplateId,
};

use crate::{
    Store, accounts,
    engine::{Row, params, statements},
    error::StoreError,
    idempotency,
    scope::{self, Scope},
    tasks,
    tenants::{ApiKeyRecord, Tenant},
    tokens::LinkSession,
};

macro_rules! session {
    () => {
        concat!("SELECT ", scope::columns!(), ", k.user_id, k.id, k.expires_at, t.name,
            k.asks_links * t.shares_links, t.monitors, k.wink_template_id, k.redeemed_at
            FROM link_tokens k JOIN scopes s ON s.number = k.scope JOIN tenants t ON t.id = s.tenant_id
            WHERE k.session_hash = $1 AND k.created_at <= $2 + s.clock_shift AND k.expires_at > $2 + s.clock_shift")
    };
}

statements! {
    PING = "SELECT count(*) FROM tenants WHERE number = $1";
    NEXT_TENANT = "SELECT coalesce(max(number), 0) + 1 FROM tenants";
    INSERT_TENANT = "INSERT INTO tenants (id, number, name, created_at, shares_links) VALUES ($1, $2, $3, $4, 0)";
    UPDATE_SHARES_LINKS = "UPDATE tenants SET shares_links = $1 WHERE id = $2";
    UPDATE_MONITORS = "UPDATE tenants SET monitors = $1 WHERE id = $2";
    GET_MONITORS = "SELECT monitors FROM tenants WHERE id = $1";
    CLEAR_NETWORK = "UPDATE accounts SET network_fingerprint = NULL
        WHERE scope = $1 AND network_fingerprint IS NOT NULL";
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
    INSERT_SCOPE = "INSERT INTO scopes (number, tenant_id, mode, event_seq) VALUES ($1, $2, $3, 0)";
    LIST_TENANTS = "SELECT id, name, created_at FROM tenants ORDER BY number";
    GET_SCOPE_BY_NUMBER = concat!("SELECT ", scope::columns!(), " FROM scopes s WHERE s.number = $1");
    INSERT_API_KEY = "INSERT INTO api_keys (id, scope, secret_hash, label, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    REVOKE_API_KEY = "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $1) WHERE id = $2";
    GET_API_KEY = concat!("SELECT ", scope::columns!(), ", k.secret_hash, k.expires_at, k.revoked_at, s.clock_target
        FROM api_keys k JOIN scopes s ON s.number = k.scope WHERE k.id = $1");
    // What a session asks for stays as the person was shown it at its start.
    REDEEM_TOKEN = "UPDATE link_tokens SET redeemed_at = $1 + s.clock_shift, session_hash = $2, wink_template_id = $3,
            asks_links = t.shares_links
        FROM scopes s JOIN tenants t ON t.id = s.tenant_id
        WHERE link_tokens.id = $4 AND s.number = link_tokens.scope AND link_tokens.redeemed_at IS NULL
            AND link_tokens.created_at <= $1 + s.clock_shift AND link_tokens.expires_at > $1 + s.clock_shift";
    GET_SESSION = session!();
    UNFINISHED_ACCOUNTS = concat!("SELECT ", scope::columns!(), ", ", accounts::columns!(), "
        FROM accounts JOIN scopes s ON s.number = scope
        WHERE status IN ('PENDING', 'AWAITING_MFA') AND updated_at < $1 + s.clock_shift ORDER BY updated_at");
    UNFINISHED_TASKS = concat!("SELECT ", scope::columns!(), ", ", tasks::columns!(), "
        FROM tasks JOIN scopes s ON s.number = scope
        WHERE finished_at IS NULL AND started_at < $1 + s.clock_shift ORDER BY started_at");
    SWEEP_IDEMPOTENCY_KEYS = "DELETE FROM idempotency_keys WHERE (scope, key_hash) IN
        (SELECT scope, key_hash FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    LIST_SCOPES = "SELECT number FROM scopes ORDER BY number";
}

fn read_session(row: Row<'_>) -> Result<LinkSession, StoreError> {
    Ok(LinkSession {
        scope: Scope::from_row(row, 0)?,
        user_id: row.parsed(4)?,
        token_id: row.parsed(5)?,
        expires_at: row.timestamp(6)?,
        tenant_name: row.text(7)?.to_owned(),
        shares_links: row.int(8)? != 0,
        monitors: row.int(9)? != 0,
        wink_template: row.opt_parsed(10)?,
        opened_at: row.timestamp(11)?,
    })
}

/// How far back the keys of days are destroyed: a server that stood still for longer leaves keys that seal nothing any more.
const DAYS_SWEPT: i64 = 16;

/// Tenants, modes and keys: who a caller is.
impl Store {
    /// Whether the database answers, for readiness probes.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.data().query(PING, params![0], |row| row.int(0)).await.map(|_| ())
    }

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

    /// A tenant in one mode.
    pub async fn scope(&self, tenant: &TenantId, mode: Mode) -> Result<Option<Scope>, StoreError> {
        let read = |row: Row<'_>| Scope::from_row(row, 0);
        self.data().query_opt(scope::GET, params![tenant, mode.as_str()], read).await
    }

    /// The scope of that number, as a job's payload names it.
    pub async fn scope_by_number(&self, number: i64) -> Result<Option<Scope>, StoreError> {
        self.data().query_opt(GET_SCOPE_BY_NUMBER, params![number], |row| Scope::from_row(row, 0)).await
    }

    /// Inserts an API key, of whose secret only a keyed hash is kept.
    pub async fn insert_api_key(
        &self,
        id: &ApiKeyId,
        scope: &Scope,
        secret_hash: [u8; 32],
        label: &str,
        now: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let params = params![id, scope.number(), secret_hash, label, now, expires_at];
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
                expires_at: row.opt_timestamp(5)?,
                revoked_at: row.opt_timestamp(6)?,
                clock_moves: row.opt_int(7)?.is_some(),
            })
        };
        self.data().query_opt(GET_API_KEY, params![id], read).await
    }

    /// Spends a link token for a session, which is found by that hash from now on. `None` when the token is spent, expired
    /// or unknown: of any number of tries, one succeeds.
    pub async fn redeem_link_token(
        &self,
        id: &TokenId,
        session_hash: [u8; 32],
        template: Option<&WinkTemplateId>,
        now: Timestamp,
    ) -> Result<Option<LinkSession>, StoreError> {
        let params = params![now, session_hash, template, id];
        let mut tx = self.begin().await?;
        if tx.execute(REDEEM_TOKEN, params).await? == 0 {
            return Ok(None);
        }
        let session = tx.query_opt(GET_SESSION, params![session_hash, now], read_session).await?;
        if let Some(session) = &session {
            tx.scoped(&session.scope).insert_step(&session.reference(), Step::Opened, None, None).await?;
        }
        tx.commit().await?;
        Ok(session)
    }

    /// The session of that hash, unless it has ended.
    pub async fn link_session(
        &self,
        session_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<LinkSession>, StoreError> {
        self.data().query_opt(GET_SESSION, params![session_hash, now], read_session).await
    }
}

/// Start-up.
impl Store {
    /// Accounts that are being connected, and have not changed since `before`.
    pub async fn unfinished_accounts(&self, before: Timestamp) -> Result<Vec<(Scope, Account)>, StoreError> {
        let read = |row: Row<'_>| Ok((Scope::from_row(row, 0)?, accounts::read_at(row, scope::COLUMNS)?));
        self.data().query(UNFINISHED_ACCOUNTS, params![before], read).await
    }

    /// Tasks that began before that moment and have not ended.
    pub async fn unfinished_tasks(&self, before: Timestamp) -> Result<Vec<(Scope, Task)>, StoreError> {
        let read = |row: Row<'_>| Ok((Scope::from_row(row, 0)?, tasks::read_at(row, scope::COLUMNS)?));
        self.data().query(UNFINISHED_TASKS, params![before], read).await
    }
}

/// What has ended.
impl Store {
    /// The numbers of all scopes, for sweeping one after the other.
    pub async fn scope_numbers(&self) -> Result<Vec<i64>, StoreError> {
        self.data().query(LIST_SCOPES, params![], |row| row.int(0)).await
    }

    /// What was made before that moment and lived for so long has ended.
    pub(crate) fn ended_before(&self, lifetime: Duration) -> i64 {
        let lifetime = i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX);
        self.0.clock.now().as_micros().saturating_sub(lifetime)
    }

    /// Deletes up to `limit` idempotency keys that ended before now, with their answers; how many it were. Once none is
    /// left, the keys of past days' answers are destroyed, too.
    pub async fn sweep_idempotency_keys(&self, limit: u16) -> Result<u64, StoreError> {
        let now = self.0.clock.now();
        let params = params![self.ended_before(idempotency::LIFETIME), i64::from(limit)];
        let deleted = self.data().write(SWEEP_IDEMPOTENCY_KEYS, params).await?;
        if deleted < u64::from(limit) {
            // An answer is kept for a little more than a day: of the day before yesterday's none is left tomorrow.
            for days in 3..=DAYS_SWEPT {
                self.destroy_key(&idempotency::day_key_id(now.date().plus_days(-days))).await?;
            }
        }
        Ok(deleted)
    }
}
