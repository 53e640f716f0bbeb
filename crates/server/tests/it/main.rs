//! The built program from outside: the binary `sahod` as a child process, talked to over HTTP, on both databases.
//!
//! What can be tested within one process is tested nearer to its code. Here is what needs the real thing: what reaches the
//! disk and the logs, what survives `kill -9`, what a start, a stop and a config do, and what the process takes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests, helpers included"
)]

mod harness;

mod canary;
mod config;
mod crash;
mod deliveries;
mod developer;
mod first_start;
mod hostile;
mod memory;
mod mistakes;
mod recordings;
mod releases;
mod resources;
mod revoked;
mod routing;
mod sandbox;
mod signals;
mod strangers;
mod tenants;
mod tls;
mod webhooks;
