//! Documents as files: read, fetched, corrected, taken back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_app::samples;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{
    Client, GEORGE, PATIENCE, Receiver, World, on_both_databases,
    receiver::{Delivery, SECRET},
};

on_both_databases!(
    a_sample_payslip_is_read_in_sandbox_mode,
    any_other_file_fails_in_sandbox_mode_and_says_why,
    in_production_mode_a_document_is_kept_for_people_to_look_at,
    the_kind_of_a_document_is_found_out,
    what_a_person_found_takes_the_place_of_what_was_read,
    a_manual_result_that_makes_no_sense_changes_nothing,
    a_revoked_archive_is_gone_with_its_files_and_data,
    archives_are_their_tenants_own,
    lists_of_archives_have_filters,
);

pub(crate) const GEORGES: &str = "payslip-george.pdf";

pub(crate) fn base64_of(sample: &str) -> String {
    STANDARD.encode(samples::named(sample).unwrap().file)
}

pub(crate) fn file(sample: &str) -> Value {
    let format = samples::named(sample).unwrap().format;
    json!({ "fileName": sample, "fileExtensionType": format, "fileContent": base64_of(sample) })
}

/// A document of an unknown kind.
pub(crate) fn unknown(user: &str, sample: &str) -> Value {
    json!({ "userId": user, "rawFiles": [file(sample)] })
}

/// A payslip.
pub(crate) fn payslip(user: &str, sample: &str) -> Value {
    json!({ "userId": user, "fileType": "PAYSLIP", "rawFiles": [file(sample)] })
}

/// A payslip that is a single file.
pub(crate) fn raw_payslip(user: &str) -> Value {
    json!({ "userId": user, "fileExtensionType": "PDF", "fileContent": base64_of(GEORGES) })
}

