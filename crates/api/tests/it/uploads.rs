//! Handing files over: what is taken, how much of it, and how often.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::{Method, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    archives::{GEORGES, base64_of, file, payslip, until_read},
    harness::{World, on_both_databases},
};

on_both_databases!(
    faults_of_files_are_found_all_at_once,
    a_file_is_as_large_as_is_said_and_no_larger,
    uploads_that_do_not_come_keep_nobody_from_uploading,
    a_repeat_of_a_named_upload_makes_no_second_archive,
);

async fn faults_of_files_are_found_all_at_once(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let before = world.census().await;
    let send = async |path: &str, body: Value| api.post(path, &body).await;
    send("/archives", json!({})).await.faulty(&["userId", "fileType", "rawFiles"]);
    send("/archives/classify", json!({ "rawFiles": [] })).await.faulty(&["userId", "rawFiles"]);
    send("/archives/-/payslips/uploadRawFile", json!({ "userId": user, "fileContent": "*" }))
        .await
        .faulty(&["fileExtensionType", "fileContent"]);
    let png = base64_of("payslip-george.png");
    let files = json!([
        { "fileExtensionType": "PDF", "fileContent": png },
        { "fileExtensionType": "EXE", "fileContent": png, "fileSubtype": "X", "fileName": "" },
        { "fileExtensionType": "PNG", "fileContent": "" },
        7,
    ]);
    send("/archives", json!({ "userId": user, "fileType": "NOVEL", "rawFiles": files })).await.faulty(&[
        "fileType",
        "rawFiles[0].fileContent",
        "rawFiles[1].fileName",
        "rawFiles[1].fileSubtype",
        "rawFiles[1].fileExtensionType",
        "rawFiles[2].fileContent",
        "rawFiles[3]",
    ]);
    let many = vec![file(GEORGES); 11];
    let body = json!({ "userId": user, "fileType": "PAYSLIP", "rawFiles": many });
    send("/archives", body).await.faulty(&["rawFiles"]);
    let nobody = format!("acme-{}", "0".repeat(32));
    send("/archives", payslip(&nobody, GEORGES)).await.faulty(&["userId"]);
    assert_eq!(world.census().await, before);
}

async fn a_file_is_as_large_as_is_said_and_no_larger(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let body = |size: usize| {
        let mut file = b"%PDF-1.7 ".to_vec();
        file.resize(size, b'x');
        json!({ "userId": user, "fileType": "PAYSLIP", "rawFiles": [
            { "fileExtensionType": "PDF", "fileContent": STANDARD.encode(file) },
        ] })
    };
    let most = 15 * 1024 * 1024;
    let made = api.post("/archives", &body(most)).await.data(200);
    assert_eq!(made["rawFiles"][0]["size"], most);
    api.post("/archives", &body(most + 1)).await.faulty(&["rawFiles[0].fileContent"]);
    api.post("/archives", &body(most * 2)).await.faulty(&["body"]);
    // Everything else stays as small as it was.
    let large = json!({ "name": "x".repeat(300_000) });
    api.post("/webhooks", &large).await.faulty(&["body"]);
}

async fn uploads_that_do_not_come_keep_nobody_from_uploading(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let slow: Vec<_> = (0..12)
        .map(|_| {
            let api = api.clone();
            let headers = [(header::CONTENT_TYPE, "application/json")];
            let never_ends = Body::from_stream(futures_util::stream::pending::<Result<Bytes, Infallible>>());
            tokio::spawn(async move { api.raw(&Method::POST, "/archives", &headers, never_ends).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let made = futures_util::future::join_all((0..8).map(|_| {
        let (api, body) = (api.clone(), payslip(&user, GEORGES));
        async move { api.post("/archives", &body).await.status }
    }));
    assert_eq!(made.await, [200; 8], "more than are worked on at a time wait for one another");
    for request in slow {
        assert!(!request.is_finished(), "it may still come");
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
}

async fn a_repeat_of_a_named_upload_makes_no_second_archive(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let send = async || {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (axum::http::HeaderName::from_static("idempotency-key"), "one"),
        ];
        let body = payslip(&user, GEORGES).to_string();
        api.send(Method::POST, "/archives", &headers, body.into()).await.data(200)
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(first, again);
    until_read(&api).await;
    assert_eq!(api.all("/archives", 10).await.len(), 1);
    assert_eq!(api.all("/incomes", 10).await.len(), 1, "and it was read");
}
