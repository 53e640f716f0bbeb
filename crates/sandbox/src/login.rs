//! Whom the sandbox lets in.

use sahod_connectors::{Credentials, normalise_login};
use sahod_model::{
    ExposeSecret, Provider,
    provider::{LoginFieldKind, LoginName},
};

use crate::{
    data::Membership,
    people::Profile,
    scenario::{PersonName, Scenario, ScenarioIdentity},
    script::Script,
    spec::SandboxSpec,
};

/// What the person gets whose login and password these are; `TEXT` fields are not looked at. A provider that asks for
/// no password lets in everyone whom it knows by name.
pub(super) fn find(provider: &Provider, spec: &SandboxSpec, fields: &Credentials) -> Option<Scenario> {
    let (person, profile) = PersonName::ALL
        .into_iter()
        .map(|person| (person, person.profile()))
        .find(|(_, profile)| is_known(&Membership { person: profile, provider, spec }, fields))?;
    let password = provider.login.iter().find(|field| field.kind == LoginFieldKind::Password);
    let script = match password {
        None => Script::default(),
        Some(field) => {
            let typed = fields.get(&field.name).map_or("", |value| value.expose_secret());
            script_of(profile, typed)?
        }
    };
    Some(Scenario { person, identity: ScenarioIdentity::default(), script })
}

/// What a password means: the person's own is the usual course of things.
fn script_of(person: &Profile, password: &str) -> Option<Script> {
    if password == person.test.password { Some(Script::default()) } else { Script::from_password(password) }
}

/// Whether the login fields name the person.
fn is_known(membership: &Membership<'_>, fields: &Credentials) -> bool {
    membership.provider.login.iter().filter(|field| field.kind == LoginFieldKind::Login).all(|field| {
        let typed = normalise_login(fields.get(&field.name).map_or("", |value| value.expose_secret()));
        field.accepts.iter().any(|name| is_login(membership, *name, &typed))
    })
}

/// Whether the person is known by that normalised login name.
fn is_login(membership: &Membership<'_>, name: LoginName, typed: &str) -> bool {
    let person = membership.person;
    let is = |known: &str| normalise_login(known) == typed;
    match name {
        LoginName::Email => is(person.test.email),
        LoginName::Mobile => is(person.test.mobile),
        LoginName::Username => is(person.username),
        LoginName::SsNumber => person.test.ss_number.is_some_and(is),
        LoginName::EmployeeNumber => {
            is(person.employee_number) || membership.employee_number().is_some_and(|number| is(&number))
        }
    }
}