/// Waits until nothing is left to be read.
pub(crate) async fn until_read(api: &Client) {
    let read = async {
        while api.all("/archives", 150).await.iter().any(|archive| archive["state"]["status"] == "STARTED") {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, read).await.expect("reading ends");
}

/// Hands a document over and waits until it was read; the archive as it is then.
pub(crate) async fn handed_over(api: &Client, path: &str, body: &Value) -> Value {
    let id = api.post(path, body).await.data(200)["id"].take();
    until_read(api).await;
    api.data(&format!("/archives/{}", id.as_str().unwrap())).await
}

fn path_of(url: &Value) -> String {
    let (_, path) = url.as_str().unwrap().split_once("/v1").unwrap();
    path.to_owned()
}

async fn a_sample_payslip_is_read_in_sandbox_mode(world: World) {
    let (api, user, receiver) = (world.api(), world.user().await.id, Receiver::start().await);
    receiver.subscribe(&api, &["ARCHIVE_STARTED", "ARCHIVE_ANALYZED"]).await;
    let made = api.post("/archives", &payslip(&user, GEORGES)).await.data(200);
    assert_eq!((&made["state"]["status"], &made["type"]), (&json!("STARTED"), &json!("PAYSLIP")));
    assert!(made.get("analysis").is_none() && made["providerId"] == "upload");
    until_read(&api).await;

    let archive = api.data(&format!("/archives/{}", made["id"].as_str().unwrap())).await;
    assert_eq!(archive["state"]["status"], "ANALYZED");
    assert_eq!(archive["analysis"]["employeeName"], "George Palomero Jr.");
    assert_eq!(archive["analysis"]["grossAmount"].to_string(), "10170.50");
    assert_eq!(archive["extraction"], json!({ "fileType": "PAYSLIP", "analysis": archive["analysis"] }));
    assert_eq!(archive["validation"]["computation"]["resultCode"], "PASSED");
    assert_eq!(archive["classification"], json!({ "fileType": "PAYSLIP" }));

    let incomes = api.all(&format!("/incomes?userId={user}"), 10).await;
    assert_eq!(incomes.len(), 1);
    assert_eq!(incomes[0]["netAmount"].to_string(), "9255.15");
    assert_eq!(incomes[0]["metadata"]["sourceType"], "ARCHIVE");
    assert_eq!(incomes[0]["metadata"]["sourceId"], made["id"]);
    assert_eq!(incomes[0]["metadata"]["accountId"], Value::Null);
    let jobs = api.all(&format!("/employments?sourceId={}", made["id"].as_str().unwrap()), 10).await;
    assert_eq!(jobs[0]["employer"], "ABC Corporation");

    let events = receiver.wait(|got| got.len() >= 2).await;
    let types: Vec<_> = events.iter().map(Delivery::event_type).collect();
    assert_eq!(types, ["ARCHIVE_STARTED", "ARCHIVE_ANALYZED"]);
    assert!(events.iter().all(|event| event.is_signed_with(SECRET)));
    assert_eq!(events[1].json()["data"], json!({ "userId": user, "archiveId": made["id"] }));

    let read = api.data("/archives/-/payslips/listPredictions").await;
    assert_eq!(read["items"].as_array().unwrap().len(), 1);
    let path = format!("/archives/-/payslips/queryPrediction?archiveId={}", made["id"].as_str().unwrap());
    assert_eq!(api.data(&path).await, read["items"][0]);
    assert_eq!(read["items"][0]["ssNumber"], "3300000008");

    let all = api.data(&format!("/users/{user}/payload")).await;
    assert_eq!(all["archives"][0]["fileType"], "PAYSLIP");
    assert_eq!(all["archives"][0]["payload"]["incomes"]["items"][0]["id"], incomes[0]["id"]);

    let (status, media_type, bytes) = world.fetch(&archive["rawFiles"][0]["url"]).await;
    assert_eq!((status, media_type.as_str()), (200, "application/pdf"));
    assert_eq!(bytes, samples::named(GEORGES).unwrap().file);
    assert_eq!(archive["rawFiles"][0]["name"], GEORGES);
}

async fn any_other_file_fails_in_sandbox_mode_and_says_why(world: World) {
    let (api, user, receiver) = (world.api(), world.user().await.id, Receiver::start().await);
    receiver.subscribe(&api, &["ARCHIVE_FAILED"]).await;
    let mut other = payslip(&user, GEORGES);
    other["rawFiles"][0]["fileContent"] = json!(STANDARD.encode(b"%PDF-1.7 a payslip of somebody real"));
    for (path, body) in [
        ("/archives", other),
        ("/archives", {
            let mut body = payslip(&user, GEORGES);
            body["fileType"] = json!("TAX_DOCUMENT");
            body
        }),
    ] {
        let archive = handed_over(&api, path, &body).await;
        assert_eq!(archive["state"]["status"], "ERROR");
        assert_eq!(archive["state"]["errorCode"], "MISSING_MANDATORY_FIELD");
        assert!(archive["state"]["errorMessage"].as_str().unwrap().contains("sample payslips"));
        assert_eq!(archive["analysis"], Value::Null);
        let path =
            format!("/archives/-/payslips/queryPrediction?archiveId={}", archive["id"].as_str().unwrap());
        assert_eq!(api.get(&path).await.status, 404, "there is no prediction");
    }
    let events = receiver.wait(|got| got.len() >= 2).await;
    assert_eq!(events[0].json()["data"]["errorCode"], "MISSING_MANDATORY_FIELD");
    assert!(api.all("/incomes", 10).await.is_empty());
}

async fn in_production_mode_a_document_is_kept_for_people_to_look_at(world: World) {
    let api = world.production(&world.acme);
    let user = crate::harness::world::NewUser::make(&api).await.id;
    let archive = handed_over(&api, "/archives", &payslip(&user, GEORGES)).await;
    assert_eq!(
        archive["state"]["status"], "UNSUPPORTED",
        "no document can be read yet, and nothing says otherwise"
    );
    let types = api.data("/fileTypes?ocr=true").await;
    assert!(types["items"].as_array().unwrap().is_empty());
    let (status, _, bytes) = world.fetch(&archive["rawFiles"][0]["url"]).await;
    assert_eq!((status, bytes.as_slice()), (200, samples::named(GEORGES).unwrap().file));

    let result = json!({
        "archiveId": archive["id"], "validFile": true,
        "data": { "startDate": "2026-09-16", "currency": "PHP", "employerName": "ABC Corporation", "netAmount": 9255.15 },
    });
    api.post("/archives/-/payslips/sendManualResult", &result).await.done();
    let incomes = api.all("/incomes", 10).await;
    assert_eq!(incomes[0]["netAmount"].to_string(), "9255.15");
}

async fn the_kind_of_a_document_is_found_out(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let archive = handed_over(&api, "/archives/classify", &unknown(&user, "payslip-george.png")).await;
    assert_eq!(archive["classification"], json!({ "fileType": "PAYSLIP" }));
    assert_eq!((&archive["type"], &archive["rawFiles"][0]["format"]), (&json!("PAYSLIP"), &json!("PNG")));
    let archive = handed_over(&api, "/archives/-/payslips/uploadRawFile", &raw_payslip(&user)).await;
    assert_eq!((&archive["type"], &archive["state"]["status"]), (&json!("PAYSLIP"), &json!("ANALYZED")));
    assert_eq!(archive["rawFiles"][0]["name"], "file-1.pdf");
}

async fn what_a_person_found_takes_the_place_of_what_was_read(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let archive = handed_over(&api, "/archives", &payslip(&user, GEORGES)).await;
    let income = api.all("/incomes", 10).await.remove(0);
    let mut result = json!({
        "archiveId": archive["id"], "validFile": true, "checkedFields": ["netAmount", "employerName"],
        "data": { "netAmount": 9300.15 },
    });
    api.post("/archives/-/payslips/sendManualResult", &result).await.done();
    let corrected = api.all("/incomes", 10).await.remove(0);
    assert_eq!(corrected["netAmount"].to_string(), "9300.15");
    assert_eq!((&corrected["id"], &corrected["employer"]), (&income["id"], &income["employer"]));

    result["validFile"] = json!(false);
    api.post("/archives/-/payslips/sendManualResult", &result).await.done();
    let archive = api.data(&format!("/archives/{}", archive["id"].as_str().unwrap())).await;
    assert_eq!(
        (&archive["state"]["status"], &archive["state"]["errorCode"]),
        (&json!("ERROR"), &json!("INVALID_FIELD_FORMAT"))
    );
    assert!(api.all("/incomes", 10).await.is_empty(), "what a document says that is not valid is not kept");
}

async fn a_manual_result_that_makes_no_sense_changes_nothing(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let archive = handed_over(&api, "/archives", &payslip(&user, GEORGES)).await;
    let before = world.census().await;
    let path = "/archives/-/payslips/sendManualResult";
    let send = async |body: Value| api.post(path, &body).await;
    send(json!({})).await.faulty(&["archiveId", "validFile"]);
    let id = &archive["id"];
    send(json!({ "archiveId": id, "validFile": true, "checkedFields": ["netAmount", "x"],
            "data": { "netAmount": "1", "payDate": "2026-02-30", "currency": "XXX" } }))
    .await
    .faulty(&[
        "checkedFields[1]",
        "data.payDate",
        "data.currency",
        "data.payDate",
        "data.currency",
        "data.netAmount",
    ]);
    send(json!({ "archiveId": id, "validFile": true,
            "data": { "startDate": "2026-02-02", "endDate": "2026-02-01" } }))
    .await
    .faulty(&["data.startDate"]);
    let nobody = format!("u-{}", "0".repeat(32));
    send(json!({ "archiveId": nobody, "validFile": true })).await.faulty(&["archiveId"]);
    let mut failed = payslip(&user, GEORGES);
    failed["rawFiles"][0]["fileContent"] = json!(STANDARD.encode(b"%PDF-1.7 something"));
    let failed = handed_over(&api, "/archives", &failed).await;
    send(json!({ "archiveId": failed["id"], "validFile": true, "data": { "netAmount": 1 } }))
        .await
        .faulty(&["data.startDate", "data.currency", "data.employerName"]);
    let after = world.census().await;
    assert_eq!((&before["incomes"], &before["employments"]), (&after["incomes"], &after["employments"]));
}

async fn a_revoked_archive_is_gone_with_its_files_and_data(world: World) {
    let (api, user, receiver) = (world.api(), world.user().await.id, Receiver::start().await);
    receiver.subscribe(&api, &["ARCHIVE_REVOKED"]).await;
    let archive = handed_over(&api, "/archives", &payslip(&user, GEORGES)).await;
    let path = format!("/archives/{}", archive["id"].as_str().unwrap());
    let session = async || api.data(&format!("/users/{user}")).await["session"]["status"].take();
    api.delete(&path).await.done();
    api.delete(&path).await.done();

    let left = api.data(&path).await;
    assert_eq!(left["state"]["status"], "REVOKED");
    assert_eq!((&left["rawFiles"], &left["analysis"]), (&json!([]), &Value::Null));
    assert!(!left.to_string().contains(GEORGES));
    for list in ["incomes", "employments"] {
        assert!(api.all(&format!("/{list}"), 10).await.is_empty(), "{list}");
    }
    assert_eq!(world.fetch(&archive["rawFiles"][0]["url"]).await.0, 404);
    assert_eq!(session().await, "REVOKED", "it was the last that the user shared");
    let events = receiver.wait_for("ARCHIVE_REVOKED").await;
    assert_eq!(events[0].json()["data"], json!({ "userId": user, "archiveId": archive["id"] }));
    assert_eq!(
        world.event_types().await.iter().filter(|event| **event == "ARCHIVE_REVOKED").count(),
        1,
        "once, however often it is revoked"
    );
    // Nothing brings it back.
    let result = json!({ "archiveId": archive["id"], "validFile": true });
    api.post("/archives/-/payslips/sendManualResult", &result).await.faulty(&["archiveId"]);
}

async fn archives_are_their_tenants_own(world: World) {
    let (api, user) = (world.api(), world.user().await.id);
    let archive = handed_over(&api, "/archives", &payslip(&user, GEORGES)).await;
    let id = archive["id"].as_str().unwrap();
    for other in [world.open(&world.globex), world.production(&world.acme)] {
        for path in [
            format!("/archives/{id}"),
            format!("/uploads/{id}"),
            format!("/archives/-/payslips/queryPrediction?archiveId={id}"),
        ] {
            assert_eq!(other.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(other.delete(&format!("/archives/{id}")).await.status, 404);
        let result = json!({ "archiveId": id, "validFile": false });
        other.post("/archives/-/payslips/sendManualResult", &result).await.faulty(&["archiveId"]);
        other.post("/archives", &payslip(&user, GEORGES)).await.faulty(&["userId"]);
        for list in ["/archives", "/uploads", "/archives/-/payslips/listPredictions"] {
            assert!(other.all(list, 10).await.is_empty(), "{list}");
        }
    }
    // The address of a file is good in its own mode, unchanged, and for a while.
    let path = path_of(&archive["rawFiles"][0]["url"]);
    assert_eq!(world.fetch_at("open", &path).await.0, 404);
    assert_eq!(world.fetch_at("sandbox", &format!("{path}A")).await.0, 404);
    assert_eq!(world.fetch_at("sandbox", "/files?address=nothing").await.0, 404);
    world.clock.advance(std::time::Duration::from_mins(15));
    assert_eq!(world.fetch_at("sandbox", &path).await.0, 404);
    let again = api.data(&format!("/archives/{id}")).await;
    assert_eq!(world.fetch(&again["rawFiles"][0]["url"]).await.0, 200);
}

async fn lists_of_archives_have_filters(world: World) {
    let api = world.api();
    let (one, two) = (world.user().await.id, world.linked("upwork", &GEORGE).await.user);
    for (user, file_type) in [(&one, "PAYSLIP"), (&one, "COMPANY_ID"), (&two, "PAYSLIP")] {
        let mut body = payslip(user, GEORGES);
        body["fileType"] = json!(file_type);
        handed_over(&api, "/archives", &body).await;
    }
    let count = async |query: &str| api.all(&format!("/archives{query}"), 1).await.len();
    assert_eq!(count("").await, 3);
    assert_eq!(count(&format!("?userId={one}")).await, 2);
    assert_eq!(count("?fileType=PAYSLIP").await, 2);
    assert_eq!(count(&format!("?fileType=PAYSLIP&userId={two}")).await, 1);
    assert_eq!(count("?startDate=2100-01-01").await, 0);
    api.get("/archives?fileType=NOVEL&startDate=x").await.faulty(&["fileType", "startDate"]);
    assert_eq!(api.all("/archives/-/payslips/listPredictions", 1).await.len(), 2);
    assert_eq!(api.all(&format!("/uploads?userId={one}"), 1).await.len(), 2);
    assert_eq!(api.all("/fileTypes", 3).await.len(), 11);
    let types = api.data("/fileTypes?type=PAYSLIP").await["items"].take();
    assert_eq!(
        (&types[0]["ocr"], &types[0]["supported"]),
        (&json!(true), &json!(["EMPLOYMENTS", "INCOMES"]))
    );
}
