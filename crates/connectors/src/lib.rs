//! What talks to a data source.
//!
//! This room owns the traits that every connector fills in ([`Connector`], [`SourceSession`]) and the one through which a
//! connector asks the person something ([`Person`]), the manifests of providers (`providers/<id>/manifest.yaml`, embedded
//! when the binary is built) and the catalogue, which says for each mode which providers there are and what talks to them.
//!
//! It refuses to store anything, to know about accounts, tenants or events, to know any connector by name, and to derive
//! data: a connector hands over what the source says and `app` makes of it what it will. Estimated incomes are derived, so
//! no connector reads them. Credentials live here only while a sign-in runs, are never printed and are wiped when dropped.
//!
//! Production lists what has a `live:` section in its manifest. **No provider has one yet**, and a provider that is not
//! offered is not listed. A real platform's or institution's name in the sandbox says nothing about its being supported
//! live.

pub mod catalogue;
pub mod connector;
pub mod credentials;
pub mod live;
pub mod manifest;
pub mod oauth;
pub mod prompts;

pub use async_trait::async_trait;
pub use catalogue::{Catalogue, NoConnector};
pub use connector::{Connector, SignIn, SourceError, SourceSession};
pub use credentials::{Credentials, CredentialsError, normalise_login};
pub use manifest::{ManifestFault, ManifestFaults, Manifests};
pub use prompts::{BoxFuture, Person, PromptReply, PromptRequest};
