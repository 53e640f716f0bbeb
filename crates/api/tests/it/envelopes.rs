//! Answers to what nobody asked for, and what all answers have in common. (That every answer of every test has the
//! envelope is checked by the harness.)

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr},
    task::Poll,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, Method, header},
};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};

use crate::harness::{Client, PATIENCE, World, contract, on_both_databases};

const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

on_both_databases!(
    unknown_paths_are_missing,
    known_paths_with_another_method_are_unsupported,
    each_answer_has_an_id_of_its_own,
    errors_say_no_more_than_they_must,
    any_page_may_call_the_link_api,
    what_takes_too_long_is_cut_off,
    what_is_too_much_at_once_is_put_off,
    one_address_leaves_places_to_others,
    bodies_that_do_not_come_take_no_place,
    a_stranger_is_refused_before_the_body_is_there,
    without_keys_everything_else_goes_on,
    a_surface_is_a_host_where_a_domain_is_configured,
    probes_answer_on_every_host,
);

async fn unknown_paths_are_missing(world: World) {
    let widget = world.widget().await;
    for path in
        ["", "/", "/nothing", "/users/", "/users/x/y", "//users", "/Users", "/users;x", "/%FF", "/sessions"]
    {
        world.api().get(path).await.refused("MISSING_RESOURCE");
        world.stranger("sandbox").get(path).await.refused("MISSING_RESOURCE");
        world.api().post(path, &json!({})).await.refused("MISSING_RESOURCE");
    }
    for path in ["", "/nothing", "/users", "/identities", "/accounts/x", "/accounts/x/y/z", "/sessions/"] {
        if path != "/accounts/x" {
            widget.api.get(path).await.refused("MISSING_RESOURCE");
        }
    }
    // Not a surface at all.
    for surface in ["nowhere", "v1", "sandbox%2F", "SANDBOX"] {
        world.api().at(surface).get("/users").await.refused("MISSING_RESOURCE");
    }
}

async fn known_paths_with_another_method_are_unsupported(world: World) {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE];
    let operations = contract::operations();
    let paths: HashSet<&str> = operations.iter().map(|operation| operation.path).collect();
    for path in paths {
        for method in &methods {
            let known = operations.iter().any(|known| known.method == method && known.path == path);
            if known || contract::is_beyond(method, path) {
                continue;
            }
            let path = contract::filled(path, "x");
            let answer = world.api().send(method.clone(), &path, &[], Body::empty()).await;
            answer.refused("UNSUPPORTED_METHOD");
            world
                .stranger("sandbox")
                .send(method.clone(), &path, &[], Body::empty())
                .await
                .refused("UNSUPPORTED_METHOD");
        }
    }
    let widget = world.widget().await;
    for (method, path) in [
        (Method::GET, "/sessions"),
        (Method::DELETE, "/sessions"),
        (Method::PUT, "/accounts"),
        (Method::GET, "/accounts/x"),
        (Method::POST, "/accounts/x"),
        (Method::POST, "/accounts/x/progress"),
        (Method::GET, "/accounts/x/answers"),
        (Method::POST, "/providers"),
    ] {
        widget.api.send(method, path, &[], Body::empty()).await.refused("UNSUPPORTED_METHOD");
    }
}

