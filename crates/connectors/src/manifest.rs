//! Provider manifests: what `providers/<id>/manifest.yaml` holds, and the check that lists all its faults.

use std::fmt;

use sahod_model::{
    Datapoint, Provider,
    item::DocumentType,
    provider::{LoginField, LoginFieldKind, LoginName, ProviderSubType, ProviderType},
};
use serde::{Deserialize, de::value::StrDeserializer};

use crate::sandbox::spec::{SandboxSpec, SandboxSpecRaw};

/// Folder name and text of every manifest, as they were when the binary was built.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/manifests.rs"));

/// The countries whose providers are served (ISO 3166 alpha-2).
const COUNTRIES: [&str; 4] = ["ID", "IN", "PH", "SG"];

/// A checked manifest.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) provider: Provider,
    pub(crate) sandbox: SandboxSpec,
}

/// One thing that is wrong with one manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("providers/{folder}/manifest.yaml: {fault}")]
pub struct ManifestFault {
    /// The provider's folder.
    pub folder: String,
    /// What is wrong, and what would be right.
    pub fault: String,
}

/// Everything that is wrong with the manifests; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFaults(pub Vec<ManifestFault>);

impl fmt::Display for ManifestFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("provider manifests have faults:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ManifestFaults {}

/// All manifests by provider name, then id, or every fault of every one of them.
pub(crate) fn embedded() -> Result<Vec<Manifest>, ManifestFaults> {
    let mut manifests = Vec::new();
    let mut faults = Vec::new();
    for (folder, text) in EMBEDDED {
        match read(folder, text) {
            Ok(manifest) => manifests.push(manifest),
            Err(found) => faults
                .extend(found.into_iter().map(|fault| ManifestFault { folder: (*folder).to_owned(), fault })),
        }
    }
    if !faults.is_empty() {
        return Err(ManifestFaults(faults));
    }
    manifests.sort_by_cached_key(|manifest| {
        (manifest.provider.name.to_lowercase(), manifest.provider.id.to_string())
    });
    Ok(manifests)
}

/// The file's shape. Names of enumerations are texts here, so that all wrong ones are found, not only the first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Raw {
    id: String,
    name: String,
    long_name: String,
    country: Option<String>,
    #[serde(rename = "type")]
    provider_type: String,
    sub_type: String,
    #[serde(default)]
    mfa: bool,
    #[serde(default)]
    monitor: bool,
    supports: Vec<String>,
    login: Vec<RawField>,
    sandbox: SandboxSpecRaw,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawField {
    name: String,
    kind: String,
    #[serde(default)]
    accepts: Vec<String>,
    label: String,
    #[serde(default = "yes")]
    required: bool,
}

const fn yes() -> bool {
    true
}

/// The value of an enumeration by the name that it has on the wire.
pub(crate) fn named<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    T::deserialize(StrDeserializer::<serde::de::value::Error>::new(name)).ok()
}

/// The manifest in `text`, or all its faults.
fn read(folder: &str, text: &str) -> Result<Manifest, Vec<String>> {
    let raw: Raw = serde_norway::from_str(text).map_err(|error| vec![error.to_string()])?;
    let mut faults = Vec::new();
    let id = raw.id.parse().map_err(|error| faults.push(format!("id: {error}"))).ok();
    if raw.id != folder {
        faults.push(format!("id: is {:?}, but the folder's name is {folder:?}", raw.id));
    }
    for (key, value) in [("name", &raw.name), ("longName", &raw.long_name)] {
        if value.trim().is_empty() || value.trim() != value.as_str() {
            faults.push(format!("{key}: is empty or has space around it"));
        }
    }
    if let Some(country) = &raw.country
        && !COUNTRIES.contains(&country.as_str())
    {
        faults
            .push(format!("country: {country:?} is none of {COUNTRIES:?}; leave it out for many countries"));
    }
    let provider_type = named::<ProviderType>(&raw.provider_type);
    if provider_type.is_none() {
        faults.push(format!("type: {:?} is no provider type", raw.provider_type));
    }
    let sub_type = named::<ProviderSubType>(&raw.sub_type);
    match (provider_type, sub_type) {
        (_, None) => faults.push(format!("subType: {:?} is no sub-type", raw.sub_type)),
        (Some(main), Some(sub)) if !belongs(sub, main) => {
            faults.push(format!("subType: {} does not belong to {}", sub.as_str(), main.as_str()));
        }
        _ => {}
    }
    let supported = supported(&raw.supports, &mut faults);
    let sandbox = raw.sandbox.check(&mut faults);
    let login = login(raw.login, sandbox.redirect, &mut faults);
    let (Some(id), Some(provider_type), Some(sub_type)) = (id, provider_type, sub_type) else {
        return Err(faults);
    };
    let provider = Provider {
        id,
        name: raw.name,
        long_name: raw.long_name,
        country: raw.country,
        provider_type,
        sub_type,
        active: true,
        mfa: raw.mfa,
        account_connection: true,
        supported,
        monitor_supported: raw.monitor,
        health: sandbox.health,
        login,
    };
    sandbox.check_against(&provider, &mut faults);
    if faults.is_empty() { Ok(Manifest { provider, sandbox }) } else { Err(faults) }
}

