//! The job that erases users who share nothing and to whom nothing has happened for as long as the operator says: once a day, on one
//! node.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::Timestamp;
use sahod_store::Scope;

use super::Sharing;
use crate::{Acting, AppError};

const ERASE_IDLE_USERS: &str = "erase_idle_users.v1";
/// There is one such job, and this is its id on every node.
const ID: &str = "job-00000000000000000000000000000002";
const EVERY: Duration = Duration::from_hours(24);
/// Users that are looked at in one statement.
const BATCH: u16 = 500;

impl Sharing {
    /// Sees to it that idle users are erased from now on.
    pub async fn start_erasing_idle_users(&self) -> Result<(), AppError> {
        let id = ID.parse().map_err(AppError::internal)?;
        let now = self.services.clock.now();
        Ok(self.services.store.ensure_standing_job(&id, ERASE_IDLE_USERS, now).await?)
    }

    /// Erases every user who has been idle for as long as the operator says; how many it were.
    pub async fn erase_idle_users(&self) -> Result<u64, AppError> {
        let days = u64::from(self.services.config.consent.idle_user_days);
        let mut erased = 0;
        if days == 0 {
            return Ok(erased);
        }
        for number in self.services.store.scope_numbers().await? {
            let Some(scope) = self.services.store.scope_by_number(number).await? else { continue };
            let lifetime = Duration::from_hours(24).as_micros().saturating_mul(days.into());
            let lifetime = i64::try_from(lifetime).unwrap_or(i64::MAX);
            let now = self.services.now(&scope).as_micros();
            erased +=
                self.erase_idle_since(&scope, Timestamp::from_micros(now.saturating_sub(lifetime))).await?;
        }
        Ok(erased)
    }

    async fn erase_idle_since(&self, scope: &Scope, since: Timestamp) -> Result<u64, AppError> {
        let acting = Acting::job(ERASE_IDLE_USERS, scope.clone());
        let (mut erased, mut after) = (0, None);
        loop {
            let users = self.services.store.scoped(scope).idle_users(since, after.as_ref(), BATCH).await?;
            for user in &users.idle {
                self.erase_user(&acting, user).await?;
                erased += 1;
            }
            after = users.next;
            if after.is_none() {
                return Ok(erased);
            }
        }
    }
}

/// Erases idle users, and comes back.
pub(crate) struct EraseIdleUsers(Sharing);

impl EraseIdleUsers {
    pub(crate) const fn new(sharing: Sharing) -> Self {
        Self(sharing)
    }
}

impl Handler for EraseIdleUsers {
    fn kind(&self) -> &'static str {
        ERASE_IDLE_USERS
    }

    fn run<'a>(&'a self, _: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let reason = match self.0.erase_idle_users().await {
                Ok(erased) => format!("{erased} erased, done until the next time").into(),
                Err(error) => error.to_string().into(),
            };
            Outcome::Retry { after: EVERY, reason }
        })
    }
}
