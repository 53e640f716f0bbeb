//! Whom the sandbox lets in.

use std::time::Duration;

use sahod_model::{
    AccountErrorCode, ExposeSecret, Provider,
    link::{PromptChannel, PromptKind},
    provider::{LoginFieldKind, LoginName},
};

use super::{
    generator::Source,
    people::{PROFILES, Profile},
    spec::SandboxSpec,
};
use crate::{
    connector::{Person, PromptRequest},
    credentials::{Credentials, normalise_login},
};

/// How long a code is awaited.
const CODE_TIMEOUT: Duration = Duration::from_mins(5);

/// The person whose login and password these are; `TEXT` fields are not looked at.
pub(super) fn find(
    provider: &Provider,
    spec: &SandboxSpec,
    fields: &Credentials,
) -> Option<&'static Profile> {
    PROFILES.iter().find(|person| {
        let source = Source { person, provider, spec };
        provider.login.iter().all(|field| {
            let value = fields.get(&field.name).map_or("", |value| value.expose_secret());
            match field.kind {
                LoginFieldKind::Login => {
                    let typed = normalise_login(value);
                    field.accepts.iter().any(|name| is_login(&source, *name, &typed))
                }
                LoginFieldKind::Password => value == person.test.password,
                LoginFieldKind::Text => true,
            }
        })
    })
}

/// Whether the person is known by that normalised login name.
fn is_login(source: &Source<'_>, name: LoginName, typed: &str) -> bool {
    let person = source.person;
    let is = |known: &str| normalise_login(known) == typed;
    match name {
        LoginName::Email => is(person.test.email),
        LoginName::Mobile => is(person.test.mobile),
        LoginName::Username => is(person.username),
        LoginName::SsNumber => person.test.ss_number.is_some_and(is),
        LoginName::EmployeeNumber => {
            is(person.employee_number) || source.employee_number().is_some_and(|number| is(&number))
        }
    }
}

/// Asks for the code and checks it.
pub(super) async fn ask_code(
    found: &Profile,
    spec: &SandboxSpec,
    person: &dyn Person,
) -> Result<(), AccountErrorCode> {
    let prompt = PromptRequest {
        kind: PromptKind::Code,
        channel: spec.channel,
        sent_to: Some(masked(found, spec.channel)),
        length: u8::try_from(found.test.code.len()).ok(),
        timeout: CODE_TIMEOUT,
    };
    let answer = person.ask(prompt).await?;
    if answer.expose_secret().trim() == found.test.code { Ok(()) } else { Err(AccountErrorCode::InvalidMfa) }
}

/// Where the code went, as far as anyone may see it.
fn masked(person: &Profile, channel: PromptChannel) -> String {
    match channel {
        PromptChannel::Sms => {
            let mobile = person.test.mobile;
            format!("•••• {}", &mobile[mobile.len().saturating_sub(4)..])
        }
        PromptChannel::Email => {
            let (name, domain) = person.test.email.split_once('@').unwrap_or_default();
            format!("{}•••@{domain}", name.chars().take(1).collect::<String>())
        }
    }
}
