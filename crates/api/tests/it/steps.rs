//! How far people come at the widget: noted as it happens, and counted.

use serde_json::{Value, json};

use crate::harness::{GEORGE, Widget, World, on_both_databases};

on_both_databases!(
    the_way_to_an_account_is_noted_step_by_step,
    what_goes_wrong_is_noted_with_its_code,
    the_widget_tells_only_what_it_alone_sees,
    the_funnel_counts_sessions,
);

/// The steps of a user, oldest first.
async fn steps(world: &World, widget: &Widget) -> Vec<Value> {
    let user = widget.session["userId"].as_str().unwrap();
    let mut steps = world.api().all(&format!("/users/{user}/steps"), 2).await;
    steps.reverse();
    steps
}

fn names(steps: &[Value]) -> Vec<&str> {
    steps.iter().map(|step| step["step"].as_str().unwrap()).collect()
}

async fn tell(widget: &Widget, step: &str) {
    widget.api.post("/steps", &json!({ "step": step })).await.taken();
}

async fn the_way_to_an_account_is_noted_step_by_step(world: World) {
    let widget = world.widget().await;
    tell(&widget, "CONSENTED").await;
    tell(&widget, "SEARCHED").await;
    let chosen = json!({ "step": "CHOSEN", "providerId": "upwork", "text": "never kept" });
    widget.api.post("/steps", &chosen).await.taken();
    widget.link("upwork", &GEORGE).await;
    tell(&widget, "CLOSED").await;

    let steps = steps(&world, &widget).await;
    let wanted =
        ["OPENED", "CONSENTED", "SEARCHED", "CHOSEN", "SUBMITTED", "CHALLENGED", "CONNECTED", "CLOSED"];
    assert_eq!(names(&steps), wanted);
    for step in &steps {
        let about =
            ["CHOSEN", "SUBMITTED", "CHALLENGED", "CONNECTED"].contains(&step["step"].as_str().unwrap());
        assert_eq!(step["providerId"], if about { json!("upwork") } else { Value::Null });
        assert_eq!((&step["errorCode"], &step["userId"]), (&Value::Null, &widget.session["userId"]));
        assert_eq!(step["sessionId"], steps[0]["sessionId"]);
        assert_eq!(step.as_object().unwrap().len(), 7);
    }
}

async fn what_goes_wrong_is_noted_with_its_code(world: World) {
    let widget = world.widget().await;
    let account = widget.start_with("upwork", GEORGE.email, "wrong").await.data(201)["accountId"].take();
    widget.until(account.as_str().unwrap(), "FAILED").await;
    let steps = steps(&world, &widget).await;
    assert_eq!(names(&steps), ["OPENED", "SUBMITTED", "FAILED"]);
    assert_eq!(steps[2]["errorCode"], "INVALID_CREDENTIALS");
}

async fn the_widget_tells_only_what_it_alone_sees(world: World) {
    let widget = world.widget().await;
    for step in ["OPENED", "SUBMITTED", "CHALLENGED", "CONNECTED", "FAILED", "consented", ""] {
        widget.api.post("/steps", &json!({ "step": step })).await.faulty(&["step"]);
    }
    widget.api.post("/steps", &json!({ "providerId": "nobody" })).await.faulty(&["providerId", "step"]);
    world
        .stranger("link-sandbox")
        .post("/steps", &json!({ "step": "CLOSED" }))
        .await
        .refused("INVALID_TOKEN");
    assert_eq!(names(&steps(&world, &widget).await), ["OPENED"]);
}

async fn the_funnel_counts_sessions(world: World) {
    let (first, second) = (world.widget().await, world.widget().await);
    tell(&first, "CONSENTED").await;
    tell(&first, "CONSENTED").await;
    tell(&second, "DECLINED").await;
    let account = first.start_with("upwork", GEORGE.email, "wrong").await.data(201)["accountId"].take();
    first.until(account.as_str().unwrap(), "FAILED").await;

    let api = world.api();
    let funnel = api.data("/funnel").await;
    let sessions = |step: &str| {
        let steps = funnel["steps"].as_array().unwrap();
        steps.iter().find(|count| count["step"] == step).unwrap()["sessions"].as_u64().unwrap()
    };
    assert_eq!(funnel["steps"].as_array().unwrap().len(), 11, "every step, also those that nobody took");
    assert_eq!((sessions("OPENED"), sessions("CONSENTED"), sessions("DECLINED")), (2, 1, 1));
    assert_eq!((sessions("SUBMITTED"), sessions("FAILED"), sessions("CONNECTED")), (1, 1, 0));
    assert_eq!(funnel["failures"], json!([{ "errorCode": "INVALID_CREDENTIALS", "sessions": 1 }]));
    assert_eq!((&funnel["startDate"], &funnel["endDate"]), (&json!("2026-10-22"), &json!("2026-11-20")));

    assert_eq!(api.data("/funnel?startDate=2026-11-20&endDate=2026-11-20").await["steps"], funnel["steps"]);
    let before = api.data("/funnel?endDate=2026-11-19").await;
    assert!(before["steps"].as_array().unwrap().iter().all(|count| count["sessions"] == 0), "{before}");
    api.data("/funnel?startDate=2026-08-21&endDate=2026-11-20").await;
    for bad in
        ["startDate=2026-08-20&endDate=2026-11-20", "startDate=2026-11-21&endDate=2026-11-20", "startDate=x"]
    {
        api.get(&format!("/funnel?{bad}")).await.faulty(&["startDate"]);
    }
}
