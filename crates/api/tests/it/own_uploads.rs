//! Documents that a person hands over at the widget.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{Method, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    archives::{GEORGES, base64_of, until_read},
    harness::{PATIENCE, Widget, World, on_both_databases},
};

on_both_databases!(
    a_person_hands_a_document_over_and_takes_it_back,
    documents_are_their_persons_own,
    faults_of_files_are_found_all_at_once,
    a_person_has_a_receipt_for_what_they_handed_over,
    what_the_tenant_handed_over_has_no_receipt,
    one_persons_unfinished_uploads_keep_nobody_else_out,
    a_person_hands_over_so_much_in_a_day,
);

/// What the widget sends, for a person who saw the session's consent text.
fn upload(widget: &Widget, files: &Value) -> Value {
    json!({ "files": files, "consentVersion": widget.session["consent"]["version"] })
}

fn payslip() -> Value {
    json!({ "name": "slip.pdf", "contentType": "application/pdf", "content": base64_of(GEORGES) })
}

async fn hand_over(widget: &Widget) -> String {
    let made = widget.api.post("/uploads", &upload(widget, &json!([payslip()]))).await.data(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn a_person_hands_a_document_over_and_takes_it_back(world: World) {
    let widget = world.widget().await;
    let mut body = upload(&widget, &json!([payslip()]));
    body["providerId"] = json!("abccorp");
    let made = widget.api.post("/uploads", &body).await.data(201);
    assert_eq!((&made["status"], &made["errorCode"]), (&json!("STARTED"), &Value::Null));
    assert_eq!((&made["fileNames"], &made["providerId"]), (&json!(["slip.pdf"]), &json!("abccorp")));
    assert_eq!((&made["userId"], made.as_object().unwrap().len()), (&widget.session["userId"], 7));
    assert!(made["createdAt"].is_string());
    until_read(&world.api()).await;

    let id = made["id"].as_str().unwrap();
    let archive = world.api().data(&format!("/archives/{id}")).await;
    assert_eq!(
        (&archive["state"]["status"], &archive["providerId"]),
        (&json!("ANALYZED"), &json!("abccorp"))
    );
    let mut read = made.clone();
    read["status"] = json!("ANALYZED");
    let second = hand_over(&widget).await;
    let listed = widget.api.all("/uploads", 1).await;
    assert_eq!((&listed[0]["id"], &listed[0]["providerId"]), (&json!(second), &Value::Null));
    assert_eq!(listed[1..], [read]);

    widget.api.delete(&format!("/uploads/{id}")).await.done();
    widget.api.delete(&format!("/uploads/{id}")).await.done();
    assert_eq!(widget.api.all("/uploads", 1).await.len(), 1);
    let archive = world.api().data(&format!("/archives/{id}")).await;
    assert_eq!(archive["state"]["status"], "REVOKED");
}

async fn documents_are_their_persons_own(world: World) {
    let (widget, other) = (world.widget().await, world.widget().await);
    let id = hand_over(&widget).await;
    assert_eq!(other.api.all("/uploads", 10).await, Vec::<Value>::new());
    other.api.delete(&format!("/uploads/{id}")).await.refused("MISSING_RESOURCE");
    widget.api.delete("/uploads/u-1").await.refused("MISSING_RESOURCE");
    let stranger = world.stranger("link-sandbox");
    stranger.get("/uploads").await.refused("INVALID_TOKEN");
    stranger.post("/uploads", &json!({ "files": [payslip()] })).await.refused("INVALID_TOKEN");
    assert_eq!(widget.api.all("/uploads", 10).await.len(), 1);
}

async fn faults_of_files_are_found_all_at_once(world: World) {
    let (widget, before) = (world.widget().await, world.census().await);
    let send = async |body: Value| widget.api.post("/uploads", &body).await;
    send(json!({ "providerId": "nobody" })).await.faulty(&["consentVersion", "files", "providerId"]);
    send(upload(&widget, &json!(vec![payslip(); 11]))).await.faulty(&["files"]);
    let files = json!([
        { "contentType": "image/png", "content": base64_of(GEORGES) },
        { "contentType": "text/html", "content": "*", "name": "" },
        { "contentType": "application/pdf", "content": "" },
    ]);
    send(upload(&widget, &files)).await.faulty(&[
        "files[0].content",
        "files[1].contentType",
        "files[1].content",
        "files[1].name",
        "files[2].content",
    ]);
    let other = json!({ "files": [payslip()], "consentVersion": "1999-01-01" });
    send(other).await.faulty(&["consentVersion"]);
    assert_eq!(world.census().await, before);
}

async fn a_person_has_a_receipt_for_what_they_handed_over(world: World) {
    let (widget, other) = (world.widget().await, world.widget().await);
    let id = hand_over(&widget).await;
    let path = format!("/uploads/{id}/receipt");
    let before = widget.api.data(&path).await["receipt"].take();
    assert_eq!(before["upload"], json!({ "id": id, "fileCount": 1 }));
    assert_eq!(before["version"], widget.session["consent"]["version"]);
    assert_eq!(before["datapoints"], widget.session["consent"]["datapoints"]);
    assert_eq!((&before["continuous"], &before["revokedAt"]), (&json!(false), &Value::Null));
    assert!(before.get("account").is_none());

    other.api.get(&path).await.refused("MISSING_RESOURCE");
    world.stranger("link-sandbox").get(&path).await.refused("INVALID_TOKEN");
    widget.api.delete(&format!("/uploads/{id}")).await.done();
    let mut after = widget.api.data(&path).await["receipt"].take();
    assert!(after["revokedAt"].take().is_string());
    assert_eq!(after, before, "the rest is as it was");
}

async fn what_the_tenant_handed_over_has_no_receipt(world: World) {
    let widget = world.widget().await;
    let body = json!({
        "userId": widget.session["userId"], "fileType": "PAYSLIP",
        "rawFiles": [{ "fileName": "slip.pdf", "fileExtensionType": "PDF", "fileContent": base64_of(GEORGES) }],
    });
    let id = world.api().post("/archives", &body).await.data(200)["id"].take();
    let path = format!("/uploads/{}/receipt", id.as_str().unwrap());
    widget.api.get(&path).await.refused("MISSING_RESOURCE");
}

async fn one_persons_unfinished_uploads_keep_nobody_else_out(world: World) {
    let (slow, other) = (world.widget().await, world.widget().await);
    let headers = [(header::CONTENT_TYPE, "application/json")];
    let never_ends = || Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let unfinished: Vec<_> = (0..4)
        .map(|_| {
            let (api, headers) = (slow.api.clone(), headers.clone());
            // Answered only when there was no place; else it goes on for ever.
            tokio::spawn(async move {
                loop {
                    api.raw(&Method::POST, "/uploads", &headers, never_ends()).await;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let refused = async {
        loop {
            let refused = slow.api.post("/uploads", &json!({})).await;
            if refused.status == 429 {
                return refused;
            }
            tokio::task::yield_now().await;
        }
    };
    let refused = timeout(PATIENCE, refused).await.expect("the person has no place left");
    refused.refused("REQUEST_LIMIT_EXCEEDED");
    assert_eq!((refused.faults(), refused.header("retry-after")), (vec!["files"], Some("2")));
    hand_over(&other).await;
    // Who has no session takes no place, nor is their body waited for.
    let stranger = world.stranger("link-sandbox").bearer("guessed");
    stranger.send(Method::POST, "/uploads", &headers, never_ends()).await.refused("INVALID_TOKEN");
    for request in unfinished {
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
    hand_over(&slow).await;
}

async fn a_person_hands_over_so_much_in_a_day(world: World) {
    let (widget, other) = (world.widget().await, world.widget().await);
    let of_size = |size: usize| {
        let mut file = b"%PDF-1.7 ".to_vec();
        file.resize(size, b'x');
        json!([{ "contentType": "application/pdf", "content": STANDARD.encode(file) }])
    };
    let mib = 1024 * 1024;
    let large = widget.api.post("/uploads", &upload(&widget, &of_size(15 * mib))).await.data(201);
    // What was taken back counts as well.
    widget.api.delete(&format!("/uploads/{}", large["id"].as_str().unwrap())).await.done();
    let before = world.census().await;
    let refused = widget.api.post("/uploads", &upload(&widget, &of_size(mib + 1))).await;
    refused.refused("REQUEST_LIMIT_EXCEEDED");
    assert_eq!(refused.faults(), ["files"]);
    let detail = refused.body["data"]["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.ends_with("within 24 hours 1048576 are left"), "{detail}");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    assert_eq!(world.census().await, before);
    hand_over(&widget).await;
    other.api.post("/uploads", &upload(&other, &of_size(mib + 1))).await.data(201);
    world.clock.advance(Duration::from_hours(24));
    let user = widget.session["userId"].as_str().unwrap();
    let later = world.widget_for(user).await;
    later.api.post("/uploads", &upload(&later, &of_size(mib + 1))).await.data(201);
}
