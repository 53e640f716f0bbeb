//! Invite templates: made, listed, got, replaced, deleted; plain text only.

use serde_json::{Value, json};

use crate::harness::{World, on_both_databases};

on_both_databases!(
    a_template_is_made_and_found_again,
    templates_are_listed_page_by_page,
    a_template_is_replaced_as_a_whole,
    a_deleted_template_is_gone,
    all_faults_of_a_template_are_told_together,
    texts_are_plain_with_known_placeholders,
    pictures_are_encrypted_in_production,
    bounds_of_the_fields_are_inclusive,
);

/// An invite template.
pub(crate) fn invite_template() -> Value {
    json!({
        "name": "Loan applicants",
        "company": { "name": "Acme Lending", "logoUrl": "https://acme.example/logo.png" },
        "email": {
            "sendEmail": true,
            "senderName": "${companyName}",
            "replyAddress": "loans@acme.example",
            "subject": "${firstName}, one more step",
            "body": "Dear ${fullName},\n\n${companyName} asks for your income. Click < here > & share.",
        },
        "landingPage": {
            "header": "Hello ${firstName}", "description": "This takes 2 minutes.\nNo papers.", "button": "Start",
        },
        "successPage": { "header": "Thank you", "description": "${companyName} will be in touch.", "button": "Done" },
    })
}

/// The same with another value at that place (`company.name`).
fn with(place: &str, value: Value) -> Value {
    let mut template = invite_template();
    *template.pointer_mut(&format!("/{}", place.replace('.', "/"))).unwrap() = value;
    template
}

async fn make(world: &World) -> (String, Value) {
    let made = world.api().post("/inviteTemplates", &invite_template()).await.data(201);
    (format!("/inviteTemplates/{}", made["id"].as_str().unwrap()), made)
}

async fn a_template_is_made_and_found_again(world: World) {
    let (path, made) = make(&world).await;
    assert!(made["id"].as_str().unwrap().starts_with("ivt-"));
    for (name, value) in invite_template().as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    assert_eq!(world.api().data(&path).await, made);
    assert_eq!(world.api().data("/inviteTemplates").await["items"], json!([made]));
}

async fn templates_are_listed_page_by_page(world: World) {
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(make(&world).await.1);
    }
    // One in the middle is gone: pages are full all the same.
    let gone = made.remove(3);
    world.api().delete(&format!("/inviteTemplates/{}", gone["id"].as_str().unwrap())).await.done();
    made.reverse();
    for size in [1, 2, 6, 150] {
        assert_eq!(world.api().all("/inviteTemplates", size).await, made, "{size}");
    }
}

async fn a_template_is_replaced_as_a_whole(world: World) {
    let (path, made) = make(&world).await;
    let (_, other) = make(&world).await;
    let mut wanted = with("name", json!("Renamed"));
    wanted["email"]["sendEmail"] = json!(false);
    let updated = world.api().put(&path, &wanted).await.data(200);
    wanted["id"] = made["id"].clone();
    assert_eq!(updated, wanted);
    assert_eq!(world.api().data(&path).await, wanted);
    assert_eq!(world.api().all("/inviteTemplates", 10).await, [other, wanted.clone()], "its place stays");

    let faults = ["company", "email", "landingPage", "successPage"];
    world.api().put(&path, &json!({ "name": "only this" })).await.faulty(&faults);
    assert_eq!(world.api().data(&path).await, wanted, "refused changes change nothing");
}

async fn a_deleted_template_is_gone(world: World) {
    let (path, _) = make(&world).await;
    let (_, stays) = make(&world).await;
    world.api().delete(&path).await.done();
    world.api().delete(&path).await.refused("MISSING_RESOURCE");
    world.api().get(&path).await.refused("MISSING_RESOURCE");
    world.api().put(&path, &invite_template()).await.refused("MISSING_RESOURCE");
    assert_eq!(world.api().all("/inviteTemplates", 10).await, [stays]);
}

