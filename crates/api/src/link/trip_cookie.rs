//! By what a browser is known again that left for a source's own page: the only cookie of this program.

use axum::http::{HeaderMap, header};
use sahod_model::{ExposeSecret as _, SecretString};

use crate::state::Surface;

/// How much of a ticket is in the cookie's name, so that trips that are under way at the same time have one each.
const TICKET_CHARS: usize = 16;

/// The cookie of one trip.
pub(super) struct TripCookie {
    name: String,
    /// Where the address begins with `https://`.
    secure: bool,
    max_age: u64,
}

impl TripCookie {
    pub(super) fn new(surface: &Surface, ticket: &str) -> Self {
        let secure = surface.app.linking.leave_url(surface.mode).starts_with("https://");
        // With this prefix browsers take it from this very host and over TLS alone (RFC 6265bis, 4.1.3.2).
        let prefix = if secure { "__Host-" } else { "" };
        let ticket: String = ticket.chars().take(TICKET_CHARS).collect();
        let max_age = surface.app.config().link_lifetime.as_secs();
        Self { name: format!("{prefix}sahod-trip-{ticket}"), secure, max_age }
    }

    /// Gives it. Other sites' requests do not carry it, but for a person who comes back from one (`Lax`).
    pub(super) fn given(&self, proof: &SecretString) -> String {
        self.header(proof.expose_secret(), self.max_age)
    }

    /// Takes it back.
    pub(super) fn taken(&self) -> String {
        self.header("", 0)
    }

    fn header(&self, value: &str, max_age: u64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", self.name)
    }

    /// What the browser says that it has.
    pub(super) fn read(&self, headers: &HeaderMap) -> Option<SecretString> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name).map(|(_, value)| value.into())
    }
}
