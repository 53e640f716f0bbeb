//! Steps of people at the widget: ids, dates and kinds only.

use std::time::Duration;

use sahod_model::{AccountErrorCode, ProviderId, SessionStep, Step, StepId, Timestamp, TokenId, UserId};

use crate::{
    Store,
    engine::{Params, Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scope, Scoped, ScopedTx},
};

/// Steps of one session that its widget tells, at most: whoever has the session's token could send them without an end. Steps that
/// arrive at the same moment may each find the last free place. What this program sees by itself is noted in any case: attempts
/// are limited, and counted by it.
const MOST_OF_WIDGET: i64 = 500;
/// How long they are kept: a quarter can be compared with the same one of the year before.
const LIFETIME: Duration = Duration::from_hours(24 * 460);

statements! {
    LIST_BY_USER = "SELECT id, session_id, user_id, created_at, step, provider_id, error_code FROM steps
        WHERE +scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4) AND user_id = $5
        ORDER BY created_at DESC, id DESC LIMIT $6";
    COUNT_STEPS = "SELECT step, count(DISTINCT session_id) FROM steps
        WHERE scope = $1 AND opened_at >= $2 AND opened_at <= $3 GROUP BY step";
    COUNT_FAILURES = "SELECT error_code, count(DISTINCT session_id) FROM steps
        WHERE scope = $1 AND opened_at >= $2 AND opened_at <= $3 AND step = 'FAILED' AND error_code IS NOT NULL
        GROUP BY error_code ORDER BY error_code";
    INSERT_STEP = "INSERT INTO steps
        (scope, user_id, created_at, id, session_id, opened_at, step, provider_id, error_code)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        WHERE (SELECT count(*) FROM steps WHERE session_id = $5) < $10";
    LATEST_SUBMISSION = "SELECT session_id, user_id, opened_at FROM steps
        WHERE +scope = $1 AND user_id = $2 AND step = 'SUBMITTED' AND provider_id = $3
        ORDER BY created_at DESC, id DESC LIMIT 1";
    COUNT_SUBMISSIONS = "SELECT count(*) FROM steps WHERE session_id = $1 AND +scope = $2 AND step = 'SUBMITTED'";
    COUNT_WRONG = "SELECT count(*), max(created_at) FROM steps
        WHERE user_id = $1 AND provider_id = $2 AND created_at > $3 AND created_at <= $4 AND +scope = $5
            AND error_code IS NOT NULL AND error_code IN ('INVALID_CREDENTIALS', 'INVALID_MFA', 'ACCOUNT_LOCKED')";
    SWEEP_STEPS = "DELETE FROM steps WHERE (user_id, created_at, id) IN
        (SELECT user_id, created_at, id FROM steps WHERE scope = $1 AND opened_at < $2 ORDER BY opened_at LIMIT $3)";
}

/// The session that steps are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRef {
    /// The link token that it was opened with.
    pub id: TokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// How far the sessions of a span came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    /// In how many sessions a step was taken, of each that was in any.
    pub steps: Vec<(Step, u64)>,
    /// In how many sessions something failed with a code, of each that occurred.
    pub failures: Vec<(AccountErrorCode, u64)>,
}

/// How often a person tried to sign in at a provider with what was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongSignIns {
    /// How often.
    pub count: u32,
    /// When last.
    pub latest: Option<Timestamp>,
}

const READ_WRONG: fn(Row<'_>) -> Result<WrongSignIns, StoreError> = |row| {
    Ok(WrongSignIns { count: u32::try_from(row.int(0)?).unwrap_or(u32::MAX), latest: row.opt_timestamp(1)? })
};

fn read(row: Row<'_>) -> Result<SessionStep, StoreError> {
    Ok(SessionStep {
        id: row.parsed(0)?,
        session_id: row.parsed(1)?,
        user_id: row.parsed(2)?,
        created_at: row.timestamp(3)?,
        step: row.named(4, Step::from_name)?,
        provider_id: row.opt_parsed(5)?,
        error_code: row.opt_named(6, AccountErrorCode::from_name)?,
    })
}

fn count(row: Row<'_>) -> Result<u64, StoreError> {
    u64::try_from(row.int(1)?).map_err(corrupt)
}

