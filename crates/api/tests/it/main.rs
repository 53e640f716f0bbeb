//! The whole installation from outside: every surface of the API over a real store, on both databases.
//!
//! Requests go straight into the router, without a port; all else is what runs in production, the worker and the sandbox
//! source included. Only time is a test's own. What holds for every answer (the envelope, the contract's schemas) is
//! checked on every answer, by the harness.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests, helpers included"
)]

mod harness;

mod api_keys;
mod arbitrary;
mod archives;
mod authorisation;
mod bad_bodies;
mod bad_queries;
mod conformance;
mod consent_templates;
mod cors;
mod cursors;
mod deliveries;
mod eincomes;
mod envelopes;
mod erased_users;
mod events;
mod examples;
mod exports;
mod filters;
mod idempotency;
mod insights;
mod invite_templates;
mod invites;
mod leaps;
mod link_limits;
mod linking;
mod linking_faults;
mod monitors;
mod network;
mod nothing_left;
mod openapi;
mod origins;
mod own_uploads;
mod payloads;
mod prompts;
mod providers;
mod rate_limit;
mod readings;
mod receipts;
mod reconnects;
mod redeliveries;
mod requests;
mod revokes;
mod sandbox_inputs;
mod sandbox_page;
mod scenarios;
mod shares;
mod steps;
mod tenants;
mod test_clock;
mod tokens;
mod uploads;
mod user_sessions;
mod webhooks;
mod wink_templates;
