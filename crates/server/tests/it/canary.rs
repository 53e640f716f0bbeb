//! Secrets and personal data reach the disk only sealed, and the log not at all.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::harness::{
    EMAIL, Engine, Installation, PROVIDER, Receiver, Sahod, Widget, installation::files, on_both_databases,
    process::Ended, search::Search, widget::text,
};

on_both_databases!(nothing_personal_is_readable_at_rest_or_in_the_log);

// What George's data holds at the provider.
const SURNAME: &str = "Palomero";
const MIDDLE_NAME: &str = "Cimafranca";
const MOBILE: &str = "9559991234";
// What nobody else ever types.
const WRONG_LOGIN: &str = "canary-login-8817@nowhere.example";
const WRONG_PASSWORD: &str = "canary-password-5Tq!";
const WRONG_CODE: &str = "907741385526";
const METADATA: &str = "canary-metadata-3391";
const WEBHOOK_SECRET: &str = "canary-webhook-secret-7702";
const WEBHOOK_PATH: &str = "/full?token=canary-webhook-path-4410";
const FILE_NAME: &str = "canary-file-name-6618.pdf";
const FILE_CONTENT: &str = "canary-file-content-9054";
// What was really typed is too short to look for alone, so it is looked for in what it was sent in.
const TYPED_PASSWORD: &str = r#""password":"123456""#;
const TYPED_CODE: &str = r#""answer":"1234""#;

async fn nothing_personal_is_readable_at_rest_or_in_the_log(engine: Engine) {
    let installation = Installation::new(engine).await.with("SAHOD_LOG__FILTER", "trace");
    let receiver = Receiver::start().await;
    let sahod = installation.dev().await;
    let first_line = sahod.stdout.text();

    let mut secrets = vec![
        ("the e-mail", EMAIL.to_owned()),
        ("the surname", SURNAME.to_owned()),
        ("the middle name", MIDDLE_NAME.to_owned()),
        ("the mobile", MOBILE.to_owned()),
        ("the wrong login", WRONG_LOGIN.to_owned()),
        ("the wrong password", WRONG_PASSWORD.to_owned()),
        ("the wrong code", WRONG_CODE.to_owned()),
        ("the metadata", METADATA.to_owned()),
        ("the webhook's secret", WEBHOOK_SECRET.to_owned()),
        ("the webhook's path", WEBHOOK_PATH.to_owned()),
        ("the password as sent", TYPED_PASSWORD.to_owned()),
        ("the code as sent", TYPED_CODE.to_owned()),
        ("the API secret", text(&sahod.ready["apiSecret"])),
        ("the production API secret", text(&sahod.ready["productionApiSecret"])),
    ];
    let account = link(&sahod, &receiver, &mut secrets).await;
    hand_over(&sahod, &account, &mut secrets).await;
    let secrets: Vec<_> = secrets.iter().map(|(name, secret)| (*name, secret.as_str())).collect();
    let search = Search::new(&secrets);

    let look = async |when: &str| {
        let mut places: Vec<_> = files(&installation.data())
            .into_iter()
            .map(|(path, bytes)| (path.display().to_string(), bytes))
            .collect();
        if let Some(database) = &installation.database {
            places.extend(database.dump().await);
        }
        for (place, bytes) in &places {
            assert_eq!(search.find(bytes), Vec::<&str>::new(), "{when}, in {place}");
        }
        // The search sees what is there.
        let ids = Search::new(&[("the account's id", &account)]);
        assert!(places.iter().any(|(_, bytes)| !ids.find(bytes).is_empty()), "{when}");
        places
    };
    let places = look("while it runs").await;
    if engine == Engine::Sqlite {
        let log = places.iter().find(|(place, _)| place.ends_with("sahod.db-wal")).unwrap();
        assert!(!log.1.is_empty(), "the write-ahead log is looked at, too");
    } else {
        let jobs = places.iter().find(|(place, _)| place.ends_with("public.jobs")).unwrap();
        assert!(jobs.1.len() > 100, "there are jobs, those of the webhook that refuses");
    }

    let killed = sahod.kill().await;
    look("after it was killed").await;
    check_output(&search, &killed, &first_line);

    let again = installation.dev().await;
    let secret = text(&again.ready["apiSecret"]);
    assert_eq!(again.open().data(&format!("/accounts/{account}")).await["connectionStatus"], "CONNECTED");
    let line = again.stdout.text();
    let stopped = again.stop().await;
    assert!(stopped.status.success(), "{stopped:?}");
    look("after it was stopped").await;
    check_output(&search, &stopped, &line);
    assert_eq!(Search::new(&[("the new API secret", &secret)]).find(stopped.stderr.as_bytes()), [""; 0]);
}

