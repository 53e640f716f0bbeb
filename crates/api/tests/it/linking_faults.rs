//! Links that cannot be started, or that fail at the source. What is refused makes nothing.

use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::harness::{
    Answer, GEORGE, RYAN, Widget, World,
    encrypt::{encrypt, encrypt_as},
    on_both_databases,
    world::NewUser,
};

on_both_databases!(
    all_faults_of_a_link_are_told_together,
    unknown_providers_and_stale_consents_are_refused,
    credentials_must_be_encrypted_for_this_server,
    a_form_must_be_filled,
    a_wrong_login_fails_at_the_source,
    production_has_nothing_to_link_yet,
    too_many_links_at_once_are_put_off,
);

fn form(person: &crate::harness::Person) -> Value {
    json!({ "login": person.email, "password": person.password })
}

async fn post(widget: &Widget, body: &Value) -> Answer {
    widget.api.post("/accounts", body).await
}

async fn all_faults_of_a_link_are_told_together(world: World) {
    let (widget, before) = (world.widget().await, world.census().await);
    let all = ["consentVersion", "credentials", "providerId"];
    post(&widget, &json!({})).await.faulty(&all);
    widget.api.post_empty("/accounts").await.faulty(&all);
    post(&widget, &json!({ "providerId": 1, "consentVersion": [], "credentials": {} })).await.faulty(&all);
    post(&widget, &json!({ "providerId": "", "consentVersion": "", "credentials": "" })).await.faulty(&all);
    let long = json!({
        "providerId": "p".repeat(65), "consentVersion": "v".repeat(65), "credentials": "c".repeat(20_000),
    });
    post(&widget, &long).await.faulty(&all);
    let wrong = json!({ "providerId": "nobody", "consentVersion": "1999-01-01", "credentials": "x" });
    let answer = post(&widget, &wrong).await;
    answer.refused("INVALID_PARAMETERS");
    assert!(["consentVersion", "providerId"].iter().all(|name| answer.faults().contains(name)), "{answer:?}");
    assert_eq!(world.census().await, before);
}

async fn unknown_providers_and_stale_consents_are_refused(world: World) {
    let (widget, before) = (world.widget().await, world.census().await);
    for provider in ["nobody", "Upwork", "UPWORK", "../upwork", "upwork ", "🐙", "a"] {
        post(&widget, &widget.link_request(provider, &form(&GEORGE))).await.faulty(&["providerId"]);
    }
    for version in ["2025-01-01", "latest", "🐙"] {
        let mut body = widget.link_request("grab", &form(&GEORGE));
        body["consentVersion"] = json!(version);
        post(&widget, &body).await.faulty(&["consentVersion"]);
    }
    assert_eq!(world.census().await, before);
}

async fn credentials_must_be_encrypted_for_this_server(world: World) {
    let (widget, before) = (world.widget().await, world.census().await);
    let (key, plain) = (&widget.session["encryptionKey"], form(&GEORGE).to_string());
    let good = encrypt(key, plain.as_bytes());
    let parts: Vec<&str> = good.split('.').collect();
    let other = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = aws_lc_rs::signature::KeyPair::public_key(&other);
    let mut foreign = key.clone();
    foreign["n"] = json!(number(public.modulus().big_endian_without_leading_zero()));
    foreign["e"] = json!(number(public.exponent().big_endian_without_leading_zero()));
    let header = |alg: &str, enc: &str| json!({ "alg": alg, "enc": enc, "kid": key["kid"] });
    let first = if parts[3].starts_with('A') { 'B' } else { 'A' };
    let tampered = format!("{}.{}.{}.{first}{}.{}", parts[0], parts[1], parts[2], &parts[3][1..], parts[4]);
    for credentials in [
        "x".to_owned(),
        "....".to_owned(),
        plain.clone(),
        URL_SAFE_NO_PAD.encode(&plain),
        parts[..4].join("."),
        format!("{good}.x"),
        tampered,
        format!("{}.{}.{}.{}.", parts[0], parts[1], parts[2], parts[3]),
        encrypt(&foreign, plain.as_bytes()),
        encrypt_as(
            &json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "other" }),
            key,
            plain.as_bytes(),
        ),
        encrypt_as(&json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM" }), key, plain.as_bytes()),
        encrypt_as(&header("RSA-OAEP", "A256GCM"), key, plain.as_bytes()),
        encrypt_as(&header("RSA-OAEP-256", "A128GCM"), key, plain.as_bytes()),
        encrypt_as(&header("none", "none"), key, plain.as_bytes()),
        encrypt(key, b""),
        encrypt(key, b"not json"),
        encrypt(key, b"[]"),
        encrypt(key, b"{\"login\":1,\"password\":2}"),
        encrypt(key, b"{\"login\":\"a\",\"login\":\"b\",\"password\":\"c\"}"),
        encrypt(key, b"\xff\xfe"),
    ] {
        let body = json!({
            "providerId": "grab", "consentVersion": widget.session["consent"]["version"], "credentials": credentials,
        });
        let answer = post(&widget, &body).await;
        answer.faulty(&["credentials"]);
        assert!(!answer.body.to_string().contains(GEORGE.password), "nothing of it is told back");
    }
    assert_eq!(world.census().await, before);
}

