//! The contract's own schemas (`tests/contract/openapi-ga.json`, cut from the published description: facts of the
//! operations that exist here and of the events that are sent), read more strictly than they are written:
//!
//! - every property that a schema names must be there, because absent values are `null` and never dropped;
//! - a property that it does not name must not be there.
//!
//! Where Sahod differs on purpose is said below, each with its reason, and nowhere else.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

use axum::http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Schemas and properties (`*`: all of them) that may be `null` although the contract does not say so.
const NULL_TOO: &[(&str, &str, &str)] = &[
    ("ObjectNextCursor", "", "the last page has none; the seeds show null"),
    ("TaskFinishedEventData", "errorCode", "a task that succeeded has no error, and absent values are null"),
    ("IdentityPayload", "latestEmployerName", "deprecated; many sources do not know it"),
    ("LiabilityPayload", "nextPaymentAmount", "nothing is to come of a loan whose last payment was due"),
    ("ContributionPayload", "referenceId", "not every scheme numbers its payments; the seeds show null"),
    ("UserSession", "channelId", "the default channel is only one and has no id"),
    ("Invite", "firstName", "need not be given, and absent values are null"),
    ("Invite", "lastName", "the same"),
    ("Invite", "winkTemplateId", "the same"),
    (
        "Invite",
        "linkedAt",
        "nothing is linked at first; required by the contract, and absent values are null",
    ),
    ("ObjectReferenceMetadata", "accountId", "deprecated; what came out of a document has no account"),
    ("ArchivePayslip.matchResult", "*", "nobody here can say, and absent values are null"),
    ("ArchiveValidationResult", "score", "not every check gives a number, and absent values are null"),
    ("ArchiveValidationResult", "resultMessage", "the same"),
    ("ConsentTemplate", "title", "need not be given, and absent values are null"),
    ("ConsentTemplate", "consentMethod", "the same"),
];

/// Properties that may be absent, with the reason.
const MAY_BE_ABSENT: &[(&str, &str, &str)] = &[
    ("Archive", "classification", "null is not allowed, and clients made of the contract fail on one"),
    ("Archive", "analysis", "the same"),
    ("Archive", "extraction", "the same"),
    ("Archive", "validation", "the same"),
    ("ArchivePayslip", "*", "the same"),
    ("Task", "finishedAt", "the same"),
    ("AccountPayload", "identity", "the same"),
    ("AccountPayload", "rating", "the same"),
    ("AccountPayload", "insight", "the same"),
    ("AllDatapointPayload", "identity", "the same"),
    ("AllDatapointPayload", "rating", "the same"),
    ("AllDatapointPayload", "insight", "the same"),
    ("ArchivePayslipAnalysis", "*", "the same"),
    ("TaskFinishedEventData", "payload", "only sent to webhooks that ask for the payload"),
    ("AccountSyncTaskFinishedEvent.data", "payload", "the same"),
    (
        "TaskFinishedEventData",
        "data",
        "required by the published schema, which does not define it: an error there",
    ),
];

/// What Sahod has beyond the contract, with the reason.
const BEYOND: &[(&str, &str)] = &[
    ("GET /sandbox/scenarios", "people of a tenant's own in its sandbox"),
    ("POST /sandbox/scenarios", "the same"),
    ("GET /sandbox/scenarios/{id}", "the same"),
    ("POST /sandbox/scenarios/{id}/try", "the same"),
    ("DELETE /sandbox/scenarios/{id}", "the same"),
    ("GET /sandbox/clock", "the time in a sandbox, which can be moved"),
    ("POST /sandbox/clock/advance", "the same"),
    ("POST /sandbox/clock/reset", "the same"),
    ("GET /winkTemplates", "how the widget looks: the portal's in the seeds, and the API's here"),
    ("POST /winkTemplates", "the same"),
    ("GET /winkTemplates/{id}", "the same"),
    ("PUT /winkTemplates/{id}", "the same"),
    ("DELETE /winkTemplates/{id}", "the same"),
    (
        "GET /origins",
        "which pages may have the widget in them: the portal's in the seeds, and the API's here",
    ),
    ("PUT /origins", "the same"),
    ("DELETE /users/{id}", "people can be forgotten: the law wants it, and the contract has no word for it"),
    ("GET /users/{id}/steps", "how far a person came at the widget"),
    ("GET /funnel", "how far people come at the widget"),
    ("GET /requests", "the requests log: what a tenant's own servers called"),
    ("GET /requests/{id}", "the same"),
    ("GET /events", "to catch up with what webhooks missed"),
    ("GET /events/{id}", "the same"),
    ("GET /events/{id}/attempts", "what became of its deliveries"),
    ("GET /webhooks/{id}/attempts", "what became of deliveries to it"),
    ("GET /webhooks/{id}/status", "how far they have come"),
    ("POST /webhooks/{id}/replay", "to have events sent again"),
    ("POST /webhooks/{id}/test", "to try a receiver"),
    ("POST /webhooks/{id}/rotateSecret", "to replace a secret without losing an event"),
    ("PATCH /webhooks/{id}", "to change a webhook without losing its place"),
];

