//! Who may call what: every operation that the API describes, called by everybody who must not get anything by it. An
//! operation that is added to the description is held to it by that alone.

use std::collections::HashSet;

use axum::{
    body::Body,
    http::{Method, header},
};
use sahod_app::{Acting, KeyPurpose};
use sahod_model::{ExposeSecret as _, Mode, Right, Rights};
use serde_json::{Value, json};

use crate::{
    archives,
    conformance::body,
    harness::{
        Answer, Client, GEORGE, Receiver, World,
        document::{Described, document, operations},
        on_both_databases,
    },
};

on_both_databases!(
    who_has_no_right_is_refused_by_every_operation,
    each_operation_needs_the_right_that_it_names_and_no_other,
    another_tenant_gets_nothing_of_any_operation,
    the_other_mode_gets_nothing_of_any_operation,
);

/// Operations that need no credentials, each with why.
const PUBLIC: &[(Method, &str, &str)] = &[];

/// What belongs to no tenant, each with why.
const SHARED: &[(&str, &str)] =
    &[("/providers", "the catalogue is the same for everybody"), ("/fileTypes", "the same")];

/// What each tenant has exactly one of.
const ONE_EACH: &[&str] = &["/origins", "/funnel", "/sandbox/clock"];

/// An operation, and a request to it that names real things of Acme's.
struct Aimed {
    operation: Described,
    path: String,
    body: Option<Value>,
}

impl Aimed {
    fn names_something(&self) -> bool {
        self.path != self.operation.path
    }

    fn is_shared(&self) -> bool {
        let resource = self.operation.path.split("/{").next();
        SHARED.iter().any(|(shared, _)| resource == Some(shared))
    }

    fn is_of_the_sandbox(&self) -> bool {
        self.operation.path.starts_with("/sandbox/")
    }

    async fn call(&self, client: &Client) -> Answer {
        let text = self.body.as_ref().map(Value::to_string);
        let headers: &[_] = if text.is_some() { &[(header::CONTENT_TYPE, "application/json")] } else { &[] };
        let body = Body::from(text.unwrap_or_default());
        client.send(self.operation.method.clone(), &self.path, headers, body).await
    }
}

/// Every operation, aimed at a linked person of Acme's and all that there is beside.
async fn aim(world: &World) -> Vec<Aimed> {
    world.share_links().await;
    let linked = world.linked("upwork", &GEORGE).await;
    for provider in ["abccorp", "sss_ph"] {
        linked.widget.link(provider, &GEORGE).await;
    }
    let (api, receiver) = (world.api(), Receiver::start().await);
    receiver.subscribe(&api, &["ALL_EVENTS"]).await;
    for path in ["/consentTemplates", "/winkTemplates", "/invites", "/sandbox/scenarios"] {
        let made = body(&api, &Method::POST, path, &receiver).await.unwrap();
        api.post(path, &made).await.data(201);
    }
    api.put("/origins", &json!({ "origins": ["https://acme.example"] })).await.data(200);
    api.post("/sandbox/clock/advance", &json!({ "by": "PT1S" })).await.data(200);
    let user = first_id(&api, "/users").await;
    archives::handed_over(&api, "/archives", &archives::payslip(&user, archives::GEORGES)).await;
    world.app.requests.flush_requests().await;
    let mut aimed = Vec::new();
    for operation in operations(&document(world).await) {
        let path = named(&api, &operation).await;
        let body = body(&api, &operation.method, &operation.path, &receiver).await;
        assert!(
            !operation.takes_body() || body.is_some() || operation.path == "/users",
            "{}: without a body that is right otherwise a refusal proves nothing",
            operation.path
        );
        aimed.push(Aimed { operation, path, body });
    }
    assert!(aimed.len() > 40, "{}", aimed.len());
    let exists = |path: &str| aimed.iter().any(|request| request.operation.path == path);
    let excused = PUBLIC.iter().map(|(_, path, _)| path).chain(SHARED.iter().map(|(path, _)| path));
    excused.for_each(|path| assert!(exists(path), "{path} is no more: take it off the list"));
    aimed
}

/// The operation's path with a real id for each name in it, and for each parameter without which it names nothing.
async fn named(api: &Client, operation: &Described) -> String {
    let mut path = String::new();
    for part in operation.path.split('/').skip(1) {
        let part = if part.starts_with('{') { first_id(api, &path).await } else { part.to_owned() };
        path = format!("{path}/{part}");
    }
    let required = operation.facts["parameters"].as_array().unwrap().iter();
    for parameter in required.filter(|it| it["in"] == "query" && it["required"] == true) {
        let name = parameter["name"].as_str().unwrap();
        let thing = name.strip_suffix("Id").unwrap_or_else(|| panic!("{path}: {name} is no id"));
        path = format!("{path}?{name}={}", first_id(api, &format!("/{thing}s")).await);
    }
    path
}

