//! The sandbox through its public face: the catalogue, a sign-in, readings.

mod data;
mod login;
mod providers;
mod scripts;

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use sahod_connectors::{
    BoxFuture, Catalogue, Credentials, ManifestFaults, Manifests, Person, PromptReply, PromptRequest, SignIn,
    SourceError, SourceSession,
};
use sahod_model::{
    AccountErrorCode, Datapoint, ExposeSecret as _, Mode, Provider, SeededRandom, Timestamp,
    item::SourceItem,
    link::TestPerson,
    provider::{LoginFieldKind, LoginName},
};

use crate::{Pace, SandboxConnector, Scenario, test_people};

const RETURN_URL: &str = "http://link-sandbox.test/v1/oauth/callback";

/// A person who answers every prompt with the same text, or not at all; the source's own page they agree to.
struct Answering<'a> {
    catalogue: &'a Sandbox,
    answer: Option<&'a str>,
    asked: Mutex<Vec<PromptRequest>>,
}

impl<'a> Answering<'a> {
    fn with(catalogue: &'a Sandbox, answer: Option<&'a str>) -> Self {
        Self { catalogue, answer, asked: Mutex::default() }
    }

    /// What the sandbox's own page sends the person back with.
    fn agree(&self, address: &str) -> String {
        let query = address.split_once('?').unwrap().1;
        let value = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).unwrap().1.into_owned()
        };
        assert_eq!(value("redirect_uri"), RETURN_URL);
        let code = self.catalogue.connector.grant(value("code_challenge"), &SeededRandom::new(2));
        format!("code={code}&state={}", value("state"))
    }
}

#[async_trait]
impl Person for Answering<'_> {
    async fn ask(&self, prompt: PromptRequest) -> Result<PromptReply, AccountErrorCode> {
        let own_page = prompt.question.url().map(|address| self.agree(address));
        self.asked.lock().unwrap().push(prompt);
        let answer = own_page.or_else(|| self.answer.map(str::to_owned));
        answer.map(|text| PromptReply::Answer(text.into())).ok_or(AccountErrorCode::MfaTimeout)
    }

    async fn wait(
        &self,
        prompt: PromptRequest,
        elsewhere: BoxFuture<'_, Result<(), AccountErrorCode>>,
    ) -> Result<(), AccountErrorCode> {
        self.asked.lock().unwrap().push(prompt);
        elsewhere.await
    }
}

/// The catalogue of the sandbox alone, and what plays its providers.
struct Sandbox {
    catalogue: Catalogue,
    connector: Arc<SandboxConnector>,
}

impl Sandbox {
    fn of(mut manifests: Manifests, pace: Pace) -> Result<Self, ManifestFaults> {
        let mut catalogue = Catalogue::default();
        let connector = SandboxConnector::offer(&mut manifests, &mut catalogue, pace);
        manifests.finish().map(|()| Self { catalogue, connector })
    }
}

impl Deref for Sandbox {
    type Target = Catalogue;

    fn deref(&self) -> &Catalogue {
        &self.catalogue
    }
}

fn catalogue() -> Sandbox {
    Sandbox::of(Manifests::embedded(), Pace::instant()).unwrap()
}

fn now() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn provider<'a>(catalogue: &'a Catalogue, id: &str) -> &'a Provider {
    catalogue.get(Mode::Sandbox, &id.parse().unwrap()).unwrap()
}

fn filled(login: &str, password: &str) -> Credentials {
    Credentials::new(
        [("login", login), ("password", password)].map(|(k, v)| (k.to_owned(), v.to_owned().into())),
    )
}

async fn sign_in(
    id: &str,
    fields: Credentials,
    person: &Answering<'_>,
    now: Timestamp,
) -> Result<Box<dyn SourceSession>, SourceError> {
    sign_in_as(id, fields, None, person, now).await
}

async fn sign_in_as(
    id: &str,
    fields: Credentials,
    scenario: Option<Scenario>,
    person: &Answering<'_>,
    now: Timestamp,
) -> Result<Box<dyn SourceSession>, SourceError> {
    let provider = provider(person.catalogue, id);
    let connector = match scenario {
        Some(scenario) => person.catalogue.connector.for_scenario(scenario),
        None => person.catalogue.connector_for(Mode::Sandbox, &provider.id).unwrap(),
    };
    let random = SeededRandom::new(1);
    let login = SignIn { provider, fields, now, random: &random, return_url: RETURN_URL };
    connector.sign_in(login, person).await
}

/// A login name of that person that the provider takes.
fn login_name(provider: &Provider, person: &TestPerson) -> String {
    let field = provider.login.iter().find(|field| field.kind == LoginFieldKind::Login).unwrap();
    if field.accepts.contains(&LoginName::Email) { person.email.to_owned() } else { person.mobile.to_owned() }
}

/// Everything of that kind that the provider has of the person at that moment.
async fn read(
    catalogue: &Sandbox,
    id: &str,
    person: &TestPerson,
    kind: Datapoint,
    now: Timestamp,
) -> Vec<SourceItem> {
    let fields = filled(&login_name(provider(catalogue, id), person), person.password);
    let answers = Answering::with(catalogue, Some(person.code));
    let mut session = sign_in(id, fields, &answers, now).await.unwrap();
    session.read(kind).await.unwrap()
}

/// The kinds that can be read.
fn readable(provider: &Provider) -> impl Iterator<Item = Datapoint> {
    provider.supported.iter().copied().filter(|kind| !kind.is_derived())
}

fn george() -> &'static TestPerson {
    &test_people()[0]
}

#[test]
fn missing_fields_are_named() {
    let catalogue = catalogue();
    let upwork = provider(&catalogue, "upwork");
    let fields = filled(" ", "123456");
    let missing: Vec<_> = fields.missing(upwork).map(|field| field.name.as_str()).collect();
    assert_eq!(missing, ["login"]);
    assert!(fields.login(upwork).is_none());
    let login = filled("GPalomero1234@smileapi.io", "x").login(upwork).unwrap();
    assert_eq!(login.expose_secret(), "gpalomero1234@smileapi.io");
}
