//! Consent templates: made, listed, deleted; one of each version.

use serde_json::{Value, json};

use crate::harness::{World, on_both_databases};

on_both_databases!(
    a_template_is_made_and_listed,
    a_version_is_taken_once,
    templates_are_listed_page_by_page,
    a_deleted_template_is_gone_and_its_version_free,
    all_faults_of_a_template_are_told_together,
    bounds_of_the_fields_are_inclusive,
);

/// A consent template of that version.
pub(crate) fn consent_template(version: &str) -> Value {
    json!({
        "consentType": "loan application",
        "title": "Your consent",
        "version": version,
        "consentMethod": "checkbox",
        "consentText": "I let Acme Lending see my income.\nI can take this back.",
    })
}

async fn a_template_is_made_and_listed(world: World) {
    let api = world.api();
    let wanted = consent_template("2026-1");
    let made = api.post("/consentTemplates", &wanted).await.data(201);
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 35 && id.starts_with("ct-"), "{id}");
    assert!(made["createdAt"].as_str().unwrap().starts_with("2026-11-20T08:00:"));
    for (name, value) in wanted.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(api.data("/consentTemplates").await["items"], json!([made]));

    let least = json!({ "consentType": "t", "version": "1", "consentText": "x", "title": null, "extra": 1 });
    let made = api.post("/consentTemplates", &least).await.data(201);
    assert_eq!((&made["title"], &made["consentMethod"]), (&Value::Null, &Value::Null));
    let empty = json!({ "consentType": "t", "version": "2", "consentText": "🐙", "consentMethod": "" });
    assert_eq!(api.post("/consentTemplates", &empty).await.data(201)["consentMethod"], "");
}

async fn a_version_is_taken_once(world: World) {
    let (api, template) = (world.api(), consent_template("1"));
    api.post("/consentTemplates", &template).await.data(201);
    let before = world.census().await;
    api.post("/consentTemplates", &template).await.faulty(&["version"]);
    let tries = (0..8).map(|_| {
        let (api, template) = (world.api(), consent_template("2"));
        async move { api.post("/consentTemplates", &template).await }
    });
    let answers = futures_util::future::join_all(tries).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((made.len(), refused.len()), (1, 7));
    for answer in refused {
        answer.faulty(&["version"]);
    }
    let mut after = world.census().await;
    after["consentTemplates"] = json!(after["consentTemplates"].as_u64().unwrap() - 1);
    assert_eq!(after, before, "one was made");

    // The same version of another type, tenant or mode is another.
    let mut other = template.clone();
    other["consentType"] = json!("Loan application");
    api.post("/consentTemplates", &other).await.data(201);
    for client in [world.open(&world.globex), world.production(&world.acme)] {
        client.post("/consentTemplates", &template).await.data(201);
    }
}

async fn templates_are_listed_page_by_page(world: World) {
    let mut made = Vec::new();
    for version in 0..7 {
        let template = consent_template(&version.to_string());
        made.push(world.api().post("/consentTemplates", &template).await.data(201));
    }
    made.reverse();
    for size in [1, 3, 7, 150] {
        assert_eq!(world.api().all("/consentTemplates", size).await, made, "{size}");
    }
    let cursor = world.api().data("/consentTemplates?size=2").await["nextCursor"].take();
    let cursor = cursor.as_str().unwrap();
    world.api().get(&format!("/webhooks?cursor={cursor}")).await.faulty(&["cursor"]);
    world.open(&world.globex).get(&format!("/consentTemplates?cursor={cursor}")).await.faulty(&["cursor"]);
}

async fn a_deleted_template_is_gone_and_its_version_free(world: World) {
    let api = world.api();
    let stays = api.post("/consentTemplates", &consent_template("1")).await.data(201);
    let goes = api.post("/consentTemplates", &consent_template("2")).await.data(201);
    let path = format!("/consentTemplates/{}", goes["id"].as_str().unwrap());
    api.delete(&path).await.done();
    api.delete(&path).await.refused("MISSING_RESOURCE");
    assert_eq!(api.data("/consentTemplates").await["items"], json!([stays]));
    let again = api.post("/consentTemplates", &consent_template("2")).await.data(201);
    assert_ne!(again["id"], goes["id"]);
}

async fn all_faults_of_a_template_are_told_together(world: World) {
    let (api, before) = (world.api(), world.census().await);
    let needed = ["consentText", "consentType", "version"];
    api.post("/consentTemplates", &json!({})).await.faulty(&needed);
    api.post_empty("/consentTemplates").await.faulty(&needed);
    let all = ["consentMethod", "consentText", "consentType", "title", "version"];
    let wrong = json!({
        "consentType": 1, "title": [], "version": {}, "consentMethod": true, "consentText": 1.5,
    });
    api.post("/consentTemplates", &wrong).await.faulty(&all);
    let bounds = json!({
        "consentType": "", "title": "", "version": "v".repeat(65), "consentMethod": "m".repeat(201),
        "consentText": "t".repeat(65_536),
    });
    api.post("/consentTemplates", &bounds).await.faulty(&all);
    let zero = json!({ "consentType": "a\u{0}", "title": "\u{0}", "version": "1", "consentText": "x\u{0}y" });
    api.post("/consentTemplates", &zero).await.faulty(&["consentText", "consentType", "title"]);
    assert_eq!(world.census().await, before, "nothing was made");
}

async fn bounds_of_the_fields_are_inclusive(world: World) {
    let body = json!({
        "consentType": "🐙".repeat(200), "title": "t".repeat(200), "version": "🐙".repeat(64),
        "consentMethod": "m".repeat(200), "consentText": "é".repeat(65_535),
    });
    let made = world.api().post("/consentTemplates", &body).await.data(201);
    assert_eq!((&made["consentType"], &made["consentText"]), (&body["consentType"], &body["consentText"]));
}