async fn all_faults_of_a_template_are_told_together(world: World) {
    let (api, before) = (world.api(), world.census().await);
    let whole = ["company", "email", "landingPage", "name", "successPage"];
    api.post("/inviteTemplates", &json!({})).await.faulty(&whole);
    api.post_empty("/inviteTemplates").await.faulty(&whole);
    let wrong = json!({ "name": 1, "company": [], "email": "x", "landingPage": null, "successPage": true });
    api.post("/inviteTemplates", &wrong).await.faulty(&whole);
    let mut inner = json!({ "name": "", "company": {}, "email": {}, "landingPage": {}, "successPage": {} });
    inner["email"]["sendEmail"] = json!("yes");
    inner["company"]["logoUrl"] = json!(7);
    api.post("/inviteTemplates", &inner).await.faulty(&[
        "company.logoUrl",
        "company.name",
        "email.body",
        "email.replyAddress",
        "email.sendEmail",
        "email.senderName",
        "email.subject",
        "landingPage.button",
        "landingPage.description",
        "landingPage.header",
        "name",
        "successPage.button",
        "successPage.description",
        "successPage.header",
    ]);
    assert_eq!(world.census().await, before, "nothing was made");
}

async fn texts_are_plain_with_known_placeholders(world: World) {
    let (api, before) = (world.api(), world.census().await);
    let headings = [
        "email.senderName",
        "email.subject",
        "landingPage.header",
        "landingPage.button",
        "successPage.header",
        "successPage.button",
    ];
    let wordings = ["email.body", "landingPage.description", "successPage.description"];
    for place in headings.into_iter().chain(wordings).chain(["name", "company.name"]) {
        for text in ["Hi <b>you</b>", "${lastName}", "${firstName", "a\u{0}b", "\u{1b}[1m"] {
            api.post("/inviteTemplates", &with(place, json!(text))).await.faulty(&[place]);
        }
    }
    for place in headings.into_iter().chain(["name", "company.name"]) {
        api.post("/inviteTemplates", &with(place, json!("a\nBcc: b@example.com"))).await.faulty(&[place]);
    }
    for place in ["name", "company.name"] {
        api.post("/inviteTemplates", &with(place, json!("${companyName}"))).await.faulty(&[place]);
    }
    for text in ["acme", "a@b", "Ann <ann@acme.example>", "ann@acme.example\n", " "] {
        api.post("/inviteTemplates", &with("email.replyAddress", json!(text)))
            .await
            .faulty(&["email.replyAddress"]);
    }
    for text in ["logo.png", "javascript:alert(1)", "data:image/png;base64,AA==", "https://"] {
        api.post("/inviteTemplates", &with("company.logoUrl", json!(text)))
            .await
            .faulty(&["company.logoUrl"]);
    }
    assert_eq!(world.census().await, before, "nothing was made");
    for place in headings.into_iter().chain(wordings) {
        let text = "${fullName} (${firstName}) of ${companyName}";
        api.post("/inviteTemplates", &with(place, json!(text))).await.data(201);
    }
}

async fn pictures_are_encrypted_in_production(world: World) {
    let plain = with("company.logoUrl", json!("http://acme.example/logo.png"));
    world.api().post("/inviteTemplates", &plain).await.data(201);
    let production = world.production(&world.acme);
    production.post("/inviteTemplates", &plain).await.faulty(&["company.logoUrl"]);
    production.post("/inviteTemplates", &invite_template()).await.data(201);
}

async fn bounds_of_the_fields_are_inclusive(world: World) {
    let longest = [
        ("name", 64),
        ("company.name", 200),
        ("email.senderName", 200),
        ("email.subject", 200),
        ("email.body", 5_000),
        ("landingPage.header", 200),
        ("landingPage.description", 5_000),
        ("landingPage.button", 200),
        ("successPage.header", 200),
        ("successPage.description", 5_000),
        ("successPage.button", 200),
    ];
    let mut template = invite_template();
    for (place, length) in longest {
        let too_long = with(place, json!("é".repeat(length + 1)));
        world.api().post("/inviteTemplates", &too_long).await.faulty(&[place]);
        *template.pointer_mut(&format!("/{}", place.replace('.', "/"))).unwrap() = json!("é".repeat(length));
    }
    let made = world.api().post("/inviteTemplates", &template).await.data(201);
    assert_eq!((&made["name"], &made["email"]), (&template["name"], &template["email"]));
}
