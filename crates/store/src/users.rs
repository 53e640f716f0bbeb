//! Users. What the tenant noted about one is sealed under the user's own key.

use sahod_model::{SessionStatus, Timestamp, User, UserId};
use sahod_vault::{Aad, DataKey};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    page::{Page, PageRequest, Position, window},
    scope::{Scope, Scoped, ScopedTx},
    sealing::{USER_METADATA, open_json, to_json},
};

statements! {
    GET_USER = "SELECT id, created_at, external, session_status FROM users
        WHERE id = $1 AND scope = $2 AND erased_at IS NULL";
    LIST_USERS = "SELECT id, created_at, external, session_status FROM users
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4) AND erased_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT $5";
    GET_SHARED = "SELECT a.created_at FROM accounts a WHERE a.user_id = $1 AND +a.scope = $2 AND a.status <> 'DISCONNECTED'
        AND (a.status = 'CONNECTED' OR EXISTS (SELECT 1 FROM sources s WHERE s.id = a.id))
        UNION ALL SELECT u.created_at FROM archives u
        WHERE u.user_id = $3 AND +u.scope = $4 AND u.status IN ('STARTED', 'ANALYZED') LIMIT 1";
    UPDATE_SESSION = "UPDATE users SET session_status = $1 WHERE id = $2 AND scope = $3 AND session_status <> $4
            AND erased_at IS NULL";
    INSERT_USER = "INSERT INTO users (scope, created_at, id, external, session_status) VALUES ($1, $2, $3, $4, $5)";
}

/// Which users are listed.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Made at this moment or later.
    pub from: Option<Timestamp>,
    /// Made at this moment or earlier.
    pub to: Option<Timestamp>,
}

struct SealedUser {
    id: UserId,
    created_at: Timestamp,
    external: Option<Vec<u8>>,
    session_status: SessionStatus,
}

fn read(row: Row<'_>) -> Result<SealedUser, StoreError> {
    Ok(SealedUser {
        id: row.parsed(0)?,
        created_at: row.timestamp(1)?,
        external: row.opt_blob(2)?.map(<[u8]>::to_vec),
        session_status: row.named(3, SessionStatus::from_name)?,
    })
}

/// Opens users; those whose key was destroyed are left without metadata.
async fn open(store: &Store, scope: &Scope, users: Vec<SealedUser>) -> Result<Vec<User>, StoreError> {
    let sealed = users.iter().filter(|user| user.external.is_some()).map(|user| user.id.as_str());
    let keys = store.live_keys_by_id(sealed).await?;
    let open = |user: &SealedUser| {
        let aad = Aad { scope: scope.number(), kind: USER_METADATA, id: user.id.as_str() };
        let external_metadata = match (&user.external, keys.get(user.id.as_str())) {
            (Some(sealed), Some(key)) => open_json(key, &aad, sealed)?,
            _ => std::collections::BTreeMap::new(),
        };
        Ok(User {
            id: user.id.clone(),
            created_at: user.created_at,
            external_metadata,
            session_status: user.session_status,
        })
    };
    users.iter().map(open).collect()
}

impl Scoped<'_> {
    /// The user of that id.
    pub async fn get_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let user = self.store.data().query_opt(GET_USER, params![id, self.scope.number()], read).await?;
        Ok(open(self.store, self.scope, user.into_iter().collect()).await?.pop())
    }

    /// A page of users, newest first.
    pub async fn list_users(
        &self,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, StoreError> {
        let params = window(self.scope.number(), filter.from, filter.to, page.after.as_ref());
        let page = self
            .store
            .data()
            .page(LIST_USERS, params, page, read, |user| Position::of(user.created_at, &user.id))
            .await?;
        Ok(Page { items: open(self.store, self.scope, page.items).await?, next: page.next })
    }
}

impl ScopedTx<'_> {
    /// Makes other transactions that want to change what a user shares wait for the end of this one. Before any other lock.
    pub async fn lock_user(&mut self, id: &UserId) -> Result<(), StoreError> {
        self.tx.lock(id.as_str()).await
    }

    /// Whether a user shares something: has an account that is connected, or of which data is still here, or a document that
    /// was read or still may be. For whoever holds [`ScopedTx::lock_user`].
    pub async fn shares_something(&mut self, id: &UserId) -> Result<bool, StoreError> {
        let params = params![id, self.scope.number(), id, self.scope.number()];
        Ok(self.tx.query_opt(GET_SHARED, params, |row| row.int(0)).await?.is_some())
    }

    /// Moves a user's session to another state; whether that changed something. For whoever holds [`ScopedTx::lock_user`].
    pub async fn update_user_session(
        &mut self,
        id: &UserId,
        status: SessionStatus,
    ) -> Result<bool, StoreError> {
        let params = params![status.as_str(), id, self.scope.number(), status.as_str()];
        Ok(self.tx.execute(UPDATE_SESSION, params).await? > 0)
    }

    /// Inserts a user. `key` is the user's own, made before; `None` will do for one without metadata.
    pub async fn insert_user(&mut self, user: &User, key: Option<&DataKey>) -> Result<(), StoreError> {
        let scope = self.scope.number();
        let external = if user.external_metadata.is_empty() {
            None
        } else {
            let key = key.ok_or_else(|| StoreError::Internal("metadata without a key".to_owned()))?;
            let aad = Aad { scope, kind: USER_METADATA, id: user.id.as_str() };
            Some(key.seal(self.tx.random(), &aad, to_json(&user.external_metadata)?.as_bytes()))
        };
        let params = params![scope, user.created_at, &user.id, external, user.session_status.as_str()];
        self.tx.insert(INSERT_USER, params).await
    }
}
