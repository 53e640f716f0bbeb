//! The sandbox through its public face: the catalogue, a sign-in, readings.

mod data;
mod login;

use async_trait::async_trait;
use sahod_model::{
    AccountErrorCode, Datapoint, ExposeSecret as _, Mode, Provider, SecretString, Timestamp,
    item::SourceItem,
    link::TestPerson,
    provider::{LoginFieldKind, LoginName},
};
use std::sync::Mutex;

use crate::{
    Catalogue, Credentials, Pace, Person, PromptRequest, SignIn, SourceError, SourceSession, test_people,
};

/// A person who answers every prompt with the same code, or not at all.
struct Answering {
    code: Option<&'static str>,
    asked: Mutex<Vec<PromptRequest>>,
}

impl Answering {
    fn with(code: Option<&'static str>) -> Self {
        Self { code, asked: Mutex::default() }
    }
}

#[async_trait]
impl Person for Answering {
    async fn ask(&self, prompt: PromptRequest) -> Result<SecretString, AccountErrorCode> {
        self.asked.lock().unwrap().push(prompt);
        self.code.map(SecretString::from).ok_or(AccountErrorCode::MfaTimeout)
    }
}

fn catalogue() -> Catalogue {
    Catalogue::new(Pace::instant()).unwrap()
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
    catalogue: &Catalogue,
    id: &str,
    fields: Credentials,
    person: &Answering,
    now: Timestamp,
) -> Result<Box<dyn SourceSession>, SourceError> {
    let provider = provider(catalogue, id);
    let connector = catalogue.connector_for(Mode::Sandbox, &provider.id).unwrap();
    connector.sign_in(SignIn { provider, fields, now }, person).await
}

/// A login name of that person that the provider takes.
fn login_name(provider: &Provider, person: &TestPerson) -> String {
    let field = provider.login.iter().find(|field| field.kind == LoginFieldKind::Login).unwrap();
    if field.accepts.contains(&LoginName::Email) { person.email.to_owned() } else { person.mobile.to_owned() }
}

/// Everything of that kind that the provider has of the person at that moment.
async fn read(
    catalogue: &Catalogue,
    id: &str,
    person: &TestPerson,
    kind: Datapoint,
    now: Timestamp,
) -> Vec<SourceItem> {
    let fields = filled(&login_name(provider(catalogue, id), person), person.password);
    let answers = Answering::with(Some(person.code));
    let mut session = sign_in(catalogue, id, fields, &answers, now).await.unwrap();
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
