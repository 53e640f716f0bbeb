//! Link tokens and the sessions that they are spent for.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::harness::{GEORGE, Widget, World, on_both_databases, world::NewUser};

on_both_databases!(
    a_token_says_what_it_is_good_for,
    a_session_says_what_the_widget_needs,
    a_token_is_spent_once,
    of_many_widgets_at_once_one_gets_the_session,
    a_token_ends_after_five_hours,
    a_forged_token_is_refused,
    a_token_of_the_other_mode_has_no_right,
    a_session_ends_with_its_token,
    a_session_is_good_for_its_own_mode_only,
    nobody_gets_in_without_a_session,
);

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn a_token_says_what_it_is_good_for(world: World) {
    let metadata = json!({ "name": "Ana Cruz", "ref": "🐙" });
    let made = world.api().post("/users", &json!({ "externalMetadata": metadata })).await.data(201);
    assert_eq!(made["user"]["externalMetadata"], metadata);
    assert_eq!(made["user"]["providers"], json!([]));
    let id = made["user"]["id"].as_str().unwrap();
    assert_eq!(world.api().data(&format!("/users/{id}")).await, made["user"]);

    let again = world.api().post_empty(&format!("/tokens?userId={id}")).await.data(201);
    for token in [&made["token"], &again] {
        assert_eq!(token["mode"], "SANDBOX");
        assert!(
            token["expiresAt"].as_str().unwrap().starts_with("2026-11-20T13:00:0"),
            "five hours on: {token}"
        );
        let text = token["accessToken"].as_str().unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap())
                .unwrap();
        assert_eq!(header["alg"], "RS256");
        let mut names: Vec<_> = claims(text).as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        assert_eq!(names, ["exp", "iat", "iss", "jti", "mode"], "it names nobody");
    }
    assert_ne!(made["token"]["id"], again["id"]);
}

async fn a_session_says_what_the_widget_needs(world: World) {
    let user = world.user().await;
    let widget = Widget::open(&world.stranger("link-sandbox"), &user.token).await;
    let session = &widget.session;
    assert_eq!((&session["userId"], &session["mode"]), (&json!(user.id), &json!("SANDBOX")));
    assert_eq!(session["organisation"], json!({ "name": "Acme Lending" }));
    assert!(session["expiresAt"].as_str().unwrap().starts_with("2026-11-20T13:00:0"));
    let consent = &session["consent"];
    assert!(consent["version"].is_string());
    assert_eq!((&consent["purpose"], &consent["continuous"]), (&Value::Null, &json!(true)));
    assert_eq!(consent["retentionDays"], 60);
    let key = &session["encryptionKey"];
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"]),
        (&json!("RSA"), &json!("RSA-OAEP-256"), &json!("enc"))
    );
    let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
    assert_eq!(modulus.len() * 8, 4096);
    assert!(key.get("d").is_none());
    let people = session["testPeople"].as_array().unwrap();
    assert_eq!(people.len(), 4);
    let george = json!({
        "name": "George Palomero Jr.", "country": "PH", "email": GEORGE.email, "mobile": "+639559991234",
        "ssNumber": "3300000008", "password": GEORGE.password, "code": GEORGE.code,
    });
    assert_eq!(people[0], george);

    let production = NewUser::make(&world.production(&world.acme)).await;
    let widget = Widget::open(&world.stranger("link"), &production.token).await;
    assert_eq!(widget.session["mode"], "PRODUCTION");
    assert_eq!(widget.session["testPeople"], Value::Null, "there are no test people in production");
}

async fn a_token_is_spent_once(world: World) {
    let user = world.user().await;
    let surface = world.stranger("link-sandbox");
    let first = Widget::open(&surface, &user.token).await;
    for _ in 0..2 {
        surface.bearer(&user.token).post("/sessions", &json!({})).await.refused("INVALID_TOKEN");
    }
    first.api.get("/accounts").await.data(200);
    assert_eq!(
        world.widget_for(&user.id).await.session["userId"],
        user.id,
        "another token opens another session"
    );
}

async fn of_many_widgets_at_once_one_gets_the_session(world: World) {
    let user = world.user().await;
    let surface = world.stranger("link-sandbox").bearer(&user.token);
    let tries = (0..8).map(|_| surface.post_empty("/sessions"));
    let answers = futures_util::future::join_all(tries).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401, 401, 401, 401, 401, 401]);
}

