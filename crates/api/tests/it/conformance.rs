//! Every operation of the contract, answered once with success: the harness holds each answer against its schema. And
//! that the harness would notice.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::{body::Body, http::Method};
use serde_json::{Value, json};

use crate::{
    archives, consent_templates,
    harness::{Client, GEORGE, RYAN, Receiver, World, contract, on_both_databases},
    invite_templates, invites, scenarios,
};

on_both_databases!(every_operation_answers_as_the_contract_says, the_other_people_conform_too);

async fn every_operation_answers_as_the_contract_says(world: World) {
    world.share_links().await;
    for provider in ["upwork", "abccorp", "sss_ph"] {
        world.linked(provider, &GEORGE).await;
    }
    let (api, receiver) = (world.api(), Receiver::start().await);
    receiver.subscribe(&api, &["ALL_EVENTS"]).await;
    let mut operations = contract::operations();
    // What makes something comes first, what takes something away last.
    operations.sort_by_key(|operation| match operation.method {
        Method::POST => 0,
        Method::DELETE => 2,
        _ => 1,
    });
    for contract::Operation { method, path, .. } in operations {
        let filled = match path.split_once("/{") {
            Some((list, _)) => {
                let first = api.data(&format!("{list}?size=1")).await["items"][0]["id"].take();
                contract::filled(path, first.as_str().unwrap_or_else(|| panic!("nothing in {list}")))
            }
            None if path == "/tokens" => format!("/tokens?userId={}", world.user().await.id),
            None if path.ends_with("/queryPrediction") => {
                let first = api.data("/archives?size=1").await["items"][0]["id"].take();
                format!("{path}?archiveId={}", first.as_str().unwrap())
            }
            None => path.to_owned(),
        };
        let body =
            body(&api, &method, path, &receiver).await.map(|body| body.to_string()).unwrap_or_default();
        let headers: &[_] =
            if body.is_empty() { &[] } else { &[(axum::http::header::CONTENT_TYPE, "application/json")] };
        let answer = api.send(method.clone(), &filled, headers, Body::from(body)).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        if path.starts_with("/archives") && method == Method::POST {
            archives::until_read(&api).await;
        }
    }
}

/// What an operation takes.
pub(crate) async fn body(api: &Client, method: &Method, path: &str, receiver: &Receiver) -> Option<Value> {
    Some(match (method.as_str(), path) {
        ("POST", "/webhooks") => receiver.webhook(&["ALL_EVENTS"]),
        ("PATCH", "/webhooks/{id}") => json!({ "includePayload": false }),
        ("POST", "/webhooks/{id}/replay") => json!({ "fromSequence": 1 }),
        ("POST", "/webhooks/{id}/rotateSecret") => json!({ "overlapSeconds": 60 }),
        ("POST", "/webhooks/{id}/test") => json!({ "type": "USER_CREATED" }),
        ("POST", "/sandbox/clock/advance") => json!({ "by": "PT1S" }),
        ("POST", "/sandbox/scenarios") => scenarios::scenario(),
        ("POST", "/consentTemplates") => consent_templates::consent_template("1"),
        ("POST" | "PUT", "/inviteTemplates" | "/inviteTemplates/{id}") => invite_templates::invite_template(),
        ("POST" | "PUT", "/winkTemplates" | "/winkTemplates/{id}") => {
            // Without providers: each mode has its own.
            json!({ "name": "Loans", "language": "fil", "options": { "enableUpload": true } })
        }
        ("PUT", "/origins") => json!({ "origins": ["https://www.example.com"] }),
        ("POST", "/invites") => invites::invite(api).await,
        ("POST", "/accounts/{id}/exports/generate") => json!({ "exportExtensionType": "PDF" }),
        ("POST", "/archives") => archives::payslip(&any_user(api).await, archives::GEORGES),
        ("POST", "/archives/classify") => archives::unknown(&any_user(api).await, archives::GEORGES),
        ("POST", "/archives/-/payslips/uploadRawFile") => archives::raw_payslip(&any_user(api).await),
        ("POST", "/archives/-/payslips/sendManualResult") => {
            let archive = api.data("/archives?size=1").await["items"][0]["id"].take();
            json!({ "archiveId": archive, "validFile": true, "data": { "netAmount": 9000 } })
        }
        _ => return None,
    })
}

async fn any_user(api: &Client) -> String {
    api.data("/users?size=1").await["items"][0]["id"].as_str().unwrap().to_owned()
}

/// Everybody's data at providers of every sort, each item held against its schema.
async fn the_other_people_conform_too(world: World) {
    for provider in ["fiverr", "abccorp"] {
        world.linked(provider, &RYAN).await;
    }
    for list in crate::harness::world::ITEMS {
        world.api().all(&format!("/{list}"), 150).await;
    }
}

/// An account as the API shows it.
fn account() -> Value {
    json!({
        "code": "OK", "message": "Success!", "requestId": "x",
        "data": {
            "id": "a-1", "createdAt": "2026-11-20T08:00:00Z", "providerId": "upwork", "userId": "acme-1",
            "connectionStatus": "ERROR", "monitorStatus": "UNSUPPORTED",
            "monitor": { "status": "UNSUPPORTED", "updatedAt": "2026-11-20T08:00:00Z" },
            "connection": {
                "status": "ERROR", "errorCode": "INVALID_MFA", "errorMessage": "x", "updatedAt": "2026-11-20T08:00:00Z",
            },
        },
    })
}

fn conforms(body: &Value) -> bool {
    let check = || contract::check_answer(&Method::GET, "/accounts/a-1", 200, body);
    catch_unwind(AssertUnwindSafe(check)).is_ok()
}

#[test]
fn the_check_notices_what_is_missing_too_much_or_wrong() {
    assert!(conforms(&account()));
    let mut nulls = account();
    nulls["data"]["connection"]["errorCode"] = Value::Null;
    nulls["data"]["connection"]["errorMessage"] = Value::Null;
    assert!(conforms(&nulls), "what may be null may be null");

    let changes: [fn(&mut Value); 8] = [
        |body| drop(body["data"].as_object_mut().unwrap().remove("monitor")),
        |body| drop(body["data"]["connection"].as_object_mut().unwrap().remove("errorMessage")),
        |body| body["data"]["extra"] = json!(1),
        |body| body["data"]["connection"]["extra"] = json!(1),
        |body| body["data"]["connectionStatus"] = json!("FINE"),
        |body| body["data"]["createdAt"] = json!("yesterday"),
        |body| body["data"]["providerId"] = Value::Null,
        |body| body["data"]["id"] = json!(1),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut body = account();
        change(&mut body);
        assert!(!conforms(&body), "change {number} is not noticed: {body}");
    }
}