async fn each_answer_has_an_id_of_its_own(world: World) {
    let mut ids = HashSet::new();
    let own = [(header::HeaderName::from_static("x-request-id"), "11111111-1111-4111-8111-111111111111")];
    for path in ["/users", "/users", "/nothing", "/users/x", "/users?size=0"] {
        let answer = world.api().send(Method::GET, path, &own, Body::empty()).await;
        ids.insert(answer.body["requestId"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 5);
    assert!(!ids.contains(own[0].1), "a caller's own id is not taken over");
}

async fn errors_say_no_more_than_they_must(world: World) {
    let widget = world.widget().await;
    let broken = widget.api.post("/accounts", &json!({})).await;
    assert!(broken.body["data"]["errors"].is_array());
    for answer in [
        world.stranger("sandbox").get("/users").await,
        world.api().get("/users/x").await,
        world.api().get("/nothing").await,
        world.api().at("open").get("/users").await,
        world.api().post_text("/users", Some("text/plain"), "x").await,
        world.api().send(Method::PUT, "/users", &[], Body::empty()).await,
        widget.api.bearer("x").get("/accounts").await,
    ] {
        assert_eq!(answer.body["data"], json!({}), "{answer:?}");
        let names: HashSet<&str> = answer.body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, HashSet::from(["code", "message", "requestId", "data"]));
    }
}

/// The widget runs in frames of any origin, and of none.
async fn any_page_may_call_the_link_api(world: World) {
    let widget = world.widget().await;
    let allowed = |headers: &header::HeaderMap| {
        headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
    };
    for origin in ["null", "https://customer.example"] {
        for (method, path, header) in [
            ("POST", "/sessions", "authorization"),
            ("POST", "/accounts", "authorization,content-type"),
            ("DELETE", "/accounts/x", "authorization"),
        ] {
            let asked = [
                (header::ORIGIN, origin),
                (header::ACCESS_CONTROL_REQUEST_METHOD, method),
                (header::ACCESS_CONTROL_REQUEST_HEADERS, header),
            ];
            let preflight = widget.api.raw(&Method::OPTIONS, path, &asked, Body::empty()).await;
            assert_eq!(preflight.status(), 200, "{path}");
            assert_eq!(allowed(preflight.headers()).as_deref(), Some("*"));
            let named = |name: &str| preflight.headers()[name].to_str().unwrap().to_lowercase();
            assert!(named("access-control-allow-methods").contains(&method.to_lowercase()));
            assert!(header.split(',').all(|header| named("access-control-allow-headers").contains(header)));
            assert!(preflight.headers().get("access-control-allow-credentials").is_none());
        }
        // Errors too: a widget that cannot read them cannot say what is wrong.
        for (path, status) in [("/accounts", 200), ("/accounts/x/progress", 404), ("/accounts?size=0", 400)] {
            let answer = widget.api.send(Method::GET, path, &[(header::ORIGIN, origin)], Body::empty()).await;
            assert_eq!((answer.status, allowed(&answer.headers).as_deref()), (status, Some("*")), "{path}");
        }
        let answer = widget
            .api
            .bearer("x")
            .send(Method::GET, "/accounts", &[(header::ORIGIN, origin)], Body::empty())
            .await;
        assert_eq!((answer.status, allowed(&answer.headers).as_deref()), (401, Some("*")));
    }
    // The Open API is for servers, which keep its secret.
    let answer = world
        .api()
        .send(Method::GET, "/users", &[(header::ORIGIN, "https://evil.example")], Body::empty())
        .await;
    assert_eq!(allowed(&answer.headers), None);
}

/// A body that never ends, and word of when somebody begins to read it.
fn endless() -> (Body, oneshot::Receiver<()>) {
    let (reading, read) = oneshot::channel();
    let mut reading = Some(reading);
    let never = futures_util::stream::poll_fn(move |_| {
        if let Some(reading) = reading.take() {
            // Nobody waits for it in some tests.
            let _ = reading.send(());
        }
        Poll::<Option<Result<Bytes, std::io::Error>>>::Pending
    });
    (Body::from_stream(never), read)
}

async fn what_takes_too_long_is_cut_off(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let (api, before) = (world.impatient().basic(key, secret), world.census().await);
    let answer = api.post_text("/users", Some("application/json"), endless().0).await;
    answer.refused("TIME_LIMIT_EXCEEDED");
    assert_eq!(world.census().await, before);
}

async fn what_is_too_much_at_once_is_put_off(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let (api, busy) = world.small(2, 2);
    let (api, before) = (api.basic(key, secret), world.census().await);
    let other = api.with_address(OTHER);
    let held = [&api, &other].map(busy_request);
    until_refused(&api, "SERVER_UNAVAILABLE").await;
    let refused = api.post_empty("/users").await;
    refused.refused("SERVER_UNAVAILABLE");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let origin = [(header::ORIGIN, "https://customer.example")];
    let answer = api.at("link").send(Method::GET, "/accounts", &origin, Body::empty()).await;
    answer.refused("SERVER_UNAVAILABLE");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "a widget can read that too");
    assert_eq!(world.census().await, before);
    drop(busy);
    for client in held {
        assert_eq!(client.await.unwrap(), 201);
    }
    api.get("/users").await.data(200);
}

/// A request that is worked on for long, as soon as there is a place for it.
fn busy_request(client: &Client) -> JoinHandle<u16> {
    let client = client.clone();
    tokio::spawn(async move {
        loop {
            match client.post_empty("/users").await.status {
                429 | 503 => tokio::task::yield_now().await,
                status => return status,
            }
        }
    })
}

