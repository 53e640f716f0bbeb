//! The surfaces of Sahod over HTTP: routers, extractors, wire types, the envelope.
//!
//! This room turns requests into calls of `app` and its answers into bytes. It has no rules of its own: what may be
//! done, by whom and in which order is `app`'s. Everything that a caller sends is checked here, all of it at once,
//! before a use case sees it.

mod assets;
mod bodies;
mod client_address;
mod cors;
mod crowd;
mod envelope;
mod error;
mod fields;
mod file_places;
mod hosts;
mod html;
mod idempotency;
mod limits;
mod link;
mod list;
mod nouns;
mod open;
mod openapi;
mod pages;
mod params;
mod query;
mod rate_limit;
mod readiness;
mod record;
mod reference;
mod request_id;
mod server;
mod state;
mod surfaces;
mod turns;
mod uploads;
mod urls;
mod web;
mod wire;

pub use bodies::BodyLimits;
pub use client_address::counted as counted_address;
pub use crowd::{Capacity, Crowd, Full, Member, Place};
pub use hosts::{Front, Hosts};
pub use link::kept_document as link_api_document;
pub use rate_limit::{Rate, RateLimitConfig};
pub use readiness::Readiness;
pub use server::{ApiConfig, router};
pub use surfaces::Surfaces;
pub use turns::TurnLimits;
pub use urls::PublicUrls;
