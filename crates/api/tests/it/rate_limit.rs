//! So many requests per address, over all endpoints of the Open API.

use axum::{body::Body, http::Method};
use serde_json::json;

use crate::harness::{Answer, Client, World, on_both_databases};

on_both_databases!(
    the_twenty_first_of_a_burst_is_too_many,
    each_address_has_a_limit_of_its_own,
    the_limit_spans_all_endpoints_and_both_modes,
    the_widget_is_not_limited,
    every_surface_has_a_limit_for_each_address,
    encrypted_forms_have_a_limit_for_each_session_and_address,
);

fn number(answer: &Answer, name: &str) -> u64 {
    answer.header(name).unwrap_or_else(|| panic!("{name} is missing: {answer:?}")).parse().unwrap()
}

async fn burst(client: &Client) {
    for left in (0..20).rev() {
        let answer = client.get("/users").await;
        assert_ne!(answer.status, 429);
        assert_eq!((number(&answer, "ratelimit-limit"), number(&answer, "ratelimit-remaining")), (20, left));
    }
}

async fn the_twenty_first_of_a_burst_is_too_many(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let client = world.limited(20).basic(key, secret);
    let before = world.census().await;
    burst(&client).await;
    let answer = client.post_empty("/users").await;
    answer.refused("REQUEST_LIMIT_EXCEEDED");
    let wait = number(&answer, "retry-after");
    assert_eq!(wait, 1);
    assert_eq!((number(&answer, "ratelimit-limit"), number(&answer, "ratelimit-remaining")), (20, 0));
    // One comes back each second.
    assert_eq!(number(&answer, "ratelimit-reset"), 20);
    assert_eq!(world.census().await, before, "it did nothing");
}

async fn each_address_has_a_limit_of_its_own(world: World) {
    let client = world.limited(20);
    burst(&client).await;
    client.get("/users").await.refused("REQUEST_LIMIT_EXCEEDED");
    for other in ["203.0.113.8", "2001:db8::7"] {
        let other = client.with_address(other.parse().unwrap());
        burst(&other).await;
        other.get("/users").await.refused("REQUEST_LIMIT_EXCEEDED");
    }
    // The same address, written another way.
    for neighbour in ["2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"] {
        let neighbour = client.with_address(neighbour.parse().unwrap());
        neighbour.get("/users").await.refused("REQUEST_LIMIT_EXCEEDED");
    }
    let mapped = client.with_address("::ffff:203.0.113.7".parse().unwrap());
    mapped.get("/users").await.refused("REQUEST_LIMIT_EXCEEDED");
    // A header that anybody can send makes nobody somebody else.
    for (name, value) in [
        ("x-forwarded-for", "198.51.100.1"),
        ("forwarded", "for=198.51.100.1"),
        ("x-real-ip", "198.51.100.1"),
        ("true-client-ip", "198.51.100.1"),
        ("cf-connecting-ip", "198.51.100.1"),
    ] {
        let header = [(name.parse().unwrap(), value)];
        let answer = client.send(axum::http::Method::GET, "/users", &header, axum::body::Body::empty()).await;
        answer.refused("REQUEST_LIMIT_EXCEEDED");
    }
}

async fn the_limit_spans_all_endpoints_and_both_modes(world: World) {
    let client = world.limited(20);
    for (surface, path) in
        [("sandbox", "/users"), ("open", "/accounts"), ("open-sandbox", "/identities/x"), ("open", "/tasks")]
    {
        for _ in 0..5 {
            client.at(surface).get(path).await.refused("INVALID_TOKEN");
        }
    }
    for surface in ["sandbox", "open", "open-sandbox"] {
        client.at(surface).get("/providers").await.refused("REQUEST_LIMIT_EXCEEDED");
    }
}

async fn the_widget_is_not_limited(world: World) {
    let client = world.limited(1).at("link-sandbox");
    for _ in 0..30 {
        client.get("/accounts").await.refused("INVALID_TOKEN");
    }
}

/// Statuses of so many requests for that, as they are.
async fn statuses(client: &Client, path: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(client.raw(&Method::GET, path, &[], Body::empty()).await.status().as_u16());
    }
    statuses
}

async fn every_surface_has_a_limit_for_each_address(world: World) {
    for (surface, path, fine) in [
        ("link", "/providers", 401),
        ("link-sandbox", "/providers", 401),
        ("web", "/v2/smile.v2.js", 404),
        ("docs", "", 404),
        ("portal", "", 404),
        ("user", "", 404),
        ("nowhere", "/x", 404),
    ] {
        let client = world.with_limits(2, 9, 9).at(surface);
        assert_eq!(statuses(&client, path, 3).await, [fine, fine, 429], "{surface}");
        let other = client.with_address("198.51.100.7".parse().unwrap());
        assert_eq!(statuses(&other, path, 1).await, [fine], "{surface}");
    }
    // One limit for all of them.
    let client = world.with_limits(2, 9, 9);
    assert_eq!(statuses(&client.at("web"), "/x", 1).await, [404]);
    assert_eq!(statuses(&client.at("link"), "/providers", 2).await, [401, 429]);
    let refused = client.at("link").get("/providers").await;
    refused.refused("REQUEST_LIMIT_EXCEEDED");
    assert!(number(&refused, "retry-after") >= 1);
}

async fn encrypted_forms_have_a_limit_for_each_session_and_address(world: World) {
    let (one, two) = (world.widget().await, world.widget().await);
    let limited = world.with_limits(100, 5, 3).at("link-sandbox");
    let body = json!({ "providerId": "grab", "consentVersion": "x", "credentials": "nonsense" });
    let mut codes = Vec::new();
    for widget in [&one, &one, &one, &one, &two, &two, &two] {
        let answer = limited.bearer(&widget.token()).post("/accounts", &body).await;
        codes.push(answer.status);
    }
    assert_eq!(codes, [400, 400, 400, 429, 400, 400, 429], "three of a session, five of an address");
    let answer = json!({ "promptId": "x", "answer": "nonsense" });
    limited.bearer(&two.token()).post("/accounts/x/answers", &answer).await.refused("REQUEST_LIMIT_EXCEEDED");
    // Everything else goes on.
    assert_eq!(limited.bearer(&one.token()).get("/accounts").await.status, 200);
    let elsewhere =
        limited.with_address("198.51.100.7".parse().unwrap()).bearer(&world.widget().await.token());
    elsewhere.post("/accounts", &body).await.refused("INVALID_PARAMETERS");
}