impl Scoped<'_> {
    /// A page of a user's steps in all sessions, newest first.
    pub async fn list_steps(
        &self,
        user: &UserId,
        page: &PageRequest,
    ) -> Result<Page<SessionStep>, StoreError> {
        let mut params = window(self.scope.number(), None, None, page.after.as_ref());
        params.push(user.into());
        self.store
            .data()
            .page(LIST_BY_USER, params, page, read, |step| Position::of(step.created_at, &step.id))
            .await
    }

    /// The session in which a user tried last to sign in at a provider.
    pub async fn latest_submission(
        &self,
        user: &UserId,
        provider: &ProviderId,
    ) -> Result<Option<SessionRef>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(SessionRef { id: row.parsed(0)?, user_id: row.parsed(1)?, opened_at: row.timestamp(2)? })
        };
        let params = params![self.scope.number(), user, provider];
        self.store.data().query_opt(LATEST_SUBMISSION, params, read).await
    }

    /// How many attempts were begun in a session.
    pub async fn submissions(&self, session: &SessionRef) -> Result<u64, StoreError> {
        let read = |row: Row<'_>| u64::try_from(row.int(0)?).map_err(corrupt);
        let params = params![&session.id, self.scope.number()];
        Ok(self.store.data().query_opt(COUNT_SUBMISSIONS, params, read).await?.unwrap_or_default())
    }

    /// How often a user tried a wrong password or code at a provider, later than the one moment and up to the other.
    pub async fn wrong_sign_ins(
        &self,
        user: &UserId,
        provider: &ProviderId,
        span: (Timestamp, Timestamp),
    ) -> Result<WrongSignIns, StoreError> {
        let params = wrong(self.scope, user, provider, span);
        let found = self.store.data().query_opt(COUNT_WRONG, params, READ_WRONG).await?;
        found.ok_or_else(|| corrupt("no count"))
    }

    /// How far the sessions came that were opened from the one moment to the other.
    pub async fn funnel(&self, from: Timestamp, to: Timestamp) -> Result<Funnel, StoreError> {
        let (data, params) = (self.store.data(), params![self.scope.number(), from, to]);
        let step = |row: Row<'_>| Ok((row.named(0, Step::from_name)?, count(row)?));
        let failure = |row: Row<'_>| Ok((row.named(0, AccountErrorCode::from_name)?, count(row)?));
        Ok(Funnel {
            steps: data.query(COUNT_STEPS, params.clone(), step).await?,
            failures: data.query(COUNT_FAILURES, params, failure).await?,
        })
    }
}

/// What [`COUNT_WRONG`] is asked with.
fn wrong(
    scope: &Scope,
    user: &UserId,
    provider: &ProviderId,
    (after, until): (Timestamp, Timestamp),
) -> Params {
    params![user, provider, after, until, scope.number()]
}

impl ScopedTx<'_> {
    /// As [`Scoped::wrong_sign_ins`], as this transaction sees it. For whoever holds [`ScopedTx::lock_user`].
    pub async fn wrong_sign_ins(
        &mut self,
        user: &UserId,
        provider: &ProviderId,
        span: (Timestamp, Timestamp),
    ) -> Result<WrongSignIns, StoreError> {
        let params = wrong(self.scope, user, provider, span);
        let found = self.tx.query_opt(COUNT_WRONG, params, READ_WRONG).await?;
        found.ok_or_else(|| corrupt("no count"))
    }

    /// Notes a step of a session, unless the widget tells it and has told very many already.
    pub async fn insert_step(
        &mut self,
        session: &SessionRef,
        step: Step,
        provider: Option<&ProviderId>,
        error: Option<AccountErrorCode>,
    ) -> Result<(), StoreError> {
        let id = StepId::new(self.tx.clock(), self.tx.random());
        let most = if Step::OF_WIDGET.contains(&step) { MOST_OF_WIDGET } else { i64::MAX };
        let params = params![
            self.scope.number(),
            &session.user_id,
            self.scope.now(self.tx.clock()),
            &id,
            &session.id,
            session.opened_at,
            step.as_str(),
            provider,
            error.map(AccountErrorCode::as_str),
            most,
        ];
        self.tx.execute(INSERT_STEP, params).await.map(|_| ())
    }
}

impl Store {
    /// Deletes up to `limit` steps of a scope that are older than they are kept; how many it were.
    pub async fn sweep_steps(&self, scope: i64, limit: u16) -> Result<u64, StoreError> {
        let params = params![scope, self.ended_before(LIFETIME), i64::from(limit)];
        self.data().write(SWEEP_STEPS, params).await
    }
}
