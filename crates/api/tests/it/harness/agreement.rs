//! Whether the generated OpenAPI document agrees with the contract. It may say more: it may not say less, or something else.

use serde_json::{Map, Value};

use super::contract::{self, resolved};

/// Where the document differs on purpose: what is compared, and why it is better so.
const ON_PURPOSE: &[(&str, &str)] = &[
    (".typeLabel: values", "words for people, which may change; programs read `type`"),
    (".subTypeLabel: values", "the same, with `subType`"),
    (".countryResidence: values", "any ISO 3166 code, without a list that ages"),
    (".addresses[].country: values", "the same"),
    (
        ".features.",
        "names are built by the rule in docs/insights.md; conformance tests hold every one of them",
    ),
    (
        ".analysis.",
        "there, the fields of every kind of document at once; only payslips are read here, and theirs are described",
    ),
    (".data.currency: values", "the currencies of the countries whose documents are read here"),
    (".eventTypes[]: values", "WEBHOOK_DISABLED, which only who asks for it, or for everything, gets"),
    (".format: values", "TIFF is taken too; who never sends one never gets one"),
    (
        "POST /archives body: requires",
        "`files` is in no example, and nothing reads it; a document needs an owner and a kind",
    ),
    ("POST /archives/classify body: requires", "a document needs an owner and a file"),
];

/// Every place where the document and the contract disagree, but for those on the list.
pub(crate) fn disagreements(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for operation in contract::operations() {
        let method = operation.method.as_str().to_lowercase();
        let place = format!("{} {}", operation.method, operation.path);
        let paths = document["paths"].as_object().unwrap();
        let ours = paths.iter().find(|(path, _)| shape(path) == shape(operation.path));
        match ours.and_then(|(_, methods)| methods.get(&method)) {
            Some(ours) => compare_operation(document, &place, operation.facts, ours, &mut found),
            None => found.push(format!("{place}: is missing")),
        }
    }
    let unused = ON_PURPOSE.iter().filter(|(place, _)| !found.iter().any(|fault| fault.contains(place)));
    let unused: Vec<String> =
        unused.map(|(place, _)| format!("{place}: is on the list, but agrees")).collect();
    found.retain(|fault| !ON_PURPOSE.iter().any(|(place, _)| fault.contains(place)));
    found.extend(unused);
    found
}

/// A path with nothing in its braces: what stands there is of no matter on the wire.
fn shape(path: &str) -> Vec<&str> {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect()
}

fn compare_operation(document: &Value, place: &str, facts: &Value, ours: &Value, found: &mut Vec<String>) {
    if facts["id"] != ours["operationId"] {
        found.push(format!("{place}: is called {} in the contract", facts["id"]));
    }
    for (name, theirs) in facts["query"].as_object().unwrap() {
        let parameters = ours["parameters"].as_array().unwrap().iter();
        let parameter = parameters.filter(|one| one["in"] == "query").find(|one| one["name"] == **name);
        let Some(parameter) = parameter else {
            found.push(format!("{place}: has no parameter {name}"));
            continue;
        };
        if parameter["required"] != theirs["required"] {
            found.push(format!("{place}: whether {name} is required"));
        }
        let schema = resolved(&theirs["schema"]);
        compare(document, &format!("{place} ?{name}"), schema, &parameter["schema"], Side::Sent, found);
    }
    if let Some(body) = facts.get("body") {
        let schema = &ours["requestBody"]["content"]["application/json"]["schema"];
        compare(document, &format!("{place} body"), resolved(body), schema, Side::Sent, found);
    }
    let status = facts["status"].to_string();
    let schema = &ours["responses"][&status]["content"]["application/json"]["schema"];
    compare(document, &format!("{place} answer"), resolved(&facts["schema"]), schema, Side::Answered, found);
}

/// Who writes a value.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Sent,
    Answered,
}

fn compare(document: &Value, place: &str, theirs: &Value, ours: &Value, side: Side, found: &mut Vec<String>) {
    let ours = follow(document, ours);
    if ours.is_null() {
        found.push(format!("{place}: is missing"));
        return;
    }
    let theirs_parts = properties_of_theirs(theirs);
    if !theirs_parts.is_empty() {
        let ours_parts = properties_of_ours(document, ours);
        for (name, schema) in theirs_parts {
            let place = format!("{place}.{name}");
            match ours_parts.get(&name) {
                Some(part) => compare(document, &place, resolved(&schema), part, side, found),
                None => found.push(format!("{place}: is missing")),
            }
        }
        if side == Side::Sent {
            let required = |schema: &Value| {
                let mut names: Vec<String> = schema["required"].as_array().map_or_else(Vec::new, |names| {
                    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
                });
                names.sort();
                names
            };
            if required(theirs) != required(ours) {
                found.push(format!(
                    "{place}: requires {:?}, the contract {:?}",
                    required(ours),
                    required(theirs)
                ));
            }
        }
        return;
    }
    if theirs["type"] == "array" {
        compare(document, &format!("{place}[]"), resolved(&theirs["items"]), &ours["items"], side, found);
        return;
    }
    if let Some(values) = theirs["enum"].as_array() {
        let ours = values_of(document, ours);
        let unknown: Vec<&Value> = match side {
            // What callers of the contract send must be taken; what they get must be what they know.
            Side::Sent => values.iter().filter(|value| !ours.contains(value)).collect(),
            Side::Answered => {
                ours.iter().filter(|value| !values.contains(value) && !value.is_null()).collect()
            }
        };
        if !unknown.is_empty() || ours.is_empty() {
            found.push(format!("{place}: values {unknown:?} are in only one of the two"));
        }
        return;
    }
    if let Some(kind) = theirs["type"].as_str()
        && !kinds_of(ours).iter().any(|ours| *ours == kind || (*ours == "integer" && kind == "number"))
    {
        found.push(format!("{place}: is {:?}, in the contract {kind}", kinds_of(ours)));
    }
}

fn follow<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => follow(document, document.pointer(&reference[1..]).unwrap()),
        // Something or nothing.
        None => match schema["anyOf"].as_array().map(Vec::as_slice) {
            Some([some, nothing]) if nothing["type"] == "null" => follow(document, some),
            _ => schema,
        },
    }
}

fn properties_of_theirs(schema: &Value) -> Map<String, Value> {
    let mut all = schema["properties"].as_object().cloned().unwrap_or_default();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(properties_of_theirs(resolved(part)));
    }
    all
}

fn properties_of_ours(document: &Value, schema: &Value) -> Map<String, Value> {
    let mut all = schema["properties"].as_object().cloned().unwrap_or_default();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(properties_of_ours(document, follow(document, part)));
    }
    all
}

/// The values of an enumeration, however it is written.
fn values_of(document: &Value, schema: &Value) -> Vec<Value> {
    let mut values = schema["enum"].as_array().cloned().unwrap_or_default();
    values.extend(schema.get("const").cloned());
    for list in ["oneOf", "anyOf"] {
        for part in schema[list].as_array().into_iter().flatten() {
            values.extend(values_of(document, follow(document, part)));
        }
    }
    values
}

fn kinds_of(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        // A set of names, each with its description.
        _ if schema["oneOf"][0]["const"].is_string() => vec!["string"],
        _ if schema["properties"].is_object() => vec!["object"],
        _ => Vec::new(),
    }
}
