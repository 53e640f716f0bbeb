//! The one door through which this installation reaches what is not part of it: other servers, by HTTP, the place where
//! files are kept ([`FileStore`]), and the mail server ([`Mailer`]). The operator names the last two, which therefore need no
//! guard.
//!
//! It owns the address guard, the bounds on time and size, and the words for what went wrong. Whoever calls a foreign
//! server uses [`HttpClient`]; `clippy.toml` bans every other client.
//!
//! It refuses:
//! * addresses in networks that only this machine can see, because their URLs are typed in by customers. The check is
//!   made on the addresses that are then connected to, so that a name that resolves to something else the second time
//!   gains nothing;
//! * redirects, because each would be a new address that nobody asked for;
//! * proxies from the environment, because a proxy would make the connection in our place, unguarded;
//! * answers that are too slow or too large, however slowly they drip.
//!
//! Errors say what happened in words a person understands. They never carry an address, a header or a body.

mod address;
mod client;
mod config;
mod error;
mod files;
mod mail;
mod message;
mod resolver;

pub use address::NetworkKind;
pub use client::{HttpClient, Observer};
pub use config::HttpClientConfig;
pub use error::HttpError;
pub use files::{FileStore, FileStoreError, FilesConfig};
pub use mail::{Mail, MailConfig, MailEncryption, MailError, Mailer, check_mail_address};
pub use message::{HttpBeginning, HttpRequest, HttpResponse, Method};
