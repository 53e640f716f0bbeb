//! Accounts. The login name is sealed under the account's own key, and found again by a keyed fingerprint.

use sahod_model::{
    Account, AccountErrorCode, AccountId, ConnectionStatus, ExposeSecret as _, MonitorStatus, ProviderId,
    SecretString, Timestamp, UserId,
};
use sahod_vault::{Aad, DataKey, keyed_hash};

use crate::{
    engine::{Row, Sql, dialect, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::{ACCOUNT_LOGIN, SOURCE_SESSION},
    store::Inner,
};

macro_rules! columns {
    () => {
        "id, user_id, provider_id, created_at, status, error_code, updated_at, monitor_status, monitor_updated_at, read_at"
    };
}
pub(crate) use columns;
/// How many columns that are.
pub(crate) const COLUMNS: usize = 10;

// `+scope` is the scope without an index: the user or the source says more, and the planner of SQLite cannot know.
macro_rules! list {
    ($scope:literal, $filter:literal, $limit:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM accounts WHERE ",
            $scope,
            " = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4) AND status <> $5",
            $filter,
            " ORDER BY created_at DESC, id DESC LIMIT ",
            $limit
        )
    };
}

statements! {
    GET_ACCOUNT = concat!("SELECT ", columns!(), " FROM accounts WHERE id = $1 AND scope = $2");
    GET_BY_LOGIN = concat!("SELECT ", columns!(), " FROM accounts
        WHERE scope = $1 AND user_id = $2 AND provider_id = $3 AND login_fingerprint = $4");
    GET_LOGIN = "SELECT login_name FROM accounts WHERE id = $1 AND scope = $2";
    LIST_ALL = list!("scope", "", "$6");
    LIST_BY_USER = list!("+scope", " AND user_id = $6", "$7");
    INSERT_ACCOUNT = "INSERT INTO accounts (id, user_id, provider_id, created_at, status, error_code, updated_at,
        monitor_status, monitor_updated_at, scope, login_fingerprint, login_name, link_attempt_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    COUNT_MADE = "SELECT count(*) FROM accounts WHERE user_id = $1 AND +scope = $2 AND created_at > $3";
    BEGIN_ATTEMPT = "UPDATE accounts SET status = 'PENDING', error_code = NULL, updated_at = $1,
            link_attempt = link_attempt + 1, link_attempt_at = $2
        WHERE id = $3 AND scope = $4 AND status <> 'DISCONNECTED' RETURNING link_attempt";
    UPDATE_ATTEMPT = "UPDATE accounts SET status = $1, error_code = $2, updated_at = $3, link_attempt_at = $4
        WHERE id = $5 AND scope = $6 AND link_attempt = $7 AND status <> 'DISCONNECTED'
            AND (status <> $8 OR coalesce(error_code, '') <> $9)";
    UPDATE_STATUS = "UPDATE accounts SET status = $1, error_code = $2, updated_at = $3
        WHERE id = $4 AND scope = $5 AND status <> 'DISCONNECTED' AND (status <> $6 OR coalesce(error_code, '') <> $7)";
    UPDATE_MONITOR = "UPDATE accounts SET monitor_status = $1, monitor_updated_at = $2
        WHERE id = $3 AND scope = $4 AND status <> 'DISCONNECTED' AND monitor_status <> $5";
    CLEAR_LOGIN = "UPDATE accounts SET login_fingerprint = NULL, login_name = NULL, network_fingerprint = NULL,
            source_session = NULL
        WHERE id = $1 AND scope = $2";
    KEEP_SESSION = "UPDATE accounts SET source_session = $1 WHERE id = $2 AND scope = $3 AND status <> 'DISCONNECTED'";
    GET_SESSION = "SELECT source_session FROM accounts WHERE id = $1 AND scope = $2";
    HOLD_LINK = "INSERT INTO link_leases (account_id, lease_until) VALUES ($1, $2)
        ON CONFLICT (account_id) DO UPDATE SET lease_until = excluded.lease_until";
    NOTE_READ = "UPDATE accounts SET read_at = $1 WHERE id = $2 AND scope = $3 AND status <> 'DISCONNECTED'";
}

/// The number of an account's first attempt.
const FIRST_ATTEMPT: i64 = 1;

/// Which accounts are listed.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// This user's only.
    pub user_id: Option<UserId>,
    /// Made at this moment or later.
    pub from: Option<Timestamp>,
    /// Made at this moment or earlier.
    pub to: Option<Timestamp>,
    /// Without those that were revoked.
    pub exclude_disconnected: bool,
}

/// One attempt to connect an account. What it writes of the account is written as long as it is the present one: a later attempt,
/// on whatever node, takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAttempt {
    pub(crate) account: AccountId,
    pub(crate) number: i64,
}

impl LinkAttempt {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }
}

