//! So many requests per address, over all endpoints of the Open API.

use crate::harness::{Answer, Client, World, on_both_databases};

on_both_databases!(
    the_twenty_first_of_a_burst_is_too_many,
    each_address_has_a_limit_of_its_own,
    the_limit_spans_all_endpoints_and_both_modes,
    the_widget_is_not_limited,
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
    burst(&client).await;
    let before = world.census().await;
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
