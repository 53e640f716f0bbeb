//! Which providers the sandbox has, and what their manifests say.

use sahod_model::ProviderId;

use super::*;

fn faults(folder: &str, text: &str) -> Vec<String> {
    let faults = Sandbox::of(Manifests::read([(folder, text)]), Pace::instant()).err().unwrap();
    faults.0.into_iter().map(|fault| fault.fault).collect()
}

#[test]
fn every_manifest_is_valid() {
    let mut manifests = Manifests::embedded();
    let mut catalogue = Catalogue::default();
    SandboxConnector::offer(&mut manifests, &mut catalogue, Pace::instant());
    sahod_connectors::live::offer(&mut manifests, &mut catalogue);
    if let Err(faults) = manifests.finish() {
        panic!("{faults}");
    }
}

#[test]
fn all_faults_of_a_manifest_are_listed_at_once() {
    let text = "
id: Wrong
name: ''
longName: Wrong Ltd
country: XX
type: EMPLOYER
subType: HRIS
supports: [RATINGS, RATINGS, EINCOMES, MONEY]
login:
  - { name: login, kind: LOGIN, accepts: [FAX], label: Fax }
  - { name: login, kind: SECRET, label: '' }
sandbox: { pay: HOURLY }
";
    let faults = faults("right", text);
    for expected in [
        "id: a provider id",
        "the folder's name",
        "name: is empty",
        "country: \"XX\"",
        "does not belong",
        "RATINGS is listed twice",
        "\"MONEY\" is no kind",
        "IDENTITIES is missing",
        "EINCOMES has nothing",
        "\"FAX\" is no login name",
        "used once",
        "label is empty",
        "\"SECRET\" is none of",
        "required PASSWORD",
        "pay: \"HOURLY\"",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}: {faults:#?}");
    }
}

#[test]
fn a_misspelt_key_of_the_section_is_a_fault() {
    let manifest = |sandbox: &str| {
        format!(
            "{{ id: rides, name: Rides, longName: Rides, type: GIG, subType: TRANSPORTATION, supports: [IDENTITIES], \
             login: [{{ name: login, kind: LOGIN, accepts: [EMAIL], label: E-mail }}], redirect: true, sandbox: {sandbox} }}"
        )
    };
    assert!(
        Sandbox::of(Manifests::read([("rides", &*manifest("{ health: DOWN }"))]), Pace::instant()).is_ok()
    );
    for (section, path) in [
        ("{ helath: UP }", "sandbox: helath: unknown field"),
        ("{ papers: [{ prefx: X }] }", "sandbox: papers[0].prefx: unknown field"),
        ("{ employers: nobody }", "sandbox: employers: invalid type"),
    ] {
        let faults = faults("rides", &manifest(section));
        assert!(faults[0].starts_with(path), "{faults:?}");
    }
}

#[test]
fn the_sandbox_has_a_believable_catalogue_in_order() {
    let catalogue = catalogue();
    let list = catalogue.list(Mode::Sandbox);
    assert!(list.len() >= 34, "{}", list.len());
    assert!(list.windows(2).all(|pair| pair[0].name.to_lowercase() <= pair[1].name.to_lowercase()));
    for id in ["upwork", "freelancer", "grab", "abccorp", "cdecorp", "sss_ph"] {
        assert!(catalogue.get(Mode::Sandbox, &id.parse().unwrap()).is_some(), "{id}");
    }
    for country in ["PH", "ID", "SG", "IN"] {
        assert!(
            list.iter().filter(|provider| provider.country.as_deref() == Some(country)).count() >= 4,
            "{country}"
        );
    }
}

#[test]
fn production_offers_nothing_and_says_so() {
    let (mut manifests, mut catalogue) = (Manifests::embedded(), Catalogue::default());
    SandboxConnector::offer(&mut manifests, &mut catalogue, Pace::instant());
    sahod_connectors::live::offer(&mut manifests, &mut catalogue);
    let upwork: ProviderId = "upwork".parse().unwrap();
    assert!(catalogue.list(Mode::Production).is_empty());
    assert!(catalogue.get(Mode::Production, &upwork).is_none());
    let error = catalogue.connector_for(Mode::Production, &upwork).err().unwrap();
    assert_eq!(error.to_string(), "there is no provider upwork in mode PRODUCTION");
    assert!(catalogue.connector_for(Mode::Sandbox, &"nobody".parse().unwrap()).is_err());
    assert!(catalogue.connector_for(Mode::Sandbox, &upwork).is_ok());
}