/// Standard output is the one line that is meant to hold the keys; the log holds no secret.
fn check_output(search: &Search, ended: &Ended, line: &str) {
    assert_eq!(ended.stdout, line, "nothing is printed after the line");
    assert_eq!(line.trim_end().lines().count(), 1);
    assert!(ended.stderr.contains("TRACE"), "the log is as detailed as it can be");
    for line in ended.stderr.lines() {
        assert_eq!(search.find(line.as_bytes()), Vec::<&str>::new(), "in the log: {line}");
    }
}

/// Files, in and out: a document of the account's user, and an export of the account.
async fn hand_over(sahod: &Sahod, account: &str, secrets: &mut Vec<(&'static str, String)>) {
    let api = sahod.open();
    let user = api.data(&format!("/accounts/{account}")).await["userId"].take();
    let file = format!("%PDF-1.7 {FILE_CONTENT}");
    let document = json!({ "userId": user, "fileType": "PAYSLIP", "rawFiles": [
        { "fileName": FILE_NAME, "fileExtensionType": "PDF", "fileContent": STANDARD.encode(&file) },
    ] });
    let archive = api.post("/archives", &document).await.unwrap().data(200);
    let form = json!({ "exportExtensionType": "CSV" });
    let export = api.post(&format!("/accounts/{account}/exports/generate"), &form).await.unwrap().data(200);
    for (url, content) in [(&archive["rawFiles"][0]["url"], FILE_CONTENT), (&export["downloadUrl"], SURNAME)]
    {
        let (_, path) = url.as_str().unwrap().split_once("/v1").unwrap();
        assert!(api.get(path).await.unwrap().text.contains(content));
        secrets.push(("the address of a file", path.trim_start_matches("/files?address=").to_owned()));
    }
    secrets.push(("a file's name", FILE_NAME.to_owned()));
    secrets.push(("a file's content", FILE_CONTENT.to_owned()));
    secrets.push(("a file's content as sent", STANDARD.encode(&file)));
}

/// Everything that a person and a customer can do with secrets; the account's id.
async fn link(sahod: &Sahod, receiver: &Receiver, secrets: &mut Vec<(&'static str, String)>) -> String {
    let api = sahod.open();
    api.post("/webhooks", &receiver.webhook(WEBHOOK_PATH, WEBHOOK_SECRET)).await.unwrap().data(200);
    api.post("/webhooks", &receiver.webhook("/hooks", WEBHOOK_SECRET)).await.unwrap().data(200);
    assert_eq!(api.basic("nobody", "canary-wrong-api-secret").get("/users").await.unwrap().status, 400);
    secrets.push(("a wrong API secret", "canary-wrong-api-secret".to_owned()));

    let made = api.post("/users", &json!({ "externalMetadata": { "ref": METADATA } })).await.unwrap();
    let made = made.data(201);
    let token = text(&made["token"]["accessToken"]);
    let widget = Widget::open(&sahod.at("linkSandboxUrl"), &token).await.unwrap();
    secrets.push(("the link token's signature", token.rsplit_once('.').unwrap().1.to_owned()));
    secrets.push(("the session token", text(&widget.session["sessionToken"])));

    // A wrong password, then a wrong code, then all is right.
    let mut typed = Vec::new();
    let mut encrypt = |form| {
        let jwe = widget.encrypt(&form);
        typed.push(jwe.rsplit_once('.').unwrap().0.rsplit_once('.').unwrap().1.to_owned());
        jwe
    };
    let wrong = encrypt(json!({ "login": WRONG_LOGIN, "password": WRONG_PASSWORD }));
    let refused = widget.start(PROVIDER, &wrong).await.unwrap().data(201);
    let refused = widget.follow(&text(&refused["accountId"])).await.unwrap();
    assert_eq!(refused["errorCode"], "INVALID_CREDENTIALS");

    for (code, stage) in [(WRONG_CODE, "FAILED"), ("1234", "DONE")] {
        let form = encrypt(json!({ "login": EMAIL, "password": "123456" }));
        let started = widget.start(PROVIDER, &form).await.unwrap().data(201);
        let account = text(&started["accountId"]);
        let asked = widget.follow(&account).await.unwrap();
        let answer = encrypt(json!({ "answer": code }));
        widget.answer(&account, &asked["prompt"]["id"], &answer).await.unwrap().data(202);
        let last = widget.follow(&account).await.unwrap();
        assert_eq!(last["stage"], stage, "{last}");
        if stage == "DONE" {
            let identities = api.get(&format!("/identities?sourceId={account}")).await.unwrap();
            assert!(identities.text.contains(SURNAME) && identities.text.contains(MIDDLE_NAME));
            receiver
                .wait("the end of the task", |got| got.iter().any(|event| event["type"] == "TASK_FINISHED"))
                .await;
            secrets.extend(typed.into_iter().map(|ciphertext| ("what was typed, encrypted", ciphertext)));
            return account;
        }
    }
    unreachable!("the second code is the right one")
}