/// Events that Sahod has beyond the contract, with the reason.
const BEYOND_EVENTS: &[(&str, &str)] = &[(
    "WEBHOOK_DISABLED",
    "a webhook that was switched off because its receiver failed for too long, or is gone",
)];

/// As it was published.
static PUBLISHED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../contract/openapi-ga.json")).unwrap());

/// Read more strictly.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = PUBLISHED.clone();
    // There it has the fields of every kind of document at once. Only payslips are read here.
    document["components"]["schemas"]["ArchiveAnalysis"] =
        json!({ "$ref": "#/components/schemas/ArchivePayslipAnalysis" });
    for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        convert(name, schema, Place::Whole);
    }
    document
});

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// On its own: it knows all properties.
    Whole,
    /// Within an `allOf`: others add properties.
    Part,
}

/// Makes a JSON Schema (2020-12) of a schema of `OpenAPI` 3.0.
fn convert(name: &str, schema: &mut Value, place: Place) {
    let Some(object) = schema.as_object_mut() else { return };
    let nullable = object.remove("nullable") == Some(json!(true))
        || NULL_TOO.iter().any(|(schema, property, _)| *schema == name && property.is_empty());
    if let Some(parts) = object.get_mut("allOf").and_then(Value::as_array_mut) {
        for part in parts {
            convert(name, part, Place::Part);
        }
        object.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    if object.contains_key("properties") {
        convert_properties(name, object, place);
    }
    if let Some(items) = object.get_mut("items") {
        convert(&format!("{name}[]"), items, Place::Whole);
    }
    if let Some(values) = object.get_mut("enum").and_then(Value::as_array_mut) {
        let has_null = values.contains(&Value::Null);
        if nullable && !has_null {
            values.push(Value::Null);
        }
        if nullable || has_null {
            // The values say it all.
            object.remove("type");
        }
    } else if nullable && let Some(kind) = object.remove("type") {
        object.insert("type".to_owned(), json!([kind, "null"]));
    }
}

fn convert_properties(name: &str, object: &mut Map<String, Value>, place: Place) {
    let listed = |list: &[(&str, &str, &str)], property: &str| {
        list.iter().any(|(schema, named, _)| *schema == name && ["*", property].contains(named))
    };
    let properties = object["properties"].as_object_mut().unwrap();
    for (property, schema) in properties.iter_mut() {
        convert(&format!("{name}.{property}"), schema, Place::Whole);
        if listed(NULL_TOO, property) {
            *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] });
        }
    }
    let mut required: BTreeSet<String> = properties.keys().cloned().collect();
    let written = object.get("required").and_then(Value::as_array).into_iter().flatten();
    required.extend(written.map(|property| property.as_str().unwrap().to_owned()));
    required.retain(|property| !listed(MAY_BE_ABSENT, property));
    object.insert("required".to_owned(), json!(required));
    if place == Place::Whole && !is_part(name) {
        object.insert("unevaluatedProperties".to_owned(), json!(false));
    }
}

/// Whether a schema is used as a part of others, which add properties.
fn is_part(name: &str) -> bool {
    let whole = ["AccountPayload", "UserPayload", "AllDatapointPayload"];
    let parts = [
        "CommonResponse",
        "SmileCommonEvent",
        "WebhookCommonEvent",
        "ArchivePayslip",
        "ArchivePayslipMetaData",
    ];
    parts.contains(&name) || (name.ends_with("Payload") && !whole.contains(&name))
}

fn validator(reference: &str) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let make = || {
        let root = json!({ "$ref": reference, "components": DOCUMENT["components"] });
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        Arc::new(options.should_validate_formats(true).build(&root).unwrap())
    };
    Arc::clone(KNOWN.lock().unwrap().entry(reference.to_owned()).or_insert_with(make))
}