/// From the ten columns, the first of them at `index`.
pub(crate) fn read_at(row: Row<'_>, index: usize) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.parsed(index)?,
        user_id: row.parsed(index + 1)?,
        provider_id: row.parsed(index + 2)?,
        created_at: row.timestamp(index + 3)?,
        status: row.named(index + 4, ConnectionStatus::from_name)?,
        error_code: row.opt_named(index + 5, AccountErrorCode::from_name)?,
        updated_at: row.timestamp(index + 6)?,
        monitor_status: row.named(index + 7, MonitorStatus::from_name)?,
        monitor_updated_at: row.timestamp(index + 8)?,
        read_at: row.opt_timestamp(index + 9)?,
    })
}

fn read(row: Row<'_>) -> Result<Account, StoreError> {
    read_at(row, 0)
}

/// The same for the same login of the same user at the same provider, and telling nothing without the master key.
fn login_fingerprint(
    store: &Inner,
    scope: i64,
    user_id: &UserId,
    provider_id: &ProviderId,
    login_name: &str,
) -> [u8; 16] {
    // Ids hold no zero byte, so that no two places give the same text.
    let place = format!("{scope}\0{user_id}\0{provider_id}\0{login_name}");
    let hash = keyed_hash(&store.login_key, place.as_bytes());
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&hash[..16]);
    fingerprint
}

impl Scoped<'_> {
    /// The account of that id.
    pub async fn get_account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        self.store.data().query_opt(GET_ACCOUNT, params![id, self.scope.number()], read).await
    }

    /// A page of accounts, newest first.
    pub async fn list_accounts(
        &self,
        filter: &AccountFilter,
        page: &PageRequest,
    ) -> Result<Page<Account>, StoreError> {
        let mut params = window(self.scope.number(), filter.from, filter.to, page.after.as_ref());
        let excluded = if filter.exclude_disconnected { ConnectionStatus::Disconnected.as_str() } else { "" };
        params.push(excluded.into());
        params.extend(filter.user_id.as_ref().map(Into::into));
        let sql = if filter.user_id.is_some() { LIST_BY_USER } else { LIST_ALL };
        self.store
            .data()
            .page(sql, params, page, read, |account| Position::of(account.created_at, &account.id))
            .await
    }

    /// The account of that login, unless it was revoked.
    pub async fn find_account_by_login(
        &self,
        user_id: &UserId,
        provider_id: &ProviderId,
        login_name: &str,
    ) -> Result<Option<Account>, StoreError> {
        let scope = self.scope.number();
        let fingerprint = login_fingerprint(&self.store.0, scope, user_id, provider_id, login_name);
        let params = params![scope, user_id, provider_id, fingerprint];
        self.store.data().query_opt(GET_BY_LOGIN, params, read).await
    }

    /// How many accounts of that user were made later than that, those that were revoked since included.
    pub async fn accounts_made(&self, user: &UserId, after: Timestamp) -> Result<u64, StoreError> {
        let read = |row: Row<'_>| u64::try_from(row.int(0)?).map_err(corrupt);
        let params = params![user, self.scope.number(), after];
        Ok(self.store.data().query_opt(COUNT_MADE, params, read).await?.unwrap_or_default())
    }

    /// The account's login name; `None` once it was revoked.
    pub async fn account_login(&self, id: &AccountId) -> Result<Option<String>, StoreError> {
        self.open_text(GET_LOGIN, ACCOUNT_LOGIN, id).await
    }

    /// What the account's source left for reading it again without the person; `None` when it left nothing, or the account
    /// was revoked.
    pub async fn source_session(&self, id: &AccountId) -> Result<Option<SecretString>, StoreError> {
        Ok(self.open_text(GET_SESSION, SOURCE_SESSION, id).await?.map(SecretString::from))
    }

    async fn open_text(&self, sql: Sql, kind: i16, id: &AccountId) -> Result<Option<String>, StoreError> {
        let scope = self.scope.number();
        let read = |row: Row<'_>| Ok(row.opt_blob(0)?.map(<[u8]>::to_vec));
        let sealed = self.store.data().query_opt(sql, params![id, scope], read).await?.flatten();
        let Some(sealed) = sealed else { return Ok(None) };
        let Some(key) = self.store.live_key(id.as_str()).await? else { return Ok(None) };
        let text = key.open(&Aad { scope, kind, id: id.as_str() }, &sealed)?;
        String::from_utf8(text).map(Some).map_err(corrupt)
    }
}

