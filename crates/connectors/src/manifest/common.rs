//! What a manifest says of a provider in every mode.

use sahod_model::{
    Datapoint, Provider,
    provider::{LoginField, LoginFieldKind, LoginName, ProviderHealth, ProviderSubType, ProviderType},
};
use serde::{Deserialize, Deserializer, de::value::StrDeserializer};
use serde_norway::Value;

/// The countries whose providers are served (ISO 3166 alpha-2).
const COUNTRIES: [&str; 4] = ["ID", "IN", "PH", "SG"];

/// A manifest that was read, as far as it could be.
pub(super) struct Manifest {
    /// The provider, unless what makes one is missing.
    pub(super) provider: Option<Provider>,
    /// Its part for the sandbox, which is read by whoever plays the sandbox.
    pub(super) sandbox: Option<Value>,
    /// Its part for production.
    pub(super) live: Option<Value>,
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
    redirect: bool,
    #[serde(default)]
    monitor: bool,
    supports: Vec<String>,
    login: Vec<RawField>,
    #[serde(default, deserialize_with = "given")]
    sandbox: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    live: Option<Value>,
}

/// What is written after a key. Nothing at all is a value as well: whoever wrote the key meant something.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
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
#[must_use]
pub fn named<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    T::deserialize(StrDeserializer::<serde::de::value::Error>::new(name)).ok()
}

/// The manifest in `text`, `None` when it has another shape; what is wrong is added to `faults`.
pub(super) fn read(folder: &str, text: &str, faults: &mut Vec<String>) -> Option<Manifest> {
    let raw: Raw = match serde_norway::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            faults.push(error.to_string());
            return None;
        }
    };
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
    let supported = supported(&raw.supports, faults);
    let login = login(raw.login, raw.redirect, faults);
    if raw.sandbox.is_none() && raw.live.is_none() {
        faults.push("sandbox, live: at least one of them must be there".to_owned());
    }
    let (sandbox, live) = (raw.sandbox, raw.live);
    let (Some(id), Some(provider_type), Some(sub_type)) = (id, provider_type, sub_type) else {
        return Some(Manifest { provider: None, sandbox, live });
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
        health: ProviderHealth::Up,
        login,
    };
    Some(Manifest { provider: Some(provider), sandbox, live })
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
