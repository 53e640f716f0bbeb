//! An installation in which there is some of everything, cut off while work waits.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Left, fixture};
use crate::harness::{Api, Engine, Installation, Receiver, Sahod, poll, widget::text};

const WEBHOOK_SECRET: &str = "made up for a fixture";
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/samples/payslip-george.pdf");
/// Jobs that wait when it is cut off. There is none that revokes: such a job is there only while somebody revokes.
const WAITING: [&str; 9] = [
    "delete_export.v1",
    "erase_idle_users.v1",
    "erase_source.v1",
    "move_clock.v1",
    "read_archive.v1",
    "sweep.v1",
    "sync_account.v1",
    "tell_switched_off.v1",
    "tidy_archive.v1",
];
/// Everything that can be listed, but for the webhooks: `dev` makes one of its own at each start.
const LISTS: [&str; 21] = [
    "/users",
    "/accounts",
    "/identities",
    "/ratings",
    "/transactions",
    "/documents",
    "/employments",
    "/incomes",
    "/contributions",
    "/liabilities",
    "/eincomes",
    "/links",
    "/insights",
    "/archives",
    "/tasks",
    "/consentTemplates",
    "/inviteTemplates",
    "/winkTemplates",
    "/invites",
    "/sandbox/scenarios",
    "/events",
];

/// Makes a fixture with the program of this version.
pub(super) async fn make(file: &Path, engine: Engine) {
    let installation = Installation::new(engine)
        .await
        // One job at a time: while the clock is being moved, all others wait.
        .with("SAHOD_JOBS__CONCURRENCY", "1")
        // A mail server that is not there: nothing is sent.
        .with("SAHOD_MAIL__HOST", "127.0.0.1")
        .with("SAHOD_MAIL__PORT", "9")
        .with("SAHOD_MAIL__ENCRYPTION", "none")
        .with("SAHOD_MAIL__FROM", "nobody@sahod.example");
    let sahod = installation.dev().await;
    let (api, receiver) = (sahod.open(), Receiver::start().await);
    let webhook = api.post("/webhooks", &receiver.webhook("/hooks", WEBHOOK_SECRET)).await.unwrap().data(200);
    let account = share(&sahod).await;
    let ending = sahod.widget().await.link_george("sss_ph").await.unwrap();
    poll("the payslip", async || {
        (api.data("/archives").await["items"][0]["state"]["status"] == "ANALYZED").then_some(())
    })
    .await;

    let unread = cut_off(&installation, &sahod, &receiver, &account).await;
    let mut answers = Vec::new();
    for list in LISTS {
        record(&api, list, &mut answers).await;
    }
    record(&api, &format!("/webhooks/{}", text(&webhook["id"])), &mut answers).await;
    record(&api, &format!("/accounts/{account}/payload"), &mut answers).await;
    let left = Left {
        keys: sahod.ready.clone(),
        webhook: text(&webhook["id"]),
        webhook_secret: WEBHOOK_SECRET.to_owned(),
        account,
        ending,
        unread,
        answers,
    };
    sahod.kill().await;
    let kinds = installation.sql("SELECT DISTINCT kind FROM jobs ORDER BY kind").await;
    assert_eq!(kinds, WAITING, "a fixture has a job of each kind");
    fixture::pack(&installation, &left, file).await;
}

