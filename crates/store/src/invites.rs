//! Invites and their logs. Who was invited is sealed under the user's own key, with the token of the landing page.

use sahod_model::{
    ExposeSecret as _, Invite, InviteId, InviteLog, InviteLogId, InviteStatus, InviteTemplateId, Invitee,
    SecretString, Timestamp, UserId, WinkTemplateId,
};
use sahod_vault::{Aad, DataKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::{INVITEE, open_json, to_json},
};

macro_rules! columns {
    () => {
        "id, created_at, user_id, template_id, wink_template_id, status, updated_at, invited_at, linked_at, expires_at, invitee"
    };
}

statements! {
    GET_INVITE = concat!("SELECT ", columns!(), " FROM invites WHERE id = $1 AND scope = $2");
    LIST_INVITES = concat!("SELECT ", columns!(), " FROM invites
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    INSERT_INVITE = "INSERT INTO invites (scope, id, created_at, user_id, template_id, wink_template_id, status, updated_at,
        invited_at, linked_at, expires_at, token_hash, invitee)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    LINK_INVITE = "UPDATE invites SET status = 'LINKED', linked_at = $1, updated_at = $2
        WHERE user_id = $3 AND scope = $4 AND status <> 'LINKED' RETURNING id";
    REVOKE_INVITE = "UPDATE invites SET status = 'REVOKED', updated_at = $1
        WHERE user_id = $2 AND scope = $3 AND status = 'LINKED' RETURNING id";
    LIST_LOGS = "SELECT id, invite_id, user_id, status, created_at FROM invite_logs
        WHERE scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4) AND invite_id = $5
        ORDER BY created_at DESC, id DESC LIMIT $6";
    INSERT_LOG = "INSERT INTO invite_logs (scope, id, invite_id, user_id, status, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
}

#[derive(Serialize)]
struct InviteeRef<'a> {
    full_name: &'a str,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    email: &'a str,
    token: &'a str,
}

#[derive(Deserialize)]
struct OpenedInvitee {
    full_name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: String,
    token: SecretString,
}

impl From<OpenedInvitee> for Invitee {
    fn from(opened: OpenedInvitee) -> Self {
        let OpenedInvitee { full_name, first_name, last_name, email, token } = opened;
        Self { full_name, first_name, last_name, email, token }
    }
}

/// An invite without its invitee, and that one sealed.
fn read(row: Row<'_>) -> Result<(Invite, Vec<u8>), StoreError> {
    let invite = Invite {
        id: row.parsed(0)?,
        created_at: row.timestamp(1)?,
        user_id: row.parsed(2)?,
        template_id: row.parsed::<InviteTemplateId>(3)?,
        wink_template_id: row.opt_parsed::<WinkTemplateId>(4)?,
        status: row.named(5, InviteStatus::from_name)?,
        updated_at: row.timestamp(6)?,
        invited_at: row.timestamp(7)?,
        linked_at: row.opt_timestamp(8)?,
        expires_at: row.timestamp(9)?,
        invitee: None,
    };
    Ok((invite, row.blob(10)?.to_vec()))
}

fn read_log(row: Row<'_>) -> Result<InviteLog, StoreError> {
    Ok(InviteLog {
        id: row.parsed(0)?,
        invite_id: row.parsed(1)?,
        user_id: row.parsed(2)?,
        invite_status: row.named(3, InviteStatus::from_name)?,
        created_at: row.timestamp(4)?,
    })
}

/// Opens invites; those whose user's key was destroyed are left without an invitee.
async fn open(store: &Store, scope: i64, sealed: Vec<(Invite, Vec<u8>)>) -> Result<Vec<Invite>, StoreError> {
    let users: Vec<_> = sealed.iter().map(|(invite, _)| invite.user_id.as_str()).collect();
    let keys = store.vault().live_keys(&users).await?;
    let open = |((mut invite, sealed), key): ((Invite, Vec<u8>), Option<DataKey>)| {
        if let Some(key) = key {
            let aad = Aad { scope, kind: INVITEE, id: invite.id.as_str() };
            invite.invitee = Some(open_json::<OpenedInvitee>(&key, &aad, &sealed)?.into());
        }
        Ok(invite)
    };
    sealed.into_iter().zip(keys).map(open).collect()
}