/// The newest thing of a list.
async fn first_id(api: &Client, list: &str) -> String {
    let page = api.data(&format!("{list}?size=1")).await;
    let first = page["items"][0]["id"].as_str();
    first.unwrap_or_else(|| panic!("nothing in {list}: have `aim` make one")).to_owned()
}

fn ids(items: &[Value]) -> HashSet<String> {
    items.iter().map(|item| item["id"].to_string()).collect()
}

async fn who_has_no_right_is_refused_by_every_operation(world: World) {
    let aimed = aim(&world).await;
    let pair = world
        .app
        .organisations
        .create_api_key(&Acting::operator(), &world.acme.id, Mode::Sandbox, KeyPurpose::everything("lost"))
        .await
        .unwrap();
    let lost = world.stranger("sandbox").basic(pair.key.as_str(), pair.secret.expose_secret());
    lost.get("/users").await.data(200);
    world.app.organisations.revoke_api_key(&Acting::operator(), &pair.key).await.unwrap();
    let (key, _) = &world.acme.sandbox;
    let nobody = world.stranger("sandbox");
    let before = world.census().await;
    for Aimed { operation: Described { method, path, .. }, path: named, .. } in &aimed {
        if PUBLIC.iter().any(|(public, at, _)| public == method && at == path) {
            continue;
        }
        // Wrong as it is otherwise: who somebody is comes before what they want.
        let wrong = format!("{named}{}size=x", if named.contains('?') { '&' } else { '?' });
        for (client, code) in [
            (&nobody, "INVALID_TOKEN"),
            (&nobody.basic(key, "wrong"), "INVALID_CREDENTIALS"),
            (&lost, "INVALID_CREDENTIALS"),
            (&world.production(&world.acme).at("sandbox"), "UNAUTHORIZED_ACCESS"),
            (&world.open(&world.globex).at("open"), "UNAUTHORIZED_ACCESS"),
        ] {
            let answer = client.send(method.clone(), &wrong, &[], Body::from("{")).await;
            answer.refused(code);
            let challenge = answer.header("www-authenticate").map(|text| text.starts_with("Basic realm="));
            assert_eq!(challenge, (code == "INVALID_TOKEN").then_some(true), "{method} {path}");
        }
    }
    assert_eq!(world.census().await, before);
}

/// A client with a new sandbox key of Acme's that has those rights.
async fn with_rights(world: &World, rights: impl IntoIterator<Item = Right>) -> Client {
    let rights = rights.into_iter().fold(Rights::NONE, Rights::with);
    let purpose = KeyPurpose { rights, ..KeyPurpose::everything("limited") };
    let operator = Acting::operator();
    let made =
        world.app.organisations.create_api_key(&operator, &world.acme.id, Mode::Sandbox, purpose).await;
    let pair = made.unwrap();
    world.stranger("sandbox").basic(pair.key.as_str(), pair.secret.expose_secret())
}

async fn each_operation_needs_the_right_that_it_names_and_no_other(world: World) {
    let mut aimed = aim(&world).await;
    archives::until_read(&world.api()).await;
    let before = world.census().await;
    for right in Right::ALL {
        let others = with_rights(&world, Right::ALL.iter().copied().filter(|other| other != right)).await;
        for request in aimed.iter().filter(|request| request.operation.right() == *right) {
            request.call(&others).await.refused("UNAUTHORIZED_ACCESS");
        }
    }
    assert_eq!(world.census().await, before);

    // What takes something away comes last, and users at the very end: all that is theirs goes with them.
    aimed.sort_by_key(|request| {
        let takes = request.operation.method == Method::DELETE;
        (takes, takes && request.operation.path.starts_with("/users/"))
    });
    let owner = world.api();
    let (read, write, webhooks) = (
        with_rights(&world, [Right::Read]).await,
        with_rights(&world, [Right::Write]).await,
        with_rights(&world, [Right::Webhooks]).await,
    );
    for request in &aimed {
        let client = match request.operation.right() {
            Right::Read => &read,
            Right::Write => &write,
            Right::Webhooks => &webhooks,
        };
        let (path, answer) = (&request.path, request.call(client).await);
        if answer.status >= 300 {
            // Such as a version that is taken: the owner is told the same.
            let theirs = request.call(&owner).await;
            assert_eq!(
                (answer.status, &answer.body["code"]),
                (theirs.status, &theirs.body["code"]),
                "{path}"
            );
            assert_eq!(answer.body["code"], "INVALID_PARAMETERS", "{path}");
        } else if request.operation.method == Method::GET && !changes_by_itself(path) {
            let (data, theirs) = (answer.data(200), request.call(&owner).await.data(200));
            assert_eq!(data["id"], theirs["id"], "{path}");
            let items = |data: &Value| data["items"].as_array().map(|items| ids(items));
            assert_eq!(items(&data), items(&theirs), "{path}");
        }
    }
}