/// Whether that line of business belongs to that type of provider.
fn belongs(sub: ProviderSubType, main: ProviderType) -> bool {
    use ProviderSubType as Sub;
    main == match sub {
        Sub::Services | Sub::Transportation | Sub::Sharing | Sub::Trading => ProviderType::Gig,
        Sub::Insurance | Sub::Identification => ProviderType::Government,
        Sub::Hris | Sub::Payroll => ProviderType::System,
        Sub::Wallet => ProviderType::Credential,
        _ => ProviderType::Employer,
    }
}

/// The supported kinds, in the order of [`Datapoint::ALL`].
fn supported(names: &[String], faults: &mut Vec<String>) -> Vec<Datapoint> {
    let mut kinds = Vec::new();
    for name in names {
        match named::<Datapoint>(name) {
            None => faults.push(format!("supports: {name:?} is no kind of data")),
            Some(kind) if kinds.contains(&kind) => faults.push(format!("supports: {name} is listed twice")),
            Some(kind) => kinds.push(kind),
        }
    }
    if !kinds.contains(&Datapoint::Identities) {
        faults.push("supports: IDENTITIES is missing".to_owned());
    }
    let sources = [Datapoint::Transactions, Datapoint::Incomes, Datapoint::Contributions];
    if kinds.contains(&Datapoint::Eincomes) && !sources.iter().any(|kind| kinds.contains(kind)) {
        faults.push("supports: EINCOMES has nothing that it could be derived from".to_owned());
    }
    Datapoint::ALL.into_iter().filter(|kind| kinds.contains(kind)).collect()
}

/// The sign-in form. Where people sign in at the provider's own page it only asks who they are.
fn login(raw: Vec<RawField>, redirect: bool, faults: &mut Vec<String>) -> Vec<LoginField> {
    let mut fields: Vec<LoginField> = Vec::new();
    for field in raw {
        let at = format!("login {:?}", field.name);
        let plain = field.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if field.name.is_empty() || !plain || fields.iter().any(|other| other.name == field.name) {
            faults.push(format!("{at}: a name has letters, digits and underscores, and is used once"));
        }
        if field.label.trim().is_empty() {
            faults.push(format!("{at}: label is empty"));
        }
        let mut accepts = Vec::new();
        for name in &field.accepts {
            match login_name(name) {
                Some(name) => accepts.push(name),
                None => faults.push(format!("{at}: accepts: {name:?} is no login name")),
            }
        }
        let kind = match field.kind.as_str() {
            "LOGIN" => LoginFieldKind::Login,
            "PASSWORD" => LoginFieldKind::Password,
            "TEXT" => LoginFieldKind::Text,
            other => {
                faults.push(format!("{at}: kind: {other:?} is none of LOGIN, PASSWORD, TEXT"));
                continue;
            }
        };
        if (kind == LoginFieldKind::Login) == field.accepts.is_empty() {
            faults.push(format!("{at}: accepts is for LOGIN fields, and they need it"));
        }
        fields.push(LoginField {
            name: field.name,
            kind,
            accepts,
            label: field.label,
            required: field.required,
        });
    }
    let required = |kind| fields.iter().filter(|field| field.kind == kind && field.required).count();
    if required(LoginFieldKind::Login) != 1 {
        faults.push("login: needs exactly one required LOGIN field".to_owned());
    }
    if required(LoginFieldKind::Password) != usize::from(!redirect) {
        faults.push("login: needs exactly one required PASSWORD field, or with `redirect` none".to_owned());
    }
    fields
}

fn login_name(name: &str) -> Option<LoginName> {
    Some(match name {
        "EMAIL" => LoginName::Email,
        "MOBILE" => LoginName::Mobile,
        "USERNAME" => LoginName::Username,
        "SS_NUMBER" => LoginName::SsNumber,
        "EMPLOYEE_NUMBER" => LoginName::EmployeeNumber,
        _ => return None,
    })
}

/// The document type of that name.
pub(crate) fn document_type(name: &str) -> Option<DocumentType> {
    Some(match name {
        "IDENTIFICATION" => DocumentType::Identification,
        "PAYSLIP" => DocumentType::Payslip,
        "CLEARANCE" => DocumentType::Clearance,
        "CERTIFICATE" => DocumentType::Certificate,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manifest_is_valid() {
        if let Err(faults) = embedded() {
            panic!("{faults}");
        }
        assert_eq!(embedded().unwrap().len(), EMBEDDED.len());
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
        let faults = read("right", text).unwrap_err();
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
    fn a_misspelt_key_is_a_fault() {
        let faults = read("x", "id: x\nnmae: X").unwrap_err();
        assert!(faults[0].contains("nmae"), "{faults:?}");
    }
}