impl Scoped<'_> {
    /// The invite of that id.
    pub async fn get_invite(&self, id: &InviteId) -> Result<Option<Invite>, StoreError> {
        let scope = self.scope.number();
        let found = self.store.data().query_opt(GET_INVITE, params![id, scope], read).await?;
        Ok(open(self.store, scope, found.into_iter().collect()).await?.pop())
    }

    /// A page of invites, newest first.
    pub async fn list_invites(&self, page: &PageRequest) -> Result<Page<Invite>, StoreError> {
        let scope = self.scope.number();
        let params = window(scope, None, None, page.after.as_ref());
        let page = self
            .store
            .data()
            .page(LIST_INVITES, params, page, read, |(invite, _)| Position::of(invite.created_at, &invite.id))
            .await?;
        Ok(Page { items: open(self.store, scope, page.items).await?, next: page.next })
    }

    /// A page of an invite's changes, newest first.
    pub async fn list_invite_logs(
        &self,
        invite: &InviteId,
        page: &PageRequest,
    ) -> Result<Page<InviteLog>, StoreError> {
        let mut params = window(self.scope.number(), None, None, page.after.as_ref());
        params.push(invite.into());
        self.store
            .data()
            .page(LIST_LOGS, params, page, read_log, |log| Position::of(log.created_at, &log.id))
            .await
    }
}

impl ScopedTx<'_> {
    /// Inserts an invite with the first entry of its log. `key` is the user's own; `token_hash` is of the invitee's token.
    pub async fn insert_invite(
        &mut self,
        invite: &Invite,
        invitee: &Invitee,
        token_hash: [u8; 32],
        key: &DataKey,
    ) -> Result<(), StoreError> {
        let scope = self.scope.number();
        let aad = Aad { scope, kind: INVITEE, id: invite.id.as_str() };
        let json = to_json(&InviteeRef {
            full_name: &invitee.full_name,
            first_name: invitee.first_name.as_deref(),
            last_name: invitee.last_name.as_deref(),
            email: &invitee.email,
            token: invitee.token.expose_secret(),
        })?;
        let sealed = key.seal(self.tx.random(), &aad, Zeroizing::new(json).as_bytes());
        let params = params![
            scope,
            &invite.id,
            invite.created_at,
            &invite.user_id,
            &invite.template_id,
            invite.wink_template_id.as_ref(),
            invite.status.as_str(),
            invite.updated_at,
            invite.invited_at,
            invite.linked_at,
            invite.expires_at,
            token_hash,
            sealed,
        ];
        self.tx.insert(INSERT_INVITE, params).await?;
        self.insert_log(&invite.id, &invite.user_id, invite.status, invite.created_at).await
    }

    /// Notes that an invited user shares an account; the invite, when it was not linked before.
    pub async fn link_invite(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<InviteId>, StoreError> {
        let params = params![now, now, user, self.scope.number()];
        let changed = self.tx.query_opt(LINK_INVITE, params, |row| row.parsed(0)).await?;
        if let Some(invite) = &changed {
            self.insert_log(invite, user, InviteStatus::Linked, now).await?;
        }
        Ok(changed)
    }

    /// Notes that a user shares nothing any more; the invite, when it was linked before.
    pub async fn revoke_invite(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<InviteId>, StoreError> {
        let params = params![now, user, self.scope.number()];
        let changed = self.tx.query_opt(REVOKE_INVITE, params, |row| row.parsed(0)).await?;
        if let Some(invite) = &changed {
            self.insert_log(invite, user, InviteStatus::Revoked, now).await?;
        }
        Ok(changed)
    }

    async fn insert_log(
        &mut self,
        invite: &InviteId,
        user: &UserId,
        status: InviteStatus,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = InviteLogId::new(self.tx.clock(), self.tx.random());
        let params = params![self.scope.number(), &id, invite, user, status.as_str(), now];
        self.tx.insert(INSERT_LOG, params).await
    }
}
