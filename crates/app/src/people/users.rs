//! Users: the people whose data a tenant asks for.

use sahod_model::{EventData, ExternalMetadata, Right, SessionStatus, User, UserId, UserSession};
use sahod_store::{Page, PageRequest, Scope, ScopedTx, UserFilter};
use sahod_vault::DataKey;

use super::{IssuedToken, People};
use crate::{Acting, AppError};

/// Inserts a user and announces it.
pub(super) async fn insert_user(
    scoped: &mut ScopedTx<'_>,
    user: &User,
    key: Option<&DataKey>,
) -> Result<(), AppError> {
    scoped.insert_user(user, key).await?;
    let event = EventData::UserCreated { user_id: user.id.clone(), session: user.session() };
    scoped.append_event(&event, None).await?;
    Ok(())
}

impl People {
    /// Makes a user and its first link token.
    pub async fn create_user(
        &self,
        acting: &Acting,
        external_metadata: ExternalMetadata,
    ) -> Result<(User, IssuedToken), AppError> {
        let scope = acting.may(Right::Write)?;
        let token = self.sign_token(scope).await?;
        let id = UserId::new(scope.tenant(), self.services.clock.as_ref(), self.services.random.as_ref());
        let key = if external_metadata.is_empty() {
            None
        } else {
            Some(self.services.store.create_key(id.as_str()).await?)
        };
        let user = User {
            id,
            created_at: self.services.now(scope),
            external_metadata,
            session_status: SessionStatus::InProgress,
        };
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        insert_user(&mut scoped, &user, key.as_ref()).await?;
        scoped.insert_link_token(&Self::stored_token(&token, &user.id)).await?;
        tx.commit().await?;
        Ok((user, token))
    }

    /// Has a user start over: what lets widgets work for it ends now, and its session is in progress again. What it shares
    /// stays shared. Repeating it changes nothing.
    pub async fn reset_user_session(&self, acting: &Acting, id: &UserId) -> Result<(), AppError> {
        let scope = acting.may(Right::Write)?;
        self.find_user(scope, id).await?;
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        scoped.lock_user(id).await?;
        let ended = scoped.end_link_tokens(id, self.services.now(scope)).await?;
        let moved = scoped.update_user_session(id, SessionStatus::InProgress).await?;
        if ended || moved {
            let session = UserSession::new(id, SessionStatus::InProgress);
            scoped.append_event(&EventData::UserSessionReset { session }, None).await?;
        }
        tx.commit().await?;
        // Nobody may be listening.
        let _ = self.resets.send(id.clone());
        Ok(())
    }

    /// The user of that id.
    pub async fn get_user(&self, acting: &Acting, id: &UserId) -> Result<User, AppError> {
        self.find_user(acting.may(Right::Read)?, id).await
    }

    pub(super) async fn find_user(&self, scope: &Scope, id: &UserId) -> Result<User, AppError> {
        self.services.store.scoped(scope).get_user(id).await?.ok_or(AppError::Missing)
    }

    /// A page of users, newest first.
    pub async fn list_users(
        &self,
        acting: &Acting,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_users(filter, page).await?)
    }
}
