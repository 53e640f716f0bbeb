//! What the process still has in its memory once somebody was revoked and erased: nothing of theirs, neither what they typed nor what
//! was read. Seen as the machine has it, in every page of the process.

use std::{fs::File, os::unix::fs::FileExt as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::harness::{
    Api, Engine, Installation, Receiver, Sahod, Widget, http, on_both_databases, poll, search::Search,
    widget::text,
};

on_both_databases!(nothing_of_a_person_stays_in_memory);

/// A provider at which the person is let in with a login, a password and a code.
const PROVIDER: &str = "upwork";
const LOGIN: &str = "canary-login-2291@nowhere.example";
const PASSWORD: &str = "canary-password-9Kz!";
const CODE: &str = "740198533261";
const FULL_NAME: &str = "Zanzibella Quillfeather";
const MAIL: &str = "canary-mail-5520@nowhere.example";
const METADATA: &str = "canary-metadata-7314";
const FILE_NAME: &str = "canary-file-name-8462.pdf";
const FILE_CONTENT: &str = "canary-file-content-3197";

async fn nothing_of_a_person_stays_in_memory(engine: Engine) {
    let installation = Installation::new(engine).await;
    let receiver = Receiver::start().await;
    let sahod = installation.dev().await;
    // The demo's page is a customer's, and keeps what it is told.
    let api = sahod.open();
    for webhook in api.items("/webhooks").await {
        api.delete(&format!("/webhooks/{}", text(&webhook["id"]))).await.unwrap();
    }
    // Ends with its connections, and what their buffers hold.
    {
        let client = http::client(None);
        let at = |url: &str| Api::new(&client, sahod.ready[url].as_str().unwrap());
        let (key, secret) = (text(&sahod.ready["apiKey"]), text(&sahod.ready["apiSecret"]));
        come_and_go(&at("sandboxUrl").basic(&key, &secret), &at("linkSandboxUrl"), &receiver).await;
    }
    let secrets = [
        ("the login", LOGIN),
        ("the password", PASSWORD),
        ("the code", CODE),
        ("the name", FULL_NAME),
        ("the mail address", MAIL),
        ("the metadata", METADATA),
        ("a file's name", FILE_NAME),
        ("a file's content", FILE_CONTENT),
    ];
    let (secrets, home) = (Search::new(&secrets), installation.data().display().to_string());
    let folder = Search::new(&[("the data's folder", &home)]);
    assert!(!in_memory(&sahod, &folder).is_empty(), "the search sees what is there");
    // Connections end, and what waits for its turn is dropped, a moment later.
    let mut left = Vec::new();
    let looks = async {
        poll("nothing of the person in memory", async || {
            left = in_memory(&sahod, &secrets);
            left.is_empty().then_some(())
        })
        .await;
    };
    let clean = tokio::time::timeout(std::time::Duration::from_secs(20), looks).await.is_ok();
    assert!(clean, "it still has {left:?}");
}

/// Somebody comes, shares everything, and has it all taken back.
async fn come_and_go(api: &Api, link: &Api, receiver: &Receiver) {
    let mut hook = receiver.webhook("/hooks", "a secret of this hook's own");
    hook["includePayload"] = json!(true);
    api.post("/webhooks", &hook).await.unwrap().data(200);
    let scenario = json!({
        "providerId": PROVIDER, "login": LOGIN, "password": PASSWORD, "person": "GEORGE",
        "identity": { "fullName": FULL_NAME, "email": MAIL },
        "script": { "prompts": ["AUTHENTICATOR"] },
    });
    let scenario = text(&api.post("/sandbox/scenarios", &scenario).await.unwrap().data(201)["id"]);
    let made = api.with_key("made").post("/users", &json!({ "externalMetadata": { "ref": METADATA } })).await;
    let made = made.unwrap().data(201);
    let user = text(&made["user"]["id"]);
    let widget = Widget::open(link, &text(&made["token"]["accessToken"])).await.unwrap();

    // First with a wrong code, then with the right one.
    let mut account = String::new();
    for (code, stage) in [(CODE, "FAILED"), ("123456", "DONE")] {
        let form = widget.encrypt(&json!({ "login": LOGIN, "password": PASSWORD }));
        account = text(&widget.start(PROVIDER, &form).await.unwrap().data(201)["accountId"]);
        let asked = widget.follow(&account).await.unwrap();
        let answer = widget.encrypt(&json!({ "answer": code }));
        widget.answer(&account, &asked["prompt"]["id"], &answer).await.unwrap().data(202);
        assert_eq!(widget.follow(&account).await.unwrap()["stage"], stage);
    }

    let file = STANDARD.encode(format!("%PDF-1.7 {FILE_CONTENT}"));
    let document = json!({ "userId": user, "fileType": "PAYSLIP", "rawFiles": [
        { "fileName": FILE_NAME, "fileExtensionType": "PDF", "fileContent": file },
    ] });
    let archive = api.with_key("archive").post("/archives", &document).await.unwrap().data(200);
    let form = json!({ "exportExtensionType": "PDF" });
    let export = api.post(&format!("/accounts/{account}/exports/generate"), &form).await.unwrap().data(200);
    for url in [&archive["rawFiles"][0]["url"], &export["downloadUrl"]] {
        let (_, path) = url.as_str().unwrap().split_once("/v1").unwrap();
        assert_eq!(api.get(path).await.unwrap().status, 200);
    }
    for path in ["/identities", "/transactions", "/archives", "/users", "/events"] {
        api.items(path).await;
    }
    for path in [format!("/accounts/{account}/payload"), format!("/users/{user}/payload")] {
        assert!(api.get(&path).await.unwrap().text.contains(FULL_NAME), "{path}");
    }
    let told = |got: &Vec<Value>| got.iter().any(|event| event.to_string().contains(FULL_NAME));
    receiver.wait("the payload of a finished task", told).await;

    for path in [format!("/accounts/{account}"), format!("/archives/{}", text(&archive["id"]))] {
        assert_eq!(api.delete(&path).await.unwrap().status, 200);
    }
    for path in [format!("/users/{user}"), format!("/sandbox/scenarios/{scenario}")] {
        assert_eq!(api.delete(&path).await.unwrap().status, 200);
    }
}

/// What of it is in the memory that the process can write.
fn in_memory(sahod: &Sahod, search: &Search) -> Vec<String> {
    const CHUNK: usize = 256 * 1024;
    /// Longer than anything that is looked for, in any of its forms.
    const OVERLAP: usize = 512;
    static ZEROS: [u8; CHUNK] = [0; CHUNK];
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", sahod.pid())).unwrap();
    let memory = File::open(format!("/proc/{}/mem", sahod.pid())).unwrap();
    let (mut found, mut buffer) = (Vec::new(), vec![0; CHUNK]);
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let number = |hex| u64::from_str_radix(hex, 16).unwrap();
        let (mut at, end) = (number(from), number(to));
        while at < end {
            let wanted = usize::try_from(end - at).unwrap().min(CHUNK);
            // A part that is gone meanwhile has nothing.
            let Ok(length) = memory.read_at(&mut buffer[..wanted], at) else { break };
            let read = &buffer[..length];
            if read != &ZEROS[..length] {
                found.extend(search.find(read).into_iter().map(ToOwned::to_owned));
            }
            if length <= OVERLAP {
                break;
            }
            at += u64::try_from(length).unwrap();
            if at < end {
                at -= u64::try_from(OVERLAP).unwrap();
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
