//! Wink templates: made, listed, got, replaced, deleted, and given to the widget with its session.

use serde_json::{Value, json};

use crate::harness::{Widget, World, on_both_databases};

on_both_databases!(
    a_template_is_made_and_found_again,
    what_a_template_leaves_open_is_null,
    templates_are_listed_page_by_page,
    a_template_is_replaced_as_a_whole,
    a_deleted_template_is_gone,
    all_faults_of_a_template_are_told_together,
    bounds_of_the_fields_are_inclusive,
    a_session_has_the_template_that_its_page_names,
    a_template_that_is_not_there_changes_nothing,
);

/// A Wink template.
pub(crate) fn wink_template() -> Value {
    json!({
        "name": "Loan applicants",
        "language": "fil",
        "options": {
            "topProviders": ["grab", "upwork"],
            "providers": null,
            "enableSearchBar": true,
            "enableTypeBar": false,
            "enableUpload": true,
            "enableConsentPage": null,
            "companyName": "Acme",
        },
        "theme": { "primaryColor": "#0a7d5c", "logoUrl": "https://acme.example/logo.svg", "rounded": true },
    })
}

async fn make(world: &World) -> (String, Value) {
    let made = world.api().post("/winkTemplates", &wink_template()).await.data(201);
    (format!("/winkTemplates/{}", made["id"].as_str().unwrap()), made)
}

async fn a_template_is_made_and_found_again(world: World) {
    let (path, made) = make(&world).await;
    assert!(made["id"].as_str().unwrap().starts_with("wtpl-"));
    assert_eq!(made["createdAt"], made["updatedAt"]);
    for (name, value) in wink_template().as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(world.api().data(&path).await, made);
    assert_eq!(world.api().data("/winkTemplates").await["items"], json!([made]));
}

async fn what_a_template_leaves_open_is_null(world: World) {
    let least = world.api().post("/winkTemplates", &json!({ "name": "Least" })).await.data(201);
    assert_eq!(least["language"], Value::Null);
    assert_eq!(least["theme"], json!({ "primaryColor": null, "logoUrl": null, "rounded": null }));
    let options = least["options"].as_object().unwrap();
    assert!(options.len() == 7 && options.values().all(Value::is_null), "{options:?}");
}

async fn templates_are_listed_page_by_page(world: World) {
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(make(&world).await.1);
    }
    made.reverse();
    for size in [1, 2, 5, 150] {
        assert_eq!(world.api().all("/winkTemplates", size).await, made, "{size}");
    }
}

async fn a_template_is_replaced_as_a_whole(world: World) {
    let (path, made) = make(&world).await;
    let (_, other) = make(&world).await;
    let updated = world.api().put(&path, &json!({ "name": "Renamed" })).await.data(200);
    assert_eq!((&updated["id"], &updated["name"]), (&made["id"], &json!("Renamed")));
    assert_eq!((&updated["createdAt"], &updated["language"]), (&made["createdAt"], &Value::Null));
    assert_ne!(updated["updatedAt"], Value::Null);
    assert_eq!(world.api().data(&path).await, updated);
    assert_eq!(world.api().all("/winkTemplates", 10).await, [other, updated.clone()], "its place stays");

    world.api().put(&path, &json!({ "language": "fil" })).await.faulty(&["name"]);
    assert_eq!(world.api().data(&path).await, updated, "refused changes change nothing");
}

async fn a_deleted_template_is_gone(world: World) {
    let (path, _) = make(&world).await;
    let (_, stays) = make(&world).await;
    world.api().delete(&path).await.done();
    world.api().delete(&path).await.refused("MISSING_RESOURCE");
    world.api().get(&path).await.refused("MISSING_RESOURCE");
    world.api().put(&path, &wink_template()).await.refused("MISSING_RESOURCE");
    assert_eq!(world.api().all("/winkTemplates", 10).await, [stays]);
}

