//! Allowed origins: which pages may have the widget in them, and have people back.

use axum::http::{Method, header};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::{
    harness::{Client, World, on_both_databases},
    sandbox_page::at_the_own_page,
};

on_both_databases!(
    origins_are_replaced_as_a_whole,
    of_two_that_replace_them_at_once_one_wins,
    the_widget_spends_the_token_of_its_page_and_no_other,
    faults_of_origins_are_told_one_by_one,
    the_widgets_page_is_framed_where_its_tenant_wants,
    people_come_back_to_allowed_pages_only,
    scripts_are_what_their_hashes_say,
    the_widgets_page_is_found_without_its_slash,
);

async fn origins_are_replaced_as_a_whole(world: World) {
    let api = world.api();
    assert_eq!(api.data("/origins").await, json!({ "origins": [] }));
    let given = json!({ "origins": ["https://WWW.Acme.example/", "http://localhost:3000", "https://www.acme.example:443"] });
    let kept = json!({ "origins": ["http://localhost:3000", "https://www.acme.example"] });
    assert_eq!(api.put("/origins", &given).await.data(200), kept);
    assert_eq!(api.data("/origins").await, kept);
    assert_eq!(world.open(&world.globex).data("/origins").await, json!({ "origins": [] }));
    let production = world.production(&world.acme);
    assert_eq!(production.data("/origins").await, json!({ "origins": [] }));
    production.put("/origins", &given).await.faulty(&["origins"]);
    api.put("/origins", &json!({ "origins": [] })).await.data(200);
    assert_eq!(api.data("/origins").await, json!({ "origins": [] }));
}

async fn of_two_that_replace_them_at_once_one_wins(world: World) {
    let api = world.api();
    let both = [
        json!({ "origins": ["https://a.example", "https://b.example"] }),
        json!({ "origins": ["https://b.example", "https://c.example"] }),
    ];
    for _ in 0..10 {
        let (one, other) = tokio::join!(api.put("/origins", &both[0]), api.put("/origins", &both[1]));
        assert_eq!((one.data(200), other.data(200)), (both[0].clone(), both[1].clone()));
        let now = api.data("/origins").await;
        assert!(both.contains(&now), "{now}");
    }
}

/// Somebody frames the widget for a token of their own, and hands in another one.
async fn the_widget_spends_the_token_of_its_page_and_no_other(world: World) {
    let token = async |api: &Client| api.post_empty("/users").await.data(201)["token"].take();
    let (mine, theirs) = (token(&world.open(&world.globex)).await, token(&world.api()).await);
    let link_api = world.stranger("link-sandbox");
    let start = async |page: Value, origin: &str| {
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::ORIGIN, origin)];
        let body = json!({ "pageTokenId": page }).to_string();
        let caller = link_api.bearer(theirs["accessToken"].as_str().unwrap());
        caller.send(Method::POST, "/sessions", &headers, body.into()).await
    };
    let widget = "http://web.test";
    for page in [mine["id"].clone(), json!(""), json!(7), json!([theirs["id"]])] {
        for origin in [widget, "null", "https://evil.example"] {
            start(page.clone(), origin).await.refused("UNAUTHORIZED_ACCESS");
        }
    }
    world.api().put("/origins", &json!({ "origins": ["https://acme.example"] })).await.data(200);
    start(Value::Null, widget).await.refused("UNAUTHORIZED_ACCESS");
    // None of them spent it.
    start(theirs["id"].clone(), widget).await.data(201);
    // A widget of somebody's own has no such page.
    let user = world.user().await;
    link_api.bearer(&user.token).post_empty("/sessions").await.data(201);
}