/// George shares an account and a payslip, by an invite, with a tenant that has made something of all that can be made; the
/// account.
async fn share(sahod: &Sahod) -> String {
    let api = sahod.open();
    let consent =
        json!({ "consentType": "loan", "version": "1", "title": "Consent", "consentText": "You agree." });
    api.post("/consentTemplates", &consent).await.unwrap().data(201);
    api.post("/winkTemplates", &json!({ "name": "Applicants", "language": "fil" })).await.unwrap().data(201);
    let scenario = json!({ "providerId": "grab", "login": "maria@sahod.example", "password": "let me in", "person": "GEORGE" });
    api.post("/sandbox/scenarios", &scenario).await.unwrap().data(201);
    let template = json!({
        "name": "Applicants",
        "company": { "name": "Demo Lending", "logoUrl": "https://lender.example/logo.png" },
        "email": {
            "sendEmail": false, "senderName": "${companyName}", "replyAddress": "loans@lender.example",
            "subject": "One more step", "body": "Please share your income.",
        },
        "landingPage": { "header": "Hello", "description": "Two minutes.", "button": "Start" },
        "successPage": { "header": "Thank you", "description": "That is all.", "button": "Done" },
    });
    let template = api.post("/inviteTemplates", &template).await.unwrap().data(201);
    let invite = json!({
        "fullName": "George Palomero", "firstName": "George", "lastName": "Palomero",
        "email": "george@sahod.example", "templateId": template["id"],
    });
    api.post("/invites", &invite).await.unwrap().data(201);
    let user = json!({ "externalMetadata": { "applicant": "A-1001" } });
    api.post("/users", &user).await.unwrap().data(201);

    let widget = sahod.widget().await;
    let account = widget.link_george("abccorp").await.unwrap();
    let user = api.data(&format!("/accounts/{account}")).await["userId"].take();
    hand_over(&api, &user, &std::fs::read(SAMPLE).unwrap()).await;
    account
}

/// Hands over a payslip; the archive.
async fn hand_over(api: &Api, user: &Value, bytes: &[u8]) -> String {
    let document = json!({ "userId": user, "fileType": "PAYSLIP", "rawFiles": [{
        "fileName": "payslip.pdf",
        "fileExtensionType": "PDF",
        "fileContent": STANDARD.encode(bytes),
    }] });
    text(&api.post("/archives", &document).await.unwrap().data(200)["id"])
}

/// Has the clock moved into the next month, where the accounts are to be read again. The move takes the only place for jobs
/// and waits for them, so that everything else that is to be done is left waiting; an archive that is.
async fn cut_off(installation: &Installation, sahod: &Sahod, receiver: &Receiver, account: &str) -> String {
    let api = sahod.open();
    let csv = json!({ "exportExtensionType": "CSV" });
    api.post(&format!("/accounts/{account}/exports/generate"), &csv).await.unwrap().data(200);
    api.post("/sandbox/clock/advance", &json!({ "by": "P32D" })).await.unwrap().data(200);
    poll("the next month", async || {
        let clock = api.data("/sandbox/clock").await;
        (clock["aheadSeconds"].as_u64()? > 27 * 24 * 3600).then_some(())
    })
    .await;
    let gone = api.post("/webhooks", &receiver.webhook("/gone", WEBHOOK_SECRET)).await.unwrap().data(200);
    let user = api.data(&format!("/accounts/{account}")).await["userId"].take();
    let unread = hand_over(&api, &user, b"%PDF-1.7 nothing more").await;
    poll("the end of a webhook", async || {
        let webhook = api.data(&format!("/webhooks/{}", text(&gone["id"]))).await;
        (webhook["active"] == false).then_some(())
    })
    .await;
    let waits = format!("SELECT kind FROM jobs WHERE kind = 'read_archive.v1' AND payload LIKE '%{unread}%'");
    assert_eq!(installation.sql(&waits).await.len(), 1, "the archive is still to be read");
    unread
}

/// Notes what a path gives, and of a list that goes on, what its cursor gives.
async fn record(api: &Api, path: &str, answers: &mut Vec<(String, Value)>) {
    let data = api.data(path).await;
    let Some(items) = data["items"].as_array() else {
        answers.push((path.to_owned(), data));
        return;
    };
    // Cursors are sealed anew each time, so that two of the same place differ.
    answers.push((path.to_owned(), json!({ "items": items })));
    if items.len() > 1 {
        let first = api.data(&format!("{path}?size=1")).await;
        let cursor = format!("{path}?cursor={}", text(&first["nextCursor"]));
        let next = json!({ "items": api.data(&cursor).await["items"] });
        answers.push((cursor, next));
    }
}
