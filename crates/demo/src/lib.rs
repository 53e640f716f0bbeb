//! The demo: "Demo Lending", a fictional lender's site that lets applicants share their income through Sahod.
//!
//! It shows an integrating developer everything that happens when a person connects an account: the widget's
//! callbacks, the webhooks and the data. It is built like a customer would build it: it knows the public API's address
//! and a key, and nothing else. It never touches another room's tables, queues or types of the app.
//!
//! It owns the page (built from `ui/demo`), the few calls that need the API secret, which the browser must not see, and
//! the webhook receiver with a bounded memory of what came in.
//!
//! It refuses to be a general proxy: resources are on a list, each call is for one applicant, and only revoking an
//! account changes anything. It keeps nothing on disk; after a restart it registers a webhook with a new secret.
//!
//! ```no_run
//! # async fn example(config: sahod_demo::DemoConfig) -> Result<(), sahod_demo::DemoError> {
//! # use std::sync::Arc;
//! let demo = sahod_demo::Demo::new(
//!     config,
//!     Arc::new(sahod_model::SystemClock),
//!     Arc::new(sahod_model::SystemRandom),
//! )?;
//! let router = demo.router(); // serve this first: the webhooks come here
//! demo.start().await?;
//! # Ok(())
//! # }
//! ```

mod config;
mod data;
mod demo;
mod error;
mod events;
mod open_api;
mod page;
mod registration;
mod router;
mod session;
mod state;
mod stream;
mod webhook;

pub use config::DemoConfig;
pub use demo::Demo;
pub use error::DemoError;
