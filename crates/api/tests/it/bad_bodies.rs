//! Bodies that cannot be read: each has a defined answer, and none leaves anything behind.

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use serde_json::{Value, json};

use crate::harness::{Client, World, on_both_databases};

on_both_databases!(
    a_body_that_is_no_json_object_is_a_fault,
    a_body_of_another_type_is_not_read,
    a_body_over_the_limit_is_a_fault,
    a_body_that_breaks_off_is_a_fault,
    bytes_that_are_no_text_are_a_fault,
    the_answer_to_many_faults_is_bounded,
    notes_about_a_user_are_checked_all_together,
    a_user_can_be_made_without_any_note,
);

const JSON: Option<&str> = Some("application/json");

/// Everything that takes a body, each with a caller who may use it.
async fn takers(world: &World) -> Vec<(Client, String)> {
    let widget = world.widget().await;
    let user = world.user().await;
    let account = widget.start("upwork", &crate::harness::GEORGE).await;
    widget.until(&account, "WAITING_FOR_ANSWER").await;
    vec![
        (world.api(), "/users".to_owned()),
        (world.api(), "/webhooks".to_owned()),
        (world.stranger("link-sandbox").bearer(&user.token), "/sessions".to_owned()),
        (widget.api.clone(), "/accounts".to_owned()),
        (widget.api.clone(), "/steps".to_owned()),
        (widget.api, format!("/accounts/{account}/answers")),
        (world.api(), "/consentTemplates".to_owned()),
        (world.api(), "/inviteTemplates".to_owned()),
        (world.api(), "/winkTemplates".to_owned()),
        (world.api(), "/invites".to_owned()),
    ]
}

async fn a_body_that_is_no_json_object_is_a_fault(world: World) {
    let (takers, before) = (takers(&world).await, world.census().await);
    for (client, path) in &takers {
        for text in [
            "{",
            "}",
            "{]",
            "{\"a\":}",
            "{\"a\":1,}",
            "{'a':1}",
            "{\"a\":1}{}",
            "{\"a\":1} x",
            "null",
            "true",
            "[]",
            "[{}]",
            "\"{}\"",
            "7",
            "NaN",
            "{\"a\":NaN}",
            "{\"a\":1e999999}x",
            "<xml/>",
            "a=b",
            " ",
            "\u{feff}{}",
            "{\"\\ud800\":1}",
        ] {
            client.post_text(path, JSON, text).await.faulty(&["body"]);
        }
        for open in ["[", "{\"a\":", "[{\"a\":"] {
            client.post_text(path, JSON, open.repeat(10_000)).await.faulty(&["body"]);
            let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
            client.post_text(path, JSON, deep).await.faulty(&["body"]);
        }
    }
    assert_eq!(world.census().await, before);
    // None of it spent the token.
    takers[2].0.post_empty("/sessions").await.data(201);
}

async fn a_body_of_another_type_is_not_read(world: World) {
    let (takers, before) = (takers(&world).await, world.census().await);
    for (client, path) in &takers {
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=x"),
            Some("application/jsonp"),
            Some("application/xml"),
            Some("json"),
            Some(""),
        ] {
            client.post_text(path, content_type, "{}").await.refused("UNSUPPORTED_TYPE");
        }
        client.post_text(path, Some("text/plain"), "").await.refused("UNSUPPORTED_TYPE");
    }
    assert_eq!(world.census().await, before);
    for content_type in ["application/json; charset=utf-8", "Application/JSON", " application/json ;x=y"] {
        world.api().post_text("/users", Some(content_type), "{}").await.data(201);
    }
}

