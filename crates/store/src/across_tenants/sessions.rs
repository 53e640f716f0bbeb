//! Sessions of the widget: who a caller of the Link API is.

use std::time::Duration;

use sahod_model::{Step, Timestamp, TokenId, WinkTemplateId};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::StoreError,
    scope::{self, Scope},
    tokens::LinkSession,
};

macro_rules! session {
    () => {
        concat!("SELECT ", scope::columns!(), ", k.user_id, k.id, k.expires_at, t.name,
            k.asks_links * t.shares_links, t.monitors, k.wink_template_id, k.redeemed_at
            FROM link_tokens k JOIN scopes s ON s.number = k.scope JOIN tenants t ON t.id = s.tenant_id
            WHERE k.session_hash = $1 AND k.created_at <= $2 + s.clock_shift AND k.expires_at > $2 + s.clock_shift")
    };
}

statements! {
    // What a session asks for stays as the person was shown it at its start.
    REDEEM_TOKEN = "UPDATE link_tokens SET redeemed_at = $1 + s.clock_shift, session_hash = $2, wink_template_id = $3,
            asks_links = t.shares_links
        FROM scopes s JOIN tenants t ON t.id = s.tenant_id
        WHERE link_tokens.id = $4 AND s.number = link_tokens.scope AND link_tokens.redeemed_at IS NULL
            AND link_tokens.created_at <= $1 + s.clock_shift AND link_tokens.expires_at > $1 + s.clock_shift";
    GET_SESSION = session!();
    SWEEP_TOKENS = "DELETE FROM link_tokens WHERE id IN
        (SELECT id FROM link_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
}

/// How long a link token is kept after its end: so long a page that was left open is still shown, to say that its time is over.
const KEPT_AFTER_END: Duration = Duration::from_hours(30 * 24);

fn read_session(row: Row<'_>) -> Result<LinkSession, StoreError> {
    Ok(LinkSession {
        scope: Scope::from_row(row, 0)?,
        user_id: row.parsed(4)?,
        token_id: row.parsed(5)?,
        expires_at: row.timestamp(6)?,
        tenant_name: row.text(7)?.to_owned(),
        shares_links: row.int(8)? != 0,
        monitors: row.int(9)? != 0,
        wink_template: row.opt_parsed(10)?,
        opened_at: row.timestamp(11)?,
    })
}

/// Sessions.
impl Store {
    /// Spends a link token for a session, which is found by that hash from now on. `None` when the token is spent, expired
    /// or unknown: of any number of tries, one succeeds.
    pub async fn redeem_link_token(
        &self,
        id: &TokenId,
        session_hash: [u8; 32],
        template: Option<&WinkTemplateId>,
        now: Timestamp,
    ) -> Result<Option<LinkSession>, StoreError> {
        let params = params![now, session_hash, template, id];
        let mut tx = self.begin().await?;
        if tx.execute(REDEEM_TOKEN, params).await? == 0 {
            return Ok(None);
        }
        let session = tx.query_opt(GET_SESSION, params![session_hash, now], read_session).await?;
        if let Some(session) = &session {
            tx.scoped(&session.scope).insert_step(&session.reference(), Step::Opened, None, None).await?;
        }
        tx.commit().await?;
        Ok(session)
    }

    /// Deletes up to `limit` link tokens that ended long ago, with their sessions; how many it were. A tenant's test clock is
    /// never behind the machine's, so none is deleted early.
    pub async fn sweep_link_tokens(&self, limit: u16) -> Result<u64, StoreError> {
        let params = params![self.ended_before(KEPT_AFTER_END), i64::from(limit)];
        self.data().write(SWEEP_TOKENS, params).await
    }

    /// The session of that hash, unless it has ended.
    pub async fn link_session(
        &self,
        session_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<LinkSession>, StoreError> {
        self.data().query_opt(GET_SESSION, params![session_hash, now], read_session).await
    }
}