async fn all_faults_of_a_template_are_told_together(world: World) {
    let (api, before) = (world.api(), world.census().await);
    api.post("/winkTemplates", &json!({})).await.faulty(&["name"]);
    let wrong = json!({ "name": "<b>", "language": "xx", "options": [], "theme": "dark" });
    api.post("/winkTemplates", &wrong).await.faulty(&["language", "name", "options", "theme"]);
    let inner = json!({
        "name": "n",
        "options": {
            "topProviders": "grab",
            "providers": ["grab", 7, "No Such", "upwork"],
            "enableSearchBar": "yes",
            "companyName": "",
        },
        "theme": { "primaryColor": "red; x: y", "logoUrl": "http://acme.example/logo.svg", "rounded": 1 },
    });
    api.post("/winkTemplates", &inner).await.faulty(&[
        "options.companyName",
        "options.enableSearchBar",
        "options.providers[1]",
        "options.providers[2]",
        "options.topProviders",
        "theme.logoUrl",
        "theme.primaryColor",
        "theme.rounded",
    ]);
    let nobody =
        json!({ "name": "n", "options": { "providers": ["grab", "nobody"], "topProviders": ["noone"] } });
    let faults = ["options.providers[1]", "options.topProviders[0]"];
    api.post("/winkTemplates", &nobody).await.faulty(&faults);
    assert_eq!(world.census().await, before, "nothing was made");
}

async fn bounds_of_the_fields_are_inclusive(world: World) {
    let with = |options: Value| json!({ "name": "n".repeat(64), "options": options });
    let api = world.api();
    let most = with(json!({ "topProviders": vec!["grab"; 10], "providers": vec!["grab"; 150] }));
    api.post("/winkTemplates", &most).await.data(201);
    let more = with(json!({ "topProviders": vec!["grab"; 11], "providers": vec!["grab"; 151] }));
    api.post("/winkTemplates", &more).await.faulty(&["options.providers", "options.topProviders"]);
    api.post("/winkTemplates", &json!({ "name": "n".repeat(65) })).await.faulty(&["name"]);
}

async fn a_session_has_the_template_that_its_page_names(world: World) {
    let (path, made) = make(&world).await;
    let user = world.user().await;
    let surface = world.stranger("link-sandbox");
    let body = json!({ "templateId": made["id"] });
    let session = surface.bearer(&user.token).post("/sessions", &body).await.data(201);
    let mut wanted = wink_template();
    wanted["id"] = made["id"].clone();
    assert_eq!(session["template"], wanted);

    let api = surface.bearer(session["sessionToken"].as_str().unwrap());
    let mut again = api.data("/sessions/current").await;
    assert_eq!(again["sessionToken"].take(), Value::Null);
    again["sessionToken"] = session["sessionToken"].clone();
    assert_eq!(again, session, "the same as when it was opened");

    world.api().put(&path, &json!({ "name": "Renamed" })).await.data(200);
    assert_eq!(api.data("/sessions/current").await["template"]["name"], "Renamed");
    world.api().delete(&path).await.done();
    assert_eq!(api.data("/sessions/current").await["template"], Value::Null);
    surface.get("/sessions/current").await.refused("INVALID_TOKEN");
    surface.bearer(&user.token).get("/sessions/current").await.refused("INVALID_TOKEN");
}

async fn a_template_that_is_not_there_changes_nothing(world: World) {
    let foreign = world.open(&world.globex).post("/winkTemplates", &wink_template()).await.data(201);
    let surface = world.stranger("link-sandbox");
    let unknown = json!(format!("wtpl-{}", "0".repeat(32)));
    for id in [foreign["id"].clone(), unknown, json!("my-template"), json!(""), json!(7), Value::Null] {
        let user = world.user().await;
        let body = json!({ "templateId": id });
        let session = surface.bearer(&user.token).post("/sessions", &body).await.data(201);
        assert_eq!(session["template"], Value::Null, "{id}");
    }
    let user = world.user().await;
    assert_eq!(Widget::open(&surface, &user.token).await.session["template"], Value::Null);
}