#[track_caller]
fn hold(what: &str, reference: &str, value: &Value) {
    let faults: Vec<String> = validator(reference)
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what} is not as {reference} says: {faults:#?}");
}

/// Whether Sahod answers there and the contract does not.
pub(crate) fn is_beyond(method: &Method, path: &str) -> bool {
    BEYOND.iter().any(|(beyond, _)| {
        let (of, beyond) = beyond.split_once(' ').unwrap();
        of == method.as_str() && matches(beyond, path)
    })
}

/// Holds a successful answer of the Open API against its operation's schema and status.
pub(crate) fn check_answer(method: &Method, path: &str, status: u16, body: &Value) {
    let path = path.split('?').next().unwrap();
    if is_beyond(method, path) {
        return;
    }
    let found = operations().into_iter().find(|operation| operation.matches(method, path));
    let operation = found.unwrap_or_else(|| panic!("{method} {path} is no operation of the contract"));
    assert_eq!(operation.facts["status"], status, "{method} {path}");
    hold(&format!("{method} {path}"), operation.facts["schema"]["$ref"].as_str().unwrap(), body);
}

/// A path of the contract with that text in place of each placeholder.
pub(crate) fn filled(path: &str, text: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { text } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Holds the body of a webhook against the schema of its type.
pub(crate) fn check_event(body: &Value) {
    let name = body["type"].as_str().unwrap();
    if BEYOND_EVENTS.iter().any(|(beyond, _)| *beyond == name) {
        return;
    }
    let words = name.split('_');
    let name: String = words.flat_map(|word| [word[..1].to_owned(), word[1..].to_lowercase()]).collect();
    hold("a webhook's body", &format!("#/components/schemas/{name}Event"), body);
}

/// Whether a path is one of those with `{id}` for what varies.
pub(crate) fn matches(described: &str, path: &str) -> bool {
    let same = |(part, given): (&str, &str)| part.starts_with('{') || part == given;
    let (parts, given) = (described.split('/'), path.split('/'));
    parts.clone().count() == given.clone().count() && parts.zip(given).all(same)
}

/// An operation of the contract.
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// With `{id}` for what varies.
    pub(crate) path: &'static str,
    /// Its id, status, query parameters, and the schemas of its body and its answer.
    pub(crate) facts: &'static Value,
}

impl Operation {
    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method == method && matches(self.path, path)
    }

    /// The names of its query parameters.
    pub(crate) fn query(&self) -> Vec<&'static str> {
        self.facts["query"].as_object().unwrap().keys().map(String::as_str).collect()
    }
}

/// Every operation. Where two match a path, the one that says more comes first.
pub(crate) fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in DOCUMENT["operations"].as_object().unwrap() {
        for (method, facts) in methods.as_object().unwrap() {
            found.push(Operation { method: method.to_uppercase().parse().unwrap(), path, facts });
        }
    }
    found.sort_by_key(|operation| operation.path.matches('{').count());
    found
}

/// The schema that a schema stands for, as it was published.
pub(crate) fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(reference) => resolved(PUBLISHED.pointer(&reference[1..]).unwrap()),
        None => schema,
    }
}

/// The status and message of an error code.
pub(crate) fn error(code: &str) -> Option<(u16, &'static str)> {
    Some(match code {
        "INVALID_CREDENTIALS" => (400, "The credentials you provided are incorrect."),
        "INVALID_PARAMETERS" => (400, "Missing or invalid parameters were sent in your request."),
        "INVALID_TOKEN" => (401, "The token you provided is invalid or has expired."),
        "UNAUTHORIZED_ACCESS" => (403, "You do not have permission to access this resource."),
        "MISSING_RESOURCE" => (404, "The resource you provided cannot be found or is unavailable."),
        "UNSUPPORTED_TYPE" => (415, "Please specify a valid content type for your request."),
        "REQUEST_LIMIT_EXCEEDED" => (
            429,
            "You have exceeded your rate limit for this resource. Please try again later or contact support.",
        ),
        "SERVER_ERROR" => {
            (500, "Our system is currently experiencing issues. Please try again later or contact support.")
        }
        "UNSUPPORTED_METHOD" => (501, "The HTTP method you used is not supported for this resource."),
        "SERVER_UNAVAILABLE" => (
            503,
            "The server is not available to handle the request. It may be down or under maintenance. \
             Please try again later or contact support.",
        ),
        "TIME_LIMIT_EXCEEDED" => (
            504,
            "The server was not able to give a response in the allotted time. \
             Please try again or contact support.",
        ),
        _ => return None,
    })
}
