//! What talks to a data source.
//!
//! This room owns the catalogue of providers (one manifest each, `providers/<id>/manifest.yaml`, embedded when the
//! binary is built), the traits that every connector fills in ([`Connector`], [`SourceSession`]) and the one through
//! which a connector asks the person something ([`Person`]), and the sandbox source with its four test people.
//!
//! It refuses to store anything, to know about accounts, tenants or events, and to derive data: a connector hands over
//! what the source says and `app` makes of it what it will. Estimated incomes are derived, so no connector reads them.
//! Credentials live here only while a sign-in runs, are never printed and are wiped when dropped.
//!
//! In production mode the catalogue is **empty**: no connector to a live source exists yet, and a provider that cannot
//! be connected is not offered. The sandbox's providers show what a person would see, with made-up data only; a real
//! platform's or institution's name says nothing about its being supported live.

pub mod catalogue;
pub mod connector;
pub mod credentials;
pub mod manifest;
mod oauth;
pub mod sandbox;

pub use async_trait::async_trait;
pub use catalogue::{Catalogue, UnknownProvider};
pub use connector::{BoxFuture, Connector, Person, PromptRequest, Reply, SignIn, SourceError, SourceSession};
pub use credentials::{Credentials, CredentialsError, normalise_login};
pub use manifest::{ManifestFault, ManifestFaults};
pub use sandbox::{
    DataSet, MAX_SCRIPT_PROMPTS, MAX_SCRIPT_SECONDS, Pace, PersonName, Rehearsal, RehearsedKind, Scenario,
    ScenarioIdentity, Script, ScriptPrompt, Sleeper, TestInput, TestInputGroup, test_inputs, test_people,
};