async fn a_body_over_the_limit_is_a_fault(world: World) {
    let (takers, before) = (takers(&world).await, world.census().await);
    for (client, path) in &takers {
        let large = json!({ "x": "x".repeat(1024 * 1024) }).to_string();
        let answer = client.post_text(path, JSON, large.clone()).await;
        answer.faulty(&["body"]);
        let detail = answer.body["data"]["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("larger than"), "{detail}");
        // Also when its size is not told beforehand.
        let chunks = large
            .into_bytes()
            .chunks(1000)
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect::<Vec<_>>();
        let stream = futures_util::stream::iter::<Vec<Result<Bytes, std::io::Error>>>(chunks);
        client.post_text(path, JSON, Body::from_stream(stream)).await.faulty(&["body"]);
    }
    assert_eq!(world.census().await, before);
    // A large one that is within the limit is read.
    let note = json!({ "externalMetadata": { "note": "x" }, "ignored": "x".repeat(200 * 1024) });
    world.api().post("/users", &note).await.data(201);
}

async fn a_body_that_breaks_off_is_a_fault(world: World) {
    let (takers, before) = (takers(&world).await, world.census().await);
    for (client, path) in &takers {
        let broken: [Result<Bytes, std::io::Error>; 2] =
            [Ok(Bytes::from_static(b"{\"a\":")), Err(std::io::Error::other("the client went away"))];
        let stream = futures_util::stream::iter(broken);
        client.post_text(path, JSON, Body::from_stream(stream)).await.faulty(&["body"]);
    }
    assert_eq!(world.census().await, before);
}

async fn bytes_that_are_no_text_are_a_fault(world: World) {
    let (takers, before) = (takers(&world).await, world.census().await);
    for (client, path) in &takers {
        for bytes in [
            &b"\xff\xfe{}"[..],
            b"{\"a\":\"\xc3\x28\"}",
            b"{\"\xff\":1}",
            b"\x1f\x8b\x08\x00",
            b"{\"a\":\"\x00\"}",
        ] {
            client.post_text(path, JSON, bytes.to_vec()).await.faulty(&["body"]);
        }
    }
    assert_eq!(world.census().await, before);
}

async fn notes_about_a_user_are_checked_all_together(world: World) {
    let (api, before) = (world.api(), world.census().await);
    let post = |notes: Value| {
        let api = api.clone();
        async move { api.post("/users", &json!({ "externalMetadata": notes })).await }
    };
    let six = json!({ "a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6" });
    post(six).await.faulty(&["externalMetadata"]);
    let mixed = json!({ "a": 1, "b": null, "c": ["x"], "d": { "e": "f" }, "e": "fine", "f": true });
    let faults = ["externalMetadata", "externalMetadata.a", "externalMetadata.b", "externalMetadata.c"];
    let more = ["externalMetadata.d", "externalMetadata.f"];
    post(mixed).await.faulty(&[&faults[..], &more[..]].concat());
    for wrong in [json!([]), json!("a"), json!(1), json!(false)] {
        post(wrong).await.faulty(&["externalMetadata"]);
    }
    post(json!({ "a": "x".repeat(501) })).await.faulty(&["externalMetadata.a"]);
    let huge = format!("{{\"externalMetadata\":{{\"a\":{}}}}}", "9".repeat(10_000));
    api.post_text("/users", JSON, huge).await.faulty(&["externalMetadata.a"]);
    assert_eq!(world.census().await, before);
}

async fn a_user_can_be_made_without_any_note(world: World) {
    let api = world.api();
    for body in
        [json!({}), json!({ "externalMetadata": {} }), json!({ "externalMetadata": null }), json!({ "x": 1 })]
    {
        assert_eq!(api.post("/users", &body).await.data(201)["user"]["externalMetadata"], json!({}));
    }
    for content_type in [None, JSON] {
        api.post_text("/users", content_type, "").await.data(201);
    }
    let notes =
        json!({ "": "", "ключ": "значение", "\u{0}": "\n", "x".repeat(500): "🐙".repeat(500), "e": "\"\\" });
    let made = api.post("/users", &json!({ "externalMetadata": notes })).await.data(201);
    assert_eq!(made["user"]["externalMetadata"], notes);
    let id = made["user"]["id"].as_str().unwrap();
    assert_eq!(api.data(&format!("/users/{id}")).await["externalMetadata"], notes);
    // A body where none is wanted is not looked at.
    let answer = api.send(Method::GET, "/users", &[], Body::from("{")).await;
    assert_eq!(answer.data(200)["items"][0]["externalMetadata"], notes);
}

/// If it named each of them it would be many times as long as the body.
async fn the_answer_to_many_faults_is_bounded(world: World) {
    let before = world.census().await;
    let numbers = vec![0; 100_000];
    let answer = world.api().post("/webhooks", &json!({ "eventTypes": numbers })).await;
    answer.faulty(&["active", "eventTypes", "name", "secret", "url"]);
    let pairs: serde_json::Map<_, _> = (0..20_000).map(|number| (number.to_string(), json!(1))).collect();
    let answer = world.api().post("/users", &json!({ "externalMetadata": pairs })).await;
    assert_eq!(answer.faults().len(), 101);
    assert_eq!(answer.faults()[0], "externalMetadata");
    assert_eq!(world.census().await, before);
}
