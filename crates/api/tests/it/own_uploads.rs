//! Documents that a person hands over at the widget.

use serde_json::{Value, json};

use crate::{
    archives::{GEORGES, base64_of, until_read},
    harness::{Widget, World, on_both_databases},
};

on_both_databases!(
    a_person_hands_a_document_over_and_takes_it_back,
    documents_are_their_persons_own,
    faults_of_files_are_found_all_at_once,
);

fn payslip() -> Value {
    json!({ "name": "slip.pdf", "contentType": "application/pdf", "content": base64_of(GEORGES) })
}

async fn hand_over(widget: &Widget) -> String {
    let made = widget.api.post("/uploads", &json!({ "files": [payslip()] })).await.data(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn a_person_hands_a_document_over_and_takes_it_back(world: World) {
    let widget = world.widget().await;
    let body = json!({ "files": [payslip()], "providerId": "abccorp" });
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
    send(json!({ "providerId": "nobody" })).await.faulty(&["files", "providerId"]);
    send(json!({ "files": vec![payslip(); 11] })).await.faulty(&["files"]);
    let files = json!([
        { "contentType": "image/png", "content": base64_of(GEORGES) },
        { "contentType": "text/html", "content": "*", "name": "" },
        { "contentType": "application/pdf", "content": "" },
    ]);
    send(json!({ "files": files })).await.faulty(&[
        "files[0].content",
        "files[1].contentType",
        "files[1].content",
        "files[1].name",
        "files[2].content",
    ]);
    assert_eq!(world.census().await, before);
}
