//! The sandbox's test inputs: each one's account, webhook and progress.

use serde_json::{Value, json};

use crate::harness::{GEORGE, Receiver, Widget, World, on_both_databases};

on_both_databases!(
    every_input_is_told_to_the_widget,
    every_error_input_fails_the_account_with_its_code,
    every_prompt_input_asks_and_lets_in,
    a_code_is_sent_again,
    an_approval_is_waited_for_and_not_answered,
    an_empty_account_is_connected_and_has_nothing,
    a_partial_account_is_connected_and_its_task_fails,
    a_huge_account_is_read_to_the_end,
    a_provider_that_is_down_is_not_connected,
);

async fn every_input_is_told_to_the_widget(world: World) {
    let widget = world.widget().await;
    let inputs = widget.session["sandbox"]["inputs"].as_array().unwrap();
    let of = |group: &str| inputs.iter().filter(|input| input["group"] == group).count();
    assert_eq!((of("ERROR"), of("PROMPT"), of("TIME"), of("DATA"), of("SYNC")), (16, 10, 2, 3, 16));
    assert!(inputs.iter().all(|input| input["input"].is_string() && input["title"].is_string()));
    assert_eq!(inputs.len(), 47);
}

/// Starts a link at a provider that asks for nothing by itself.
async fn start(widget: &Widget, password: &str) -> String {
    let progress = widget.start_with("grab", GEORGE.email, password).await.data(201);
    progress["accountId"].as_str().unwrap().to_owned()
}

async fn every_error_input_fails_the_account_with_its_code(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["ACCOUNT_FAILED"]).await;
    let widget = world.widget().await;
    let inputs = widget.session["sandbox"]["inputs"].as_array().unwrap().clone();
    let errors: Vec<_> = inputs.iter().filter(|input| input["group"] == "ERROR").collect();
    for (count, input) in errors.iter().enumerate() {
        let input = input["input"].as_str().unwrap();
        let code = json!(input.strip_prefix("error_").unwrap());
        let account = start(&widget, input).await;
        let failed = widget.until(&account, "FAILED").await;
        assert_eq!((&failed["connectionStatus"], &failed["errorCode"]), (&json!("ERROR"), &code));
        let connection = &world.api().data(&format!("/accounts/{account}")).await["connection"];
        assert_eq!((&connection["status"], &connection["errorCode"]), (&json!("ERROR"), &code));
        let events = receiver.wait(|got| got.len() > count).await;
        assert_eq!(events[count].json()["data"]["errorCode"], code);
    }
}

async fn every_prompt_input_asks_and_lets_in(world: World) {
    let answers = [
        ("prompt_sms", "CODE", "1234"),
        ("prompt_email", "CODE", "1234"),
        ("prompt_voice", "CODE", "1234"),
        ("prompt_authenticator", "AUTHENTICATOR", "123456"),
        ("prompt_question", "QUESTION", "Sahod"),
        ("prompt_captcha", "CAPTCHA", "sahod7"),
        ("prompt_choice", "CHOICE", "email"),
    ];
    let widget = world.widget().await;
    for (input, kind, answer) in answers {
        let account = start(&widget, input).await;
        let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
        let prompt = &waiting["prompt"];
        assert_eq!((&prompt["kind"], &waiting["connectionStatus"]), (&json!(kind), &json!("AWAITING_MFA")));
        let told: Vec<_> = prompt.as_object().unwrap().keys().map(String::as_str).collect();
        let fields = [
            "id",
            "kind",
            "channel",
            "sentTo",
            "length",
            "question",
            "options",
            "picture",
            "url",
            "resendAt",
            "expiresAt",
        ];
        assert!(fields.iter().all(|field| told.contains(field)) && told.len() == fields.len(), "{told:?}");
        let status = world.api().data(&format!("/accounts/{account}")).await["connectionStatus"].take();
        assert_eq!(status, "AWAITING_MFA");

        widget.answer(&account, &json!("p-9"), answer).await.faulty(&["promptId"]);
        widget.answer(&account, &prompt["id"], answer).await.data(202);
        if kind == "CHOICE" {
            let next = widget.until(&account, "WAITING_FOR_ANSWER").await;
            assert_eq!(
                (&next["prompt"]["kind"], &next["prompt"]["channel"]),
                (&json!("CODE"), &json!("EMAIL"))
            );
            widget.answer(&account, &next["prompt"]["id"], "1234").await.data(202);
        }
        assert_eq!(widget.until(&account, "DONE").await["connectionStatus"], "CONNECTED", "{input}");
    }
    let account = start(&widget, "prompt_none").await;
    widget.until(&account, "DONE").await;
    let account = start(&widget, "prompt_question").await;
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    widget.answer(&account, &waiting["prompt"]["id"], "no idea").await.data(202);
    assert_eq!(widget.until(&account, "FAILED").await["errorCode"], "INVALID_MFA");
}