impl ScopedTx<'_> {
    /// The account of that id, as this transaction sees it.
    pub async fn get_account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        self.tx.query_opt(GET_ACCOUNT, params![id, self.scope.number()], read).await
    }

    /// The account's status, which no other transaction changes before this one has ended. `None`: no such account.
    pub async fn lock_account(&mut self, id: &AccountId) -> Result<Option<ConnectionStatus>, StoreError> {
        let sql = dialect::lock_account(self.tx.is_postgres());
        let read = |row: Row<'_>| row.named(0, ConnectionStatus::from_name);
        self.tx.query_opt(sql, params![id, self.scope.number()], read).await
    }

    /// Inserts an account, with the first attempt to connect it; `key` is its own, made before. [`StoreError::Conflict`] when this
    /// login has one already.
    pub async fn insert_account(
        &mut self,
        account: &Account,
        login_name: &str,
        key: &DataKey,
    ) -> Result<LinkAttempt, StoreError> {
        let scope = self.scope.number();
        let fingerprint =
            login_fingerprint(self.tx.store(), scope, &account.user_id, &account.provider_id, login_name);
        let aad = Aad { scope, kind: ACCOUNT_LOGIN, id: account.id.as_str() };
        let sealed = key.seal(self.tx.random(), &aad, login_name.as_bytes());
        let params = params![
            &account.id,
            &account.user_id,
            &account.provider_id,
            account.created_at,
            account.status.as_str(),
            account.error_code.map(AccountErrorCode::as_str),
            account.updated_at,
            account.monitor_status.as_str(),
            account.monitor_updated_at,
            scope,
            fingerprint,
            sealed,
            self.tx.now(),
        ];
        self.tx.execute(INSERT_ACCOUNT, params).await?;
        Ok(LinkAttempt { account: account.id.clone(), number: FIRST_ATTEMPT })
    }

    /// Begins another attempt to connect an account, which takes the place of the one before; `None` when the account was
    /// revoked, or does not exist. For whoever holds [`ScopedTx::lock_user`].
    pub async fn begin_link_attempt(
        &mut self,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Option<LinkAttempt>, StoreError> {
        let params = params![now, self.tx.now(), id, self.scope.number()];
        let number = self.tx.query_opt(BEGIN_ATTEMPT, params, |row| row.int(0)).await?;
        Ok(number.map(|number| LinkAttempt { account: id.clone(), number }))
    }

    /// Moves an account to the state to which an attempt has come; whether that changed something. An attempt whose place another
    /// one took changes nothing, nor does anything leave `DISCONNECTED`.
    pub async fn update_link_attempt(
        &mut self,
        attempt: &LinkAttempt,
        status: ConnectionStatus,
        error_code: Option<AccountErrorCode>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let code = error_code.map(AccountErrorCode::as_str);
        let params = params![
            status.as_str(),
            code,
            now,
            self.tx.now(),
            &attempt.account,
            self.scope.number(),
            attempt.number,
            status.as_str(),
            code.unwrap_or_default()
        ];
        Ok(self.tx.execute(UPDATE_ATTEMPT, params).await? > 0)
    }

    /// Moves an account to another state; whether that changed something. Nothing leaves `DISCONNECTED`.
    pub async fn update_account_status(
        &mut self,
        id: &AccountId,
        status: ConnectionStatus,
        error_code: Option<AccountErrorCode>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let code = error_code.map(AccountErrorCode::as_str);
        let params = params![
            status.as_str(),
            code,
            now,
            id,
            self.scope.number(),
            status.as_str(),
            code.unwrap_or_default()
        ];
        Ok(self.tx.execute(UPDATE_STATUS, params).await? > 0)
    }

    /// Says whether an account is read again; whether that changed something.
    pub async fn update_account_monitor(
        &mut self,
        id: &AccountId,
        status: MonitorStatus,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let params = params![status.as_str(), now, id, self.scope.number(), status.as_str()];
        Ok(self.tx.execute(UPDATE_MONITOR, params).await? > 0)
    }

    /// Keeps what the account's source left for reading it again, sealed with the account's own key; `None`: nothing.
    pub async fn keep_source_session(
        &mut self,
        id: &AccountId,
        session: Option<(&SecretString, &DataKey)>,
    ) -> Result<(), StoreError> {
        let scope = self.scope.number();
        let aad = Aad { scope, kind: SOURCE_SESSION, id: id.as_str() };
        let sealed = session
            .map(|(session, key)| key.seal(self.tx.random(), &aad, session.expose_secret().as_bytes()));
        self.tx.execute(KEEP_SESSION, params![sealed, id, scope]).await.map(|_| ())
    }

    /// Says that a process works on linking an account, until that moment of the machine's clock.
    pub async fn hold_link(&mut self, id: &AccountId, until: Timestamp) -> Result<(), StoreError> {
        self.tx.execute(HOLD_LINK, params![id, until]).await.map(|_| ())
    }

    /// Notes when everything of an account was read last.
    pub async fn note_account_read(&mut self, id: &AccountId, at: Timestamp) -> Result<(), StoreError> {
        self.tx.execute(NOTE_READ, params![at, id, self.scope.number()]).await.map(|_| ())
    }

    /// Forgets the account's login name, so that the same login makes a new account and nobody recognises it; for revokes.
    pub async fn clear_login(&mut self, id: &AccountId) -> Result<(), StoreError> {
        self.tx.execute(CLEAR_LOGIN, params![id, self.scope.number()]).await.map(|_| ())
    }
}