async fn another_tenant_gets_nothing_of_any_operation(world: World) {
    let aimed = aim(&world).await;
    get_nothing(&world, &aimed, (&world.open(&world.globex), Mode::Sandbox)).await;
}

/// With the key of that mode, at the place for it.
async fn the_other_mode_gets_nothing_of_any_operation(world: World) {
    let aimed = aim(&world).await;
    get_nothing(&world, &aimed, (&world.production(&world.acme), Mode::Production)).await;
}

/// Has a stranger, whose credentials are good for their own, call everything.
async fn get_nothing(world: &World, aimed: &[Aimed], (stranger, mode): (&Client, Mode)) {
    let owner = world.api().at("open-sandbox");
    let before = everything(&owner, aimed).await;
    for request in aimed {
        let Aimed { operation, path, body } = request;
        // The owner gets it, so it is there, and only whose it is can be in the way.
        if operation.method == Method::GET {
            request.call(&owner).await.data(200);
        }
        if request.is_shared() {
            continue;
        }
        if request.is_of_the_sandbox() && mode == Mode::Production {
            request.call(stranger).await.refused("UNAUTHORIZED_ACCESS");
        } else if request.names_something() {
            request.call(stranger).await.refused("MISSING_RESOURCE");
        } else if operation.is_list() {
            lists_apart(operation, &owner, stranger).await;
        } else if operation.method == Method::POST {
            let answer = request.call(stranger).await;
            let refers = body.as_ref().and_then(refers);
            // What names something of another's is refused, and so not made; all else they make for themselves.
            match refers {
                Some(name) if answer.body["code"] == "INVALID_PARAMETERS" => answer.faulty(&[name]),
                Some(_) => answer.refused("MISSING_RESOURCE"),
                None => assert!(answer.status < 300, "{answer:?}"),
            }
        } else if ONE_EACH.contains(&path.as_str()) {
            let theirs = request.call(stranger).await.data(200);
            if operation.method == Method::GET {
                assert_ne!(theirs, request.call(&owner).await.data(200), "{path}: have `aim` change it");
            }
        } else {
            panic!("{} {path}: what must a stranger be told?", operation.method);
        }
    }
    for (before, after) in before.iter().zip(everything(&owner, aimed).await) {
        assert_eq!(*before, after, "and it changed nothing");
    }
}

/// The requests log grows by being looked at, and attempts at deliveries may still be under way.
fn changes_by_itself(path: &str) -> bool {
    path == "/requests" || path.ends_with("/attempts")
}

/// All that lists of their own show to a caller, but for what changes by itself.
async fn everything(api: &Client, aimed: &[Aimed]) -> Vec<Vec<Value>> {
    let mut all = Vec::new();
    for Aimed { operation, path, .. } in aimed {
        if operation.is_list() && !changes_by_itself(path) {
            let mut items = api.all(path, 150).await;
            // The address of a file is a new one each time.
            for item in &mut items {
                item.as_object_mut().unwrap().remove("rawFiles");
            }
            all.push(items);
        }
    }
    all
}

/// The member of a body that is the id of something of a tenant's.
fn refers(body: &Value) -> Option<&str> {
    let mut names = body.as_object().unwrap().keys().map(String::as_str);
    names.find(|name| name.ends_with("Id") && *name != "providerId")
}

/// That a stranger's list has nothing of the owner's, asked for plainly and by each id that it takes.
async fn lists_apart(operation: &Described, owner: &Client, stranger: &Client) {
    let path = &operation.path;
    let rows = owner.all(path, 150).await;
    assert!(!rows.is_empty(), "nothing in {path}: have `aim` make one");
    let theirs = ids(&stranger.all(path, 150).await);
    assert!(ids(&rows).is_disjoint(&theirs), "{path}");
    for name in operation.query() {
        let value = [&rows[0][name], &rows[0]["metadata"][name]].into_iter().find_map(Value::as_str);
        let Some(value) = value.filter(|_| name.ends_with("Id")) else { continue };
        let path = format!("{path}?{name}={value}");
        assert!(!owner.all(&path, 150).await.is_empty(), "{path}");
        assert_eq!(stranger.all(&path, 150).await, Vec::<Value>::new(), "{path}");
    }
}
