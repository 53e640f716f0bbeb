//! What a person can know of an account of theirs: what was read, and the receipt of what they agreed to, signed so that
//! anybody can check it.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::harness::{GEORGE, World, on_both_databases};

on_both_databases!(
    a_receipt_says_what_was_agreed_to,
    a_receipt_can_be_checked_with_the_public_key,
    a_receipt_says_when_it_was_ended,
    a_receipt_is_for_its_person_only,
    an_account_says_what_was_read_and_when,
);

async fn a_receipt_says_what_was_agreed_to(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let signed = linked.widget.api.data(&format!("/accounts/{}/receipt", linked.account)).await;
    let receipt = &signed["receipt"];
    assert!(receipt["id"].as_str().unwrap().starts_with("consent-"));
    assert!(receipt["agreedAt"].as_str().unwrap().starts_with("2026-11-20T08:00:"));
    assert_eq!(receipt["version"], linked.widget.session["consent"]["version"]);
    assert_eq!(receipt["organisation"], json!({ "name": "Acme Lending" }));
    assert_eq!(receipt["person"], json!({ "userId": linked.user }));
    let provider = json!({ "id": "upwork", "name": "Upwork" });
    assert_eq!(receipt["account"], json!({ "id": linked.account, "provider": provider }));
    assert_eq!((&receipt["purpose"], &receipt["revokedAt"]), (&Value::Null, &Value::Null));
    assert_eq!(receipt["retentionDays"], 60);
    assert!(receipt["continuous"].is_boolean());
    assert!(receipt["datapoints"].as_array().unwrap().contains(&json!("TRANSACTIONS")), "{receipt}");
    assert!(receipt["revoke"].as_str().unwrap().contains("Acme Lending"));
    assert_eq!(signed["jwks"], "http://link-sandbox.test/.well-known/jwks.json");
}

async fn a_receipt_can_be_checked_with_the_public_key(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let signed = linked.widget.api.data(&format!("/accounts/{}/receipt", linked.account)).await;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let parse = |text: &str| serde_json::from_slice::<Value>(&decode(text)).unwrap();
    let (part, signature) = signed["jws"].as_str().unwrap().rsplit_once('.').unwrap();
    let (header, payload) = part.split_once('.').unwrap();
    assert_eq!(parse(payload), signed["receipt"]);
    assert_eq!(parse(header)["alg"], "EdDSA");

    let keys = async |surface: &str| {
        let (status, text) = world.plain(&format!("/{surface}/.well-known/jwks.json")).await;
        assert_eq!(status, 200);
        serde_json::from_str::<Value>(&text).unwrap()["keys"][0].take()
    };
    let (sandbox, production) = (keys("link-sandbox").await, keys("link").await);
    assert_eq!(parse(header)["kid"], sandbox["kid"]);
    assert_eq!(
        (&sandbox["kty"], &sandbox["crv"], &sandbox["use"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("sig"))
    );
    let holds = |key: &Value, text: &str| {
        let key = decode(key["x"].as_str().unwrap());
        UnparsedPublicKey::new(&ED25519, key).verify(text.as_bytes(), &decode(signature)).is_ok()
    };
    assert!(holds(&sandbox, part));
    assert!(!holds(&sandbox, &part.replace('.', ".e")));
    assert!(!holds(&production, part), "what was agreed to in play is nothing in earnest");
}

async fn a_receipt_says_when_it_was_ended(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let path = format!("/accounts/{}/receipt", linked.account);
    let before = linked.widget.api.data(&path).await["receipt"].take();
    linked.widget.api.delete(&format!("/accounts/{}", linked.account)).await.done();
    let mut after = linked.widget.api.data(&path).await["receipt"].take();
    assert!(after["revokedAt"].take().is_string());
    assert_eq!(after, before, "the rest is as it was");
}

async fn a_receipt_is_for_its_person_only(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let path = format!("/accounts/{}/receipt", linked.account);
    world.widget().await.api.get(&path).await.refused("MISSING_RESOURCE");
    world.stranger("link-sandbox").get(&path).await.refused("INVALID_TOKEN");
    let odd = format!("/accounts/a-{}/receipt", "0".repeat(32));
    linked.widget.api.get(&odd).await.refused("MISSING_RESOURCE");
}

async fn an_account_says_what_was_read_and_when(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let api = &linked.widget.api;
    let progress = linked.widget.progress(&linked.account).await;
    let account = api.data("/accounts").await["items"][0].take();
    assert!(account["datapoints"].as_array().unwrap().contains(&json!("TRANSACTIONS")), "{account}");
    assert!(account["lastReadAt"].as_str() >= account["createdAt"].as_str(), "{account}");
    // A month after it was connected.
    assert_eq!(account["nextReadAt"], "2026-12-20T08:00:00Z");
    assert_eq!(progress["stage"], "DONE");
    for time in ["lastReadAt", "nextReadAt"] {
        assert_eq!(progress[time], account[time], "{progress}");
    }
    world.api().post_empty(&format!("/accounts/{}/disableMonitor", linked.account)).await.done();
    assert_eq!(api.data("/accounts").await["items"][0]["nextReadAt"], Value::Null);

    let failed = linked.widget.start_with("grab", GEORGE.email, "wrong").await.data(201);
    linked.widget.until(failed["accountId"].as_str().unwrap(), "FAILED").await;
    let newest = api.data("/accounts").await["items"][0].take();
    assert_eq!((&newest["datapoints"], &newest["lastReadAt"]), (&json!([]), &Value::Null));
}