/// Asks until there is no place, which nothing else tells of.
async fn until_refused(client: &Client, code: &str) {
    let refused = async {
        while client.get("/users").await.body["code"] != code {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, refused).await.expect("no place is left");
}

async fn one_address_leaves_places_to_others(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let (api, busy) = world.small(3, 2);
    let api = api.basic(key, secret);
    let held = [&api, &api].map(busy_request);
    until_refused(&api, "REQUEST_LIMIT_EXCEEDED").await;
    for surface in ["open", "link", "link-sandbox"] {
        api.at(surface).get("/accounts").await.refused("REQUEST_LIMIT_EXCEEDED");
    }
    api.with_address(OTHER).get("/users").await.data(200);
    drop(busy);
    for client in held {
        assert_eq!(client.await.unwrap(), 201);
    }
    api.get("/users").await.data(200);
}

async fn bodies_that_do_not_come_take_no_place(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let (api, busy) = world.small(2, 2);
    drop(busy);
    let (api, widget, before) = (api.basic(key, secret), world.widget().await, world.census().await);
    let mut held = Vec::new();
    for (path, idempotent) in [("/users", false), ("/users", true), ("/archives", false)].repeat(3) {
        let ((body, reading), client) = (endless(), api.clone());
        held.push(tokio::spawn(async move {
            let key = [(header::CONTENT_TYPE, "application/json"), (IDEMPOTENCY_KEY, "one")];
            client.send(Method::POST, path, &key[..=usize::from(idempotent)], body).await
        }));
        reading.await.unwrap();
    }
    api.get("/users").await.data(200);
    assert_eq!(api.at("link-sandbox").bearer(&widget.token()).get("/accounts").await.status, 200);
    for client in held {
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
    }
    assert_eq!(world.census().await, before, "nothing was made");
}

async fn a_stranger_is_refused_before_the_body_is_there(world: World) {
    let user = world.user().await;
    let wrong = |surface, token: &str| world.stranger(surface).bearer(token);
    let json = Some("application/json");
    for (client, path) in [
        (wrong("link-sandbox", "nonsense"), "/sessions"),
        // A real one of the other mode.
        (wrong("link", &user.token), "/sessions"),
        (wrong("link-sandbox", "nonsense"), "/accounts"),
        (wrong("link-sandbox", "nonsense"), "/accounts/x/answers"),
        (wrong("link-sandbox", "nonsense"), "/uploads"),
        (wrong("link-sandbox", "nonsense"), "/steps"),
        (world.stranger("sandbox").basic("key-nobody", "wrong"), "/users"),
        (world.stranger("sandbox").basic("key-nobody", "wrong"), "/archives"),
        (world.stranger("open"), "/webhooks"),
    ] {
        let (body, mut reading) = endless();
        let answer = client.post_text(path, json, body).await;
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(reading.try_recv().is_err(), "{path}: nobody waited for the body");
    }
}

async fn without_keys_everything_else_goes_on(world: World) {
    let (user, before) = (world.user().await, world.census().await);
    let broken = world.without_login_keys();
    let (key, secret) = &world.acme.sandbox;
    let api = broken.basic(key, secret);
    api.post_empty("/users").await.refused("SERVER_UNAVAILABLE");
    api.post_empty(&format!("/tokens?userId={}", user.id)).await.refused("SERVER_UNAVAILABLE");
    broken.at("link-sandbox").bearer(&user.token).post_empty("/sessions").await.refused("SERVER_UNAVAILABLE");
    assert_eq!(api.data(&format!("/users/{}", user.id)).await["id"], user.id);
    assert_eq!(world.census().await, before);
}

async fn a_surface_is_a_host_where_a_domain_is_configured(world: World) {
    let (key, secret) = &world.acme.sandbox;
    for (host, status) in [
        ("sandbox.example.com", 200),
        ("open-sandbox.example.com:8443", 200),
        ("SANDBOX.EXAMPLE.COM", 200),
        ("open.example.com", 403),
        ("link-sandbox.example.com", 404),
        ("nowhere.example.com", 404),
        ("sandbox.example.com.evil.example", 404),
        ("sandboxexample.com", 404),
    ] {
        let answer = world.at_host("example.com", host).basic(key, secret).get("/users").await;
        assert_eq!(answer.status, status, "{host}");
    }
}

async fn probes_answer_on_every_host(world: World) {
    for path in ["livez", "readyz"] {
        assert_eq!(world.plain(&format!("/{path}")).await, (200, "ok".to_owned()));
    }
    let (status, text) = world.plain("/sandbox/livez").await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &body["code"]), (404, &json!("MISSING_RESOURCE")), "and only at the root");
}
