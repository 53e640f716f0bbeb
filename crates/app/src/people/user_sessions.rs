//! What follows for a person when an account begins or ends to be shared.

use sahod_model::{EventData, SessionStatus, Timestamp, UserId, event::InviteEvent};
use sahod_store::ScopedTx;

use crate::AppError;

/// An account of the user was connected. For whoever holds the user's lock.
pub(crate) async fn sharing_began(
    scoped: &mut ScopedTx<'_>,
    user: &UserId,
    now: Timestamp,
) -> Result<(), AppError> {
    if let Some(invite_id) = scoped.link_invite(user, now).await? {
        let event = EventData::InviteLinked(InviteEvent { user_id: user.clone(), invite_id });
        scoped.append_event(&event, None).await?;
    }
    Ok(())
}

/// The last account that the user shared was revoked. For whoever holds the user's lock.
pub(crate) async fn sharing_ended(
    scoped: &mut ScopedTx<'_>,
    user: &UserId,
    now: Timestamp,
) -> Result<(), AppError> {
    scoped.revoke_invite(user, now).await?;
    scoped.update_user_session(user, SessionStatus::Revoked).await?;
    Ok(())
}
