//! A widget's session: what a link token is spent for.

use sahod_model::{Datapoint, Timestamp, UserId, WinkTemplateId};
use sahod_store::{LinkSession, Scope, SessionRef};

/// A widget's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// The tenant and mode that it is in.
    pub(crate) scope: Scope,
    /// Who sits at the widget.
    pub user_id: UserId,
    /// When it ends, by the machine's clock, as the person's browser has it.
    pub expires_at: Timestamp,
    /// Who asks for the data.
    pub tenant_name: String,
    /// Whether the tenant shares links with others, now and when the session began.
    pub(crate) shares_links: bool,
    /// Whether what the person connects is read again month by month, where the provider allows it.
    pub monitors: bool,
    /// What its steps are noted for.
    pub(crate) reference: SessionRef,
    /// The Wink template that the page named.
    pub(crate) wink_template: Option<WinkTemplateId>,
}

impl Session {
    /// The kinds of data that the person is asked for: not when they linked elsewhere, unless the tenant shares that.
    pub fn datapoints(&self) -> impl Iterator<Item = Datapoint> {
        Datapoint::ALL.into_iter().filter(|kind| *kind != Datapoint::Links || self.shares_links)
    }
}

impl From<LinkSession> for Session {
    fn from(found: LinkSession) -> Self {
        Self {
            reference: found.reference(),
            expires_at: found.scope.machine_time(found.expires_at),
            scope: found.scope,
            user_id: found.user_id,
            tenant_name: found.tenant_name,
            shares_links: found.shares_links,
            monitors: found.monitors,
            wink_template: found.wink_template,
        }
    }
}
