//! Erasing users: the rows that tell of one. What each consented to stays, as evidence; so do events, which hold ids.

use std::time::Duration;

use sahod_model::{SourceId, Timestamp, UserId};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    events,
    page::Position,
    scope::{Scoped, ScopedTx},
};

/// How long it is known that a user was erased: for as long as there are events that name it.
const LIFETIME: Duration = events::LIFETIME;

statements! {
    GET_ERASED = "SELECT erased_at FROM users WHERE id = $1 AND scope = $2";
    LIVING_SOURCES = "SELECT a.id FROM accounts a WHERE a.user_id = $1 AND +a.scope = $2 AND a.status <> 'DISCONNECTED'
        UNION ALL SELECT u.id FROM archives u WHERE u.user_id = $3 AND +u.scope = $4 AND u.status <> 'REVOKED' LIMIT $5";
    ERASE_USER = "UPDATE users SET external = NULL, session_status = 'REVOKED', erased_at = $1
        WHERE id = $2 AND scope = $3 AND erased_at IS NULL";
    DELETE_TOKENS = "DELETE FROM link_tokens WHERE user_id = $1 AND +scope = $2";
    DELETE_LOGS = "DELETE FROM invite_logs WHERE scope = $1
        AND invite_id IN (SELECT id FROM invites WHERE user_id = $2)";
    DELETE_INVITES = "DELETE FROM invites WHERE user_id = $1 AND +scope = $2";
    DELETE_STEPS = "DELETE FROM steps WHERE user_id = $1 AND +scope = $2";
    DELETE_TASKS = "DELETE FROM tasks WHERE user_id = $1 AND +scope = $2";
    DELETE_ACCOUNTS = "DELETE FROM accounts WHERE user_id = $1 AND +scope = $2";
    DELETE_ARCHIVES = "DELETE FROM archives WHERE user_id = $1 AND +scope = $2";
    /// Of the next users, in the order in which they were made, each with whether it is idle.
    LIST_IDLE = "SELECT u.created_at, u.id, CAST(CASE WHEN
            EXISTS (SELECT 1 FROM accounts a WHERE a.user_id = u.id AND (a.status <> 'DISCONNECTED' OR a.updated_at > $1))
            OR EXISTS (SELECT 1 FROM archives r WHERE r.user_id = u.id AND (r.status <> 'REVOKED' OR r.updated_at > $1))
            OR EXISTS (SELECT 1 FROM link_tokens k WHERE k.user_id = u.id AND k.expires_at > $1)
            OR EXISTS (SELECT 1 FROM invites i WHERE i.user_id = u.id AND i.expires_at > $1)
        THEN 0 ELSE 1 END AS BIGINT)
        FROM (SELECT created_at, id FROM users WHERE scope = $2 AND (created_at, id) > ($3, $4) AND created_at <= $1
            AND erased_at IS NULL ORDER BY created_at, id LIMIT $5) u
        ORDER BY u.created_at, u.id";
    SWEEP_ERASED = "DELETE FROM users WHERE id IN
        (SELECT id FROM users WHERE scope = $1 AND erased_at < $2 ORDER BY erased_at LIMIT $3)";
}

/// Some of a tenant's users that were looked at for whether anything happened to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdleUsers {
    /// Those who share nothing, and to whom nothing happened.
    pub idle: Vec<UserId>,
    /// Where to look on; `None`: that was all.
    pub next: Option<Position>,
}

impl Scoped<'_> {
    /// Whether a user was erased. `None`: there never was one of that id, or it is not known any more.
    pub async fn is_user_erased(&self, id: &UserId) -> Result<Option<bool>, StoreError> {
        let read = |row: Row<'_>| Ok(row.opt_int(0)?.is_some());
        self.store.data().query_opt(GET_ERASED, params![id, self.scope.number()], read).await
    }

    /// Up to `limit` of a user's accounts and archives that are not revoked.
    pub async fn living_sources(&self, id: &UserId, limit: u16) -> Result<Vec<SourceId>, StoreError> {
        let scope = self.scope.number();
        let params = params![id, scope, id, scope, i64::from(limit)];
        self.store.data().query(LIVING_SOURCES, params, |row| row.parsed(0)).await
    }

    /// Looks at up to `limit` users after `after`, oldest first: those are idle who were made before `since`, share nothing, and
    /// whose accounts, documents, link tokens and invites have all ended before it.
    pub async fn idle_users(
        &self,
        since: Timestamp,
        after: Option<&Position>,
        limit: u16,
    ) -> Result<IdleUsers, StoreError> {
        let (at, id) = after.map_or((i64::MIN, ""), |after| (after.sort.as_micros(), after.id.as_str()));
        let params = params![since, self.scope.number(), at, id, i64::from(limit)];
        let read = |row: Row<'_>| Ok((row.timestamp(0)?, row.parsed::<UserId>(1)?, row.int(2)? != 0));
        let seen = self.store.data().query(LIST_IDLE, params, read).await?;
        let next = seen.last().filter(|_| seen.len() == usize::from(limit));
        let next = next.map(|(at, id, _)| Position::of(*at, id));
        Ok(IdleUsers {
            idle: seen.into_iter().filter(|(_, _, idle)| *idle).map(|(_, id, _)| id).collect(),
            next,
        })
    }
}

impl ScopedTx<'_> {
    /// Whether there is a user of that id, and to the end of this transaction will be. For whoever holds
    /// [`ScopedTx::lock_user`].
    pub async fn is_user_there(&mut self, id: &UserId) -> Result<bool, StoreError> {
        let read = |row: Row<'_>| Ok(row.opt_int(0)?.is_none());
        let params = params![id, self.scope.number()];
        Ok(self.tx.query_opt(GET_ERASED, params, read).await?.unwrap_or_default())
    }

    /// Ends every link token of a user, and the sessions that they were redeemed for, without a trace.
    pub async fn delete_link_tokens(&mut self, id: &UserId) -> Result<(), StoreError> {
        self.tx.execute(DELETE_TOKENS, params![id, self.scope.number()]).await.map(drop)
    }

    /// Deletes every row that tells of a user; `false`, and nothing done, while it has accounts or archives that are not revoked.
    /// For whoever holds [`ScopedTx::lock_user`].
    pub async fn erase_user(&mut self, id: &UserId, now: Timestamp) -> Result<bool, StoreError> {
        let scope = self.scope.number();
        let living = params![id, scope, id, scope, 1_i64];
        if self.tx.query_opt(LIVING_SOURCES, living, |_| Ok(())).await?.is_some() {
            return Ok(false);
        }
        self.delete_link_tokens(id).await?;
        self.tx.execute(DELETE_LOGS, params![scope, id]).await?;
        for sql in [DELETE_INVITES, DELETE_STEPS, DELETE_TASKS, DELETE_ACCOUNTS, DELETE_ARCHIVES] {
            self.tx.execute(sql, params![id, scope]).await?;
        }
        self.tx.execute(ERASE_USER, params![now, id, scope]).await?;
        Ok(true)
    }
}

impl Store {
    /// Forgets of up to `limit` users that they were erased, once no event names them any more; how many it were.
    pub async fn sweep_erased_users(&self, scope: i64, limit: u16) -> Result<u64, StoreError> {
        let params = params![scope, self.ended_before(LIFETIME), i64::from(limit)];
        self.data().write(SWEEP_ERASED, params).await
    }
}
