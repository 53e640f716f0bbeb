//! The end of an attempt that did not come to a connection.

use sahod_model::{Account, AccountErrorCode, ConnectionStatus, EventData, Step};
use sahod_store::{LinkAttempt, Scope, SessionRef};

use super::{
    Linking,
    limits::{counted, is_wrong},
};
use crate::{AppError, sources::account_event};

/// An attempt that ends.
pub(super) struct Ending<'a> {
    pub(super) scope: &'a Scope,
    pub(super) account: &'a Account,
    pub(super) attempt: &'a LinkAttempt,
    /// The session in which it was begun, as far as that is known.
    pub(super) session: Option<&'a SessionRef>,
}

impl Linking {
    /// Ends the account in an error, announces it and notes it among the steps of the session, all or nothing; with which code
    /// in the end. `None`, and nothing done, when the account was revoked meanwhile or a later attempt is under way.
    pub(super) async fn fail_attempt(
        &self,
        Ending { scope, account, attempt, session }: Ending<'_>,
        code: AccountErrorCode,
    ) -> Result<Option<AccountErrorCode>, AppError> {
        let now = self.services.now(scope);
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(&account.user_id).await?;
        let code = if is_wrong(code) {
            let before =
                scoped.wrong_sign_ins(&account.user_id, &account.provider_id, counted(now)).await?.count;
            self.services.config.link_limits.judge(code, before)
        } else {
            code
        };
        if !scoped.update_link_attempt(attempt, ConnectionStatus::Error, Some(code), now).await? {
            return Ok(None);
        }
        let event = EventData::AccountFailed {
            account: account_event(account),
            error_code: code,
            error_message: code.message(),
        };
        scoped.append_event(&event, Some(&(&account.id).into())).await?;
        if let Some(session) = session {
            scoped.insert_step(session, Step::Failed, Some(&account.provider_id), Some(code)).await?;
        }
        tx.commit().await?;
        Ok(Some(code))
    }
}