async fn faults_of_origins_are_told_one_by_one(world: World) {
    let api = world.api();
    api.put("/origins", &json!({})).await.faulty(&["origins"]);
    api.put("/origins", &json!({ "origins": "https://acme.example" })).await.faulty(&["origins"]);
    let many: Vec<_> = (0..51).map(|number| format!("https://{number}.example")).collect();
    api.put("/origins", &json!({ "origins": many[..50] })).await.data(200);
    api.put("/origins", &json!({ "origins": many })).await.faulty(&["origins"]);
    let bad = ["https://*.acme.example", "https://a.example/page", "https://a.example; script-src *", "null"];
    let mut given = vec![json!("https://acme.example"), json!(7)];
    given.extend(bad.map(Value::from));
    api.put("/origins", &json!({ "origins": given })).await.faulty(&[
        "origins[1]",
        "origins[2]",
        "origins[3]",
        "origins[4]",
        "origins[5]",
    ]);
}

/// Who may have the widget's page in a frame, as browsers are told.
async fn ancestors(world: &World, query: &str) -> Option<String> {
    let path = format!("/wink/{query}");
    let answer = world.page(&format!("/web{path}")).await;
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    policy.split("; ").find_map(|part| part.strip_prefix("frame-ancestors ")).map(str::to_owned)
}

async fn the_widgets_page_is_framed_where_its_tenant_wants(world: World) {
    let token = async |api: &Client| {
        let made = api.post_empty("/users").await.data(201)["token"]["id"].take();
        format!("?id={}", made.as_str().unwrap())
    };
    let (acme, globex) = (token(&world.api()).await, token(&world.open(&world.globex)).await);
    let unknown = format!("?id=tok-{}", "0".repeat(32));
    assert_eq!(ancestors(&world, "").await, None);
    assert_eq!(ancestors(&world, &acme).await, None);
    for nobody in [&unknown, "?id=", "?id=x%3B"] {
        assert_eq!(ancestors(&world, nobody).await.as_deref(), Some("'none'"), "{nobody}");
    }

    let body = json!({ "origins": ["https://www.acme.example", "https://acme.example:8443"] });
    world.api().put("/origins", &body).await.data(200);
    // And the pages of this installation to which people are invited.
    let wanted = "https://acme.example:8443 https://www.acme.example http://user.test";
    assert_eq!(ancestors(&world, &acme).await.as_deref(), Some(wanted));
    assert_eq!(ancestors(&world, &globex).await, None, "another tenant is not concerned");
    assert_eq!(ancestors(&world, "").await.as_deref(), Some("'none'"), "whose it is cannot be told");
}

async fn the_widgets_page_is_found_without_its_slash(world: World) {
    for (asked, there) in [("wink", "wink/"), ("wink?id=tok-1", "wink/?id=tok-1")] {
        let answer = world.page(&format!("/web/{asked}")).await;
        assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (308, there));
    }
}

async fn people_come_back_to_allowed_pages_only(world: World) {
    world.api().put("/origins", &json!({ "origins": ["https://acme.example"] })).await.data(200);
    let (widget, account, prompt) = at_the_own_page(&world).await;
    let path = format!("/accounts/{account}/redirects");
    for elsewhere in ["https://evil.example/", "https://acme.example.evil.example/", "http://acme.example/"] {
        let body = json!({ "promptId": prompt["id"], "returnTo": elsewhere });
        widget.api.post(&path, &body).await.faulty(&["returnTo"]);
    }
    for there in ["http://user.test/invites/1", "https://acme.example/apply?step=2"] {
        let body = json!({ "promptId": prompt["id"], "returnTo": there });
        widget.api.post(&path, &body).await.data(201);
    }
}

async fn scripts_are_what_their_hashes_say(world: World) {
    let (status, text) = world.plain("/web/integrity.json").await;
    let hashes: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, hashes.as_object().unwrap().len()), (200, 2));
    for (path, hash) in hashes.as_object().unwrap() {
        let response = world.page(&format!("/web/{path}")).await;
        // Without it a browser refuses a script that has an integrity.
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let script = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA384, &script);
        let encoded = base64::engine::general_purpose::STANDARD.encode(digest);
        assert_eq!(*hash, format!("sha384-{encoded}"), "{path}");
    }
}