async fn a_code_is_sent_again(world: World) {
    let widget = world.widget().await;
    let account = start(&widget, "prompt_sms").await;
    let first = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"].take();
    let resend = async |prompt: &Value| {
        widget.api.post(&format!("/accounts/{account}/resend"), &json!({ "promptId": prompt })).await
    };
    resend(&first["id"]).await.faulty(&["promptId"]);
    resend(&json!("p-9")).await.faulty(&["promptId"]);
    assert_eq!(widget.progress(&account).await["prompt"], first, "too early, so nothing happened");

    world.clock.advance(std::time::Duration::from_secs(31));
    resend(&first["id"]).await.data(202);
    let second = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"].take();
    assert_ne!(second["id"], first["id"]);
    assert!(second["resendAt"].as_str() > first["resendAt"].as_str());
    widget.answer(&account, &first["id"], "1234").await.faulty(&["promptId"]);
    widget.answer(&account, &second["id"], "1234").await.data(202);
    widget.until(&account, "DONE").await;

    let account = start(&widget, "prompt_question").await;
    let asked = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"].take();
    assert!(asked["resendAt"].is_null());
    let path = format!("/accounts/{account}/resend");
    widget.api.post(&path, &json!({ "promptId": asked["id"] })).await.faulty(&["promptId"]);
}

async fn an_approval_is_waited_for_and_not_answered(world: World) {
    let widget = world.widget().await;
    world.gate.close();
    let account = start(&widget, "prompt_approval").await;
    world.gate.step();
    let waiting = widget.until(&account, "WAITING_FOR_ANSWER").await;
    assert_eq!(
        (&waiting["prompt"]["kind"], &waiting["prompt"]["channel"]),
        (&json!("APPROVAL"), &json!("APP"))
    );
    widget.answer(&account, &waiting["prompt"]["id"], "yes").await.faulty(&["promptId"]);
    // The phone says yes, the source checks it, and each kind is read.
    (0..10).for_each(|_| world.gate.step());
    let done = widget.until(&account, "DONE").await;
    assert_eq!((&done["connectionStatus"], &done["prompt"]), (&json!("CONNECTED"), &Value::Null));
}

async fn an_empty_account_is_connected_and_has_nothing(world: World) {
    let widget = world.widget().await;
    let account = start(&widget, "data_empty").await;
    widget.until(&account, "DONE").await;
    assert_eq!(world.api().all("/identities", 10).await.len(), 1);
    for path in ["/transactions", "/ratings", "/eincomes"] {
        assert_eq!(world.api().all(path, 10).await.len(), 0, "{path}");
    }
    let task = &world.api().all("/tasks", 10).await[0];
    assert_eq!(task["status"], "Finished");
}

async fn a_partial_account_is_connected_and_its_task_fails(world: World) {
    let receiver = Receiver::start().await;
    receiver.subscribe(&world.api(), &["TASK_FINISHED"]).await;
    let widget = world.widget().await;
    let account = start(&widget, "data_partial").await;
    let failed = widget.until(&account, "FAILED").await;
    let expected = (&json!("CONNECTED"), &json!("SERVICE_UNAVAILABLE"));
    assert_eq!((&failed["connectionStatus"], &failed["errorCode"]), expected);
    let event = receiver.wait_for("TASK_FINISHED").await[0].json();
    assert_eq!(event["data"]["status"], "FAILED");
    assert_eq!(event["data"]["datapoints"], json!(["IDENTITIES", "RATINGS"]));
    assert_eq!(world.api().data(&format!("/accounts/{account}")).await["connectionStatus"], "CONNECTED");
    assert_eq!(world.api().all("/identities", 10).await.len(), 1);
    assert_eq!(world.api().all("/transactions", 10).await.len(), 0);
}

async fn a_huge_account_is_read_to_the_end(world: World) {
    let widget = world.widget().await;
    let account = start(&widget, "data_huge").await;
    widget.until(&account, "DONE").await;
    let count = world.api().all("/transactions", 150).await.len();
    assert!(count > 20_000, "{count}");
    let task = &world.api().all("/tasks", 10).await[0];
    assert_eq!(task["status"], "Finished");
}

async fn a_provider_that_is_down_is_not_connected(world: World) {
    let widget = world.widget().await;
    let health = async |id: &str| widget.api.data(&format!("/providers/{id}")).await["health"].take();
    assert_eq!(health("monsoon_media").await, "DOWN");
    assert_eq!(health("trade_winds").await, "DEGRADED");
    assert_eq!(health("grab").await, "UP");
    let before = world.census().await;
    let form = |login: &str| json!({ "login": login, "password": GEORGE.password });
    let request = widget.link_request("monsoon_media", &form(GEORGE.email));
    widget.api.post("/accounts", &request).await.faulty(&["providerId"]);
    assert_eq!(world.census().await, before);
    widget.link("trade_winds", &GEORGE).await;
}