async fn a_token_ends_after_five_hours(world: World) {
    let (early, late) = (world.user().await, world.user().await);
    let surface = world.stranger("link-sandbox");
    world.clock.advance(Duration::from_hours(5) - Duration::from_mins(1));
    Widget::open(&surface, &early.token).await;
    world.clock.advance(Duration::from_mins(1));
    let answer = surface.bearer(&late.token).post_empty("/sessions").await;
    answer.refused("INVALID_TOKEN");
    world.clock.advance(Duration::from_hours(24 * 365));
    surface.bearer(&late.token).post_empty("/sessions").await.refused("INVALID_TOKEN");
}

async fn a_forged_token_is_refused(world: World) {
    let user = world.user().await;
    let surface = world.stranger("link-sandbox");
    let parts: Vec<&str> = user.token.split('.').collect();
    let mut later = claims(&user.token);
    later["exp"] = json!(4_000_000_000_i64);
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = encode(&json!({ "alg": "none", "typ": "JWT" }));
    let symmetric = encode(&json!({ "alg": "HS256", "typ": "JWT" }));
    for token in [
        format!("{}.{}.{}", parts[0], encode(&later), parts[2]),
        format!("{unsigned}.{}.", encode(&later)),
        format!("{unsigned}.{}.{}", parts[1], parts[2]),
        format!("{symmetric}.{}.{}", parts[1], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len())),
        "x".to_owned(),
        "A".repeat(20_000),
    ] {
        surface.bearer(&token).post_empty("/sessions").await.refused("INVALID_TOKEN");
    }
    // Trying did not spend it.
    Widget::open(&surface, &user.token).await;
}

async fn a_token_of_the_other_mode_has_no_right(world: World) {
    let (sandbox, production) = (world.user().await, NewUser::make(&world.production(&world.acme)).await);
    for (surface, own, other) in [("link-sandbox", &sandbox, &production), ("link", &production, &sandbox)] {
        let surface = world.stranger(surface);
        surface.bearer(&other.token).post_empty("/sessions").await.refused("UNAUTHORIZED_ACCESS");
        Widget::open(&surface, &own.token).await;
    }
}

async fn a_session_ends_with_its_token(world: World) {
    let user = world.user().await;
    world.clock.advance(Duration::from_hours(4));
    let widget = Widget::open(&world.stranger("link-sandbox"), &user.token).await;
    widget.api.get("/accounts").await.data(200);
    world.clock.advance(Duration::from_hours(1));
    let answer = widget.api.get("/accounts").await;
    answer.refused("INVALID_TOKEN");
    let before = world.census().await;
    widget.start_with("grab", GEORGE.email, GEORGE.password).await.refused("INVALID_TOKEN");
    assert_eq!(world.census().await, before);
}

async fn a_session_is_good_for_its_own_mode_only(world: World) {
    let widget = world.widget().await;
    for path in ["/accounts", "/providers", "/providers/upwork"] {
        widget.api.at("link").get(path).await.refused("UNAUTHORIZED_ACCESS");
        widget.api.get(path).await.data(200);
        // Nor is it an API key.
        widget.api.at("sandbox").get(path).await.refused("INVALID_TOKEN");
    }
}

async fn nobody_gets_in_without_a_session(world: World) {
    let user = world.user().await;
    let surface = world.stranger("link-sandbox");
    let (key, secret) = &world.acme.sandbox;
    let account = format!("/accounts/a-{}", "0".repeat(32));
    let reads = ["/accounts", "/providers", &format!("{account}/progress"), &format!("{account}/events")];
    for client in [
        surface.clone(),
        surface.bearer(""),
        surface.bearer("0000"),
        surface.basic(key, secret),
        // A link token opens a session and nothing else.
        surface.bearer(&user.token),
    ] {
        for path in reads {
            client.get(path).await.refused("INVALID_TOKEN");
        }
        client.delete(&account).await.refused("INVALID_TOKEN");
        client.post("/accounts", &json!({})).await.refused("INVALID_TOKEN");
    }
    let answer = surface.post_empty("/sessions").await;
    answer.refused("INVALID_TOKEN");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"Sahod\""));
}
