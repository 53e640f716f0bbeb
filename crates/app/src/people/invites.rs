//! Invites: people whom a tenant asks by name.

use sahod_model::{
    EventData, ExposeSecret as _, ExternalMetadata, Invite, InviteId, InviteLog, InviteStatus,
    InviteTemplateId, Invitee, Right, SecretString, SessionStatus, User, UserId, WinkTemplateId,
    event::InviteEvent,
};
use sahod_store::{Page, PageRequest};

use super::{People, users::insert_user};
use crate::{Acting, AppError};

/// A person whom a tenant wants to invite.
#[derive(Debug)]
pub struct NewInvite {
    /// Full name.
    pub full_name: String,
    /// First name, when the tenant told it.
    pub first_name: Option<String>,
    /// Last name, when the tenant told it.
    pub last_name: Option<String>,
    /// Where the invitation goes.
    pub email: String,
    /// What the person reads.
    pub template_id: InviteTemplateId,
    /// How the widget looks to the person.
    pub wink_template_id: Option<WinkTemplateId>,
}

impl People {
    /// Invites a person: makes the user, the invite with the first entry of its log, and what is told about both.
    pub async fn create_invite(&self, acting: &Acting, new: NewInvite) -> Result<Invite, AppError> {
        let scope = acting.may(Right::Write)?;
        if self.services.store.scoped(scope).get_invite_template(&new.template_id).await?.is_none() {
            return Err(AppError::invalid("templateId", "is not the id of an invite template"));
        }
        let (clock, random) = (self.services.clock.as_ref(), self.services.random.as_ref());
        let now = self.services.now(scope);
        let user = User {
            id: UserId::new(scope.tenant(), clock, random),
            created_at: now,
            external_metadata: ExternalMetadata::new(),
            session_status: SessionStatus::InProgress,
        };
        let token = SecretString::from(hex::encode(random.array::<32>()));
        let token_hash = self.secrets.hash(&token);
        let invitee = Invitee {
            full_name: new.full_name,
            first_name: new.first_name,
            last_name: new.last_name,
            email: new.email,
            token,
        };
        let invite = Invite {
            id: InviteId::new(clock, random),
            created_at: now,
            user_id: user.id.clone(),
            template_id: new.template_id,
            wink_template_id: new.wink_template_id,
            status: InviteStatus::Invited,
            updated_at: now,
            invited_at: now,
            linked_at: None,
            expires_at: now.plus(self.services.config.invite_lifetime),
            invitee: None,
        };
        let key = self.services.store.create_key(user.id.as_str()).await?;
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(scope);
        insert_user(&mut scoped, &user, Some(&key)).await?;
        scoped.insert_invite(&invite, &invitee, token_hash, &key).await?;
        let event = InviteEvent { user_id: user.id, invite_id: invite.id.clone() };
        scoped.append_event(&EventData::InviteInvited(event), None).await?;
        tx.commit().await?;
        Ok(Invite { invitee: Some(invitee), ..invite })
    }

    /// The invite of that id.
    pub async fn get_invite(&self, acting: &Acting, id: &InviteId) -> Result<Invite, AppError> {
        let scope = acting.may(Right::Read)?;
        self.services.store.scoped(scope).get_invite(id).await?.ok_or(AppError::Missing)
    }

    /// A page of invites, newest first.
    pub async fn list_invites(&self, acting: &Acting, page: &PageRequest) -> Result<Page<Invite>, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_invites(page).await?)
    }

    /// A page of an invite's changes, newest first.
    pub async fn list_invite_logs(
        &self,
        acting: &Acting,
        id: &InviteId,
        page: &PageRequest,
    ) -> Result<Page<InviteLog>, AppError> {
        let scope = acting.may(Right::Read)?;
        self.get_invite(acting, id).await?;
        Ok(self.services.store.scoped(scope).list_invite_logs(id, page).await?)
    }

    /// Where an invited person starts.
    #[must_use]
    pub fn landing_page_url(&self, token: &SecretString) -> String {
        format!("{}/invites/{}", self.services.config.user_url, token.expose_secret())
    }
}