async fn a_form_must_be_filled(world: World) {
    let (widget, before) = (world.widget().await, world.census().await);
    for (form, faults) in [
        (json!({}), vec!["credentials.login", "credentials.password"]),
        (json!({ "login": "", "password": " " }), vec!["credentials.login", "credentials.password"]),
        (json!({ "login": GEORGE.email }), vec!["credentials.password"]),
        (json!({ "password": GEORGE.password, "user": GEORGE.email }), vec!["credentials.login"]),
        (json!({ "login": "()+-", "password": "x" }), vec!["credentials.login"]),
    ] {
        post(&widget, &widget.link_request("grab", &form)).await.faulty(&faults);
    }
    assert_eq!(world.census().await, before);
}

async fn a_wrong_login_fails_at_the_source(world: World) {
    let widget = world.widget().await;
    let mut accounts = Vec::new();
    for (login, password) in [
        ("nobody@example.com", GEORGE.password),
        (GEORGE.email, "wrong"),
        (GEORGE.email, RYAN.password),
        ("🐙@example.com", "🐙"),
        ("' OR 1=1 --", "x"),
    ] {
        let started = widget.start_with("upwork", login, password).await.data(201);
        let account = started["accountId"].as_str().unwrap();
        let failed = widget.until(account, "FAILED").await;
        assert_eq!(
            (&failed["connectionStatus"], &failed["errorCode"]),
            (&json!("ERROR"), &json!("INVALID_CREDENTIALS"))
        );
        let found = world.api().data(&format!("/accounts/{account}")).await;
        assert_eq!(found["connection"]["errorCode"], "INVALID_CREDENTIALS");
        assert_eq!(found["connection"]["errorMessage"], failed["errorMessage"]);
        accounts.push(account.to_owned());
    }
    assert_eq!(accounts[1], accounts[2], "the same login is the same account, whatever the password");
    assert_eq!(world.api().all("/accounts", 10).await.len(), 4);
    assert_eq!(world.api().all("/identities", 10).await.len(), 0);
    // An account that failed can be removed like any other, and the widget lists it until then.
    assert_eq!(widget.api.all("/accounts", 10).await.len(), 4);
    for account in &accounts[..2] {
        widget.api.delete(&format!("/accounts/{account}")).await.done();
    }
    assert_eq!(widget.api.all("/accounts", 10).await.len(), 2);
}

async fn production_has_nothing_to_link_yet(world: World) {
    let user = NewUser::make(&world.production(&world.acme)).await;
    let widget = Widget::open(&world.stranger("link"), &user.token).await;
    post(&widget, &widget.link_request("upwork", &form(&GEORGE))).await.faulty(&["providerId"]);
    assert_eq!(world.production(&world.acme).all("/accounts", 10).await.len(), 0);
}

async fn too_many_links_at_once_are_put_off(world: World) {
    let mut waiting = Vec::new();
    // Half of them: as many are left for other tenants.
    for _ in 0..world.app.config().max_links / 2 {
        let widget = world.widget().await;
        let account = widget.start("upwork", &GEORGE).await;
        widget.until(&account, "WAITING_FOR_ANSWER").await;
        waiting.push((widget, account));
    }
    let (late, before) = (world.widget().await, world.census().await);
    let refused = late.start_with("grab", GEORGE.email, GEORGE.password).await;
    refused.refused("SERVER_UNAVAILABLE");
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert_eq!(world.census().await, before);
    let other = NewUser::make(&world.open(&world.globex)).await;
    let other = Widget::open(&world.stranger("link-sandbox"), &other.token).await;
    other.link("grab", &GEORGE).await;
    // One who leaves makes room.
    let (widget, account) = &waiting[0];
    widget.api.delete(&format!("/accounts/{account}")).await.done();
    late.link("grab", &GEORGE).await;
}
