//! Who calls the Open API.

use std::time::Duration;

use axum::{body::Body, http::Method};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_model::{ExposeSecret as _, Mode};

use crate::harness::{World, contract, on_both_databases};

on_both_databases!(
    no_header_or_a_malformed_one_is_told_how,
    unknown_keys_and_wrong_secrets_are_the_same_fault,
    a_key_of_the_other_mode_has_no_right,
    every_operation_asks_who_is_there,
    a_key_ends_when_its_time_is_over,
);

async fn no_header_or_a_malformed_one_is_told_how(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let encode = |text: &str| STANDARD.encode(text);
    let pair = encode(&format!("{key}:{secret}"));
    let nobody = world.stranger("sandbox");
    let mut clients = vec![nobody.clone()];
    for header in [
        String::new(),
        "Basic".to_owned(),
        "Basic ".to_owned(),
        "Basic !!!".to_owned(),
        format!("Basic {}", encode(key)),
        format!("Basic {}", STANDARD.encode([0xff, b':', 0xff])),
        format!("Bearer {pair}"),
        format!("Basic{pair}"),
        pair.clone(),
        format!("Basic {pair}="),
    ] {
        clients.push(nobody.authorized(header));
    }
    for client in clients {
        let answer = client.get("/users").await;
        answer.refused("INVALID_TOKEN");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Basic realm="), "{challenge}");
    }
    // The scheme's name is not case-sensitive (RFC 9110, 11.1).
    nobody.authorized(format!("bASIC {pair}")).get("/users").await.data(200);
}

async fn unknown_keys_and_wrong_secrets_are_the_same_fault(world: World) {
    let (key, secret) = &world.acme.sandbox;
    let (_, other) = &world.globex.sandbox;
    let nobody = world.stranger("sandbox");
    let unknown = format!("key-{}", "0".repeat(32));
    for (key, secret) in [
        (unknown.as_str(), secret.as_str()),
        (key, other),
        (key, ""),
        (key, "x"),
        (key, &secret[..secret.len() - 1]),
        (key, &format!("{secret} ")),
        (key, &secret.to_uppercase()),
        ("", secret),
        ("", ""),
        (&key.to_uppercase(), secret),
        ("'; DROP TABLE api_keys; --", "🐙"),
    ] {
        let answer = nobody.basic(key, secret).get("/users").await;
        answer.refused("INVALID_CREDENTIALS");
        assert!(answer.header("www-authenticate").is_none());
    }
    nobody.basic(key, secret).get("/users").await.data(200);
}

async fn a_key_of_the_other_mode_has_no_right(world: World) {
    let before = world.census().await;
    for client in [world.production(&world.acme).at("sandbox"), world.api().at("open")] {
        client.get("/users").await.refused("UNAUTHORIZED_ACCESS");
        client.post_empty("/users").await.refused("UNAUTHORIZED_ACCESS");
    }
    // Who does not know the secret does not learn what mode a key is of.
    let (key, _) = &world.acme.production;
    world.stranger("sandbox").basic(key, "wrong").get("/users").await.refused("INVALID_CREDENTIALS");
    assert_eq!(world.census().await, before);
}

async fn every_operation_asks_who_is_there(world: World) {
    let (key, _) = &world.acme.sandbox;
    for (method, path, _) in contract::operations() {
        let path = contract::filled(&path, &format!("a-{}", "0".repeat(32)));
        for (client, code) in [
            (world.stranger("sandbox"), "INVALID_TOKEN"),
            (world.stranger("sandbox").basic(key, "wrong"), "INVALID_CREDENTIALS"),
            (world.production(&world.acme).at("sandbox"), "UNAUTHORIZED_ACCESS"),
        ] {
            // Wrong as it is otherwise: who somebody is comes before what they want.
            client.send(method.clone(), &format!("{path}?size=x"), &[], Body::from("{")).await.refused(code);
        }
    }
    assert!(contract::operations().contains(&(Method::GET, "/identities/{id}".to_owned(), Vec::new())));
}

async fn a_key_ends_when_its_time_is_over(world: World) {
    let hour = Duration::from_hours(1);
    let pair = world.app.create_api_key(&world.acme.id, Mode::Sandbox, "short", Some(hour)).await.unwrap();
    let client = world.stranger("sandbox").basic(pair.key.as_str(), pair.secret.expose_secret());
    client.get("/users").await.data(200);
    world.clock.advance(hour);
    client.get("/users").await.refused("INVALID_CREDENTIALS");
    world.api().get("/users").await.data(200);
}
