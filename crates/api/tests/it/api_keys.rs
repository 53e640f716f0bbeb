//! Who calls the Open API. (What they may call: `authorisation`.)

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_app::{Acting, KeyPurpose};
use sahod_model::{ExposeSecret as _, Mode};

use crate::harness::{World, on_both_databases};

on_both_databases!(
    no_header_or_a_malformed_one_is_told_how,
    unknown_keys_and_wrong_secrets_are_the_same_fault,
    a_key_ends_when_its_time_is_over,
    a_revoked_key_ends_at_once,
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
    // Who does not know the secret does not learn what mode a key is of.
    let (production, _) = &world.acme.production;
    nobody.basic(production, "wrong").get("/users").await.refused("INVALID_CREDENTIALS");
    nobody.basic(key, secret).get("/users").await.data(200);
}

async fn a_key_ends_when_its_time_is_over(world: World) {
    let hour = Duration::from_hours(1);
    let pair = world
        .app
        .organisations
        .create_api_key(
            &Acting::operator(),
            &world.acme.id,
            Mode::Sandbox,
            KeyPurpose { lifetime: Some(hour), ..KeyPurpose::everything("short") },
        )
        .await
        .unwrap();
    let client = world.stranger("sandbox").basic(pair.key.as_str(), pair.secret.expose_secret());
    client.get("/users").await.data(200);
    world.clock.advance(hour);
    client.get("/users").await.refused("INVALID_CREDENTIALS");
    world.api().get("/users").await.data(200);
}

async fn a_revoked_key_ends_at_once(world: World) {
    let (sandbox, id) = (Mode::Sandbox, &world.acme.id);
    let (old, new) = (
        world
            .app
            .organisations
            .create_api_key(&Acting::operator(), id, sandbox, KeyPurpose::everything("old"))
            .await
            .unwrap(),
        world
            .app
            .organisations
            .create_api_key(&Acting::operator(), id, sandbox, KeyPurpose::everything("new"))
            .await
            .unwrap(),
    );
    let [old_client, new_client] = [&old, &new]
        .map(|pair| world.stranger("sandbox").basic(pair.key.as_str(), pair.secret.expose_secret()));
    // Both work while one takes the other's place.
    for client in [&old_client, &new_client] {
        client.get("/users").await.data(200);
    }
    // The other process has seen the key, and is not told.
    let (elsewhere, _) = world.another_node();
    let known = async || elsewhere.organisations.authenticate(old.key.as_str(), &old.secret, sandbox).await;
    known().await.unwrap();
    for _ in 0..2 {
        world.app.organisations.revoke_api_key(&Acting::operator(), &old.key).await.unwrap();
        old_client.get("/users").await.refused("INVALID_CREDENTIALS");
    }
    world.clock.advance(Duration::from_secs(5));
    known().await.unwrap_err();
    new_client.get("/users").await.data(200);
}
