//! `/sandbox/scenarios`

use axum::{extract::State, http::Method};
use sahod_app::{
    DataSet, MAX_SCRIPT_PROMPTS, MAX_SCRIPT_SECONDS, PersonContent, PersonName, Rehearsal, SandboxPerson,
    Scenario, ScenarioIdentity, Script, ScriptPrompt,
};
use sahod_model::{AccountErrorCode, Date, ProviderId, Right, ScenarioId, Timestamp, texts::check_email};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::NoFilter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation},
    state::{Authenticated, Path, Surface, path_id},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Sandbox Scenarios", "People of your own in your sandbox.")
        .list(
            "/sandbox/scenarios",
            Operation::new("list-sandbox-scenarios", "List scenarios"),
            |call, NoFilter, page| async move { call.app.sandbox.list_scenarios(&call.acting, &page).await },
        )
        .make(
            "/sandbox/scenarios",
            Operation::new("create-sandbox-scenario", "Make a scenario")
                .about(
                    "Somebody who can sign in at one provider of the sandbox with a login name and a \
                     password of yours. They have a test person's data, under another name if you like, \
                     and everything goes as the script says. Only in the sandbox.",
                )
                .body::<CreateScenario>()
                .created(),
            |fields, _| read(fields),
            |call, (provider_id, content)| async move {
                call.app.sandbox.create_scenario(&call.acting, provider_id, content).await
            },
        )
        .get_one(
            "/sandbox/scenarios/{id}",
            Operation::new("get-sandbox-scenario", "Get a scenario"),
            |call, id| async move { call.app.sandbox.get_scenario(&call.acting, &id).await },
        )
        .post(
            "/sandbox/scenarios/{id}/try",
            rehearse,
            Operation::new("try-sandbox-scenario", "Try a scenario")
                .needs(Right::Read)
                .about("Tells what happens when that person signs in, and makes nothing.")
                .one::<Rehearsal>(),
        )
        .act(
            (Method::DELETE, "/sandbox/scenarios/{id}"),
            Operation::new("delete-sandbox-scenario", "Delete a scenario")
                .about("Accounts that the person connected stay."),
            |call, id| async move { call.app.sandbox.delete_scenario(&call.acting, &id).await },
        )
}

/// Somebody of your own in the sandbox.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SandboxScenario")]
pub struct ScenarioWire<'a> {
    /// The scenario's id.
    id: &'a ScenarioId,
    /// When it was made.
    created_at: Timestamp,
    /// Where the person can sign in.
    provider_id: &'a ProviderId,
    /// What the person types as login name.
    login: &'a str,
    /// What the person types as password; null where the provider asks for none.
    password: Option<&'a str>,
    /// Whose data it is.
    person: PersonName,
    /// What the identity says instead.
    identity: &'a ScenarioIdentity,
    /// How it plays out.
    script: &'a Script,
}

impl<'a> From<&'a SandboxPerson> for ScenarioWire<'a> {
    fn from(person: &'a SandboxPerson) -> Self {
        let PersonContent { login, password, scenario } = &person.content;
        Self {
            id: &person.id,
            created_at: person.created_at,
            provider_id: &person.provider_id,
            login,
            password: password.as_deref(),
            person: scenario.person,
            identity: &scenario.identity,
            script: &scenario.script,
        }
    }
}

impl Shown for SandboxPerson {
    type Wire<'a> = ScenarioWire<'a>;

    fn show(&self, _: &Call) -> Result<ScenarioWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// What a scenario is made of.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read` reads it")]
struct CreateScenario {
    /// Where the person can sign in.
    provider_id: ProviderId,
    /// What the person types as login name; one scenario of each at a provider.
    #[schemars(length(min = 1, max = 100))]
    login: String,
    /// What the person types as password, where the provider asks for one.
    #[schemars(length(min = 1, max = 100))]
    password: Option<String>,
    /// Whose data it is.
    person: PersonName,
    /// What the identity says instead.
    identity: Option<ScenarioIdentity>,
    /// How it plays out; as the provider does anyway, where it says nothing.
    script: Option<Script>,
}

fn read(mut fields: Fields) -> Result<(ProviderId, PersonContent), ApiError> {
    let provider_id = fields.required_id("providerId", "is not the id of a provider: see GET /providers");
    let login = fields.required_text("login", 1..=100);
    let password = fields.text("password", 1..=100);
    let person = fields.required_one_of("person", "GEORGE, RYAN, CHRISTINA or ANISHA", named);
    let identity = fields.object("identity", |fields| Some(read_identity(fields))).unwrap_or_default();
    let script = fields.object("script", |fields| Some(read_script(fields))).unwrap_or_default();
    let made = (|| {
        let scenario = Scenario { person: person?, identity, script };
        Some((provider_id?, PersonContent { login: login?, password, scenario }))
    })();
    fields.finish(made)
}

fn read_identity(fields: &mut Fields) -> ScenarioIdentity {
    ScenarioIdentity {
        full_name: fields.text("fullName", 1..=200),
        first_name: fields.text("firstName", 1..=100),
        last_name: fields.text("lastName", 1..=100),
        dob: fields.one_of("dob", "a day, written yyyy-MM-dd", |text| text.parse::<Date>().ok()),
        email: fields.checked("email", 1..=200, check_email),
        mobile: fields.text("mobile", 1..=32),
    }
}

fn read_script(fields: &mut Fields) -> Script {
    let mut seconds = |name| {
        let most = u64::from(MAX_SCRIPT_SECONDS);
        let wanted = "a whole number of seconds from 0 to 120";
        let read = |value: Value| value.as_u64().filter(|seconds| *seconds <= most)?.try_into().ok();
        fields.read(name, wanted, read).unwrap_or_default()
    };
    let (sign_in_seconds, read_seconds) = (seconds("signInSeconds"), seconds("readSeconds"));
    let prompts = fields.read("prompts", "a list of at most five of SMS, EMAIL, VOICE, AUTHENTICATOR, CHOICE, QUESTION, APPROVAL, CAPTCHA and REDIRECT", |value| {
        let prompts: Vec<ScriptPrompt> = serde_json::from_value(value).ok()?;
        (prompts.len() <= MAX_SCRIPT_PROMPTS).then_some(prompts)
    });
    let mut code = |name| fields.one_of(name, "an error code of accounts", AccountErrorCode::from_name);
    let (error, sync_error) = (code("error"), code("syncError"));
    let data = fields.one_of("data", "FULL, EMPTY, PARTIAL or HUGE", named::<DataSet>).unwrap_or_default();
    Script { sign_in_seconds, read_seconds, prompts, error, data, sync_error }
}

/// Whatever has that name on the wire.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(Value::from(name)).ok()
}

/// `POST /sandbox/scenarios/{id}/try`
async fn rehearse(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Reply, ApiError> {
    Reply::object(&surface.app.sandbox.try_scenario(&acting, &path_id(&id)?).await?)
}
