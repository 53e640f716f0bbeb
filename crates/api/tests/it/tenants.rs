//! What belongs to one tenant and mode is not there for another: not in lists, not by id, not for keys and sessions.

use axum::http::Method;

use crate::{
    archives,
    consent_templates::consent_template,
    harness::{
        GEORGE, Receiver, Widget, World, contract, on_both_databases,
        world::{ITEMS, LISTS, NewUser},
    },
    invites::invite,
};

on_both_databases!(
    another_tenant_sees_nothing,
    the_other_mode_of_the_same_tenant_sees_nothing,
    a_widget_of_another_tenant_reaches_nothing,
    users_belong_to_their_tenant,
);

/// Every list, and the path of one thing in each of them.
async fn everything(world: &World) -> Vec<(String, String)> {
    world.share_links().await;
    for provider in ["grab", "abccorp", "sss_ph"] {
        world.linked(provider, &GEORGE).await;
    }
    Receiver::start().await.subscribe(&world.api(), &["ALL_EVENTS"]).await;
    world.api().post("/consentTemplates", &consent_template("1")).await.data(201);
    world.api().post("/invites", &invite(&world.api()).await).await.data(201);
    let payslip = archives::payslip(&world.user().await.id, archives::GEORGES);
    archives::handed_over(&world.api(), "/archives", &payslip).await;
    let mut paths = Vec::new();
    for list in ITEMS.into_iter().chain(LISTS) {
        let items = world.api().data(&format!("/{list}?size=1")).await;
        let id = items["items"][0]["id"].as_str().unwrap();
        paths.push((format!("/{list}"), format!("/{list}/{id}")));
    }
    paths
}

/// Whether one thing of that list can be asked for.
fn has(method: &Method, list: &str) -> bool {
    let path = format!("{list}/{{id}}");
    contract::operations().iter().any(|known| known.method == method && known.path == path)
}

fn has_get(list: &str) -> bool {
    has(&Method::GET, list)
}

fn has_delete(list: &str) -> bool {
    has(&Method::DELETE, list)
}

async fn another_tenant_sees_nothing(world: World) {
    let (paths, before) = (everything(&world).await, world.census().await);
    let globex = world.open(&world.globex);
    for (list, item) in paths {
        assert_eq!(globex.all(&list, 150).await.len(), 0, "{list}");
        if has_get(&list) {
            globex.get(&item).await.refused("MISSING_RESOURCE");
            world.api().get(&item).await.data(200);
        }
        if has_delete(&list) {
            globex.delete(&item).await.refused("MISSING_RESOURCE");
        }
        if list == "/users" {
            let user = item.rsplit_once('/').unwrap().1;
            globex.post_empty(&format!("/tokens?userId={user}")).await.refused("MISSING_RESOURCE");
            assert_eq!(globex.all(&format!("/accounts?userId={user}"), 150).await.len(), 0);
        }
    }
    assert_eq!(world.census().await, before, "and it changed nothing");
}

async fn the_other_mode_of_the_same_tenant_sees_nothing(world: World) {
    let (paths, before) = (everything(&world).await, world.census().await);
    let production = world.production(&world.acme);
    for (list, item) in paths {
        assert_eq!(production.all(&list, 150).await.len(), 0, "{list}");
        if has_get(&list) {
            production.get(&item).await.refused("MISSING_RESOURCE");
        }
        if has_delete(&list) {
            production.delete(&item).await.refused("MISSING_RESOURCE");
        }
        // And a key is good for its own mode's surfaces only, whatever it asks for.
        for path in [&list, &item].into_iter().take(if has_get(&list) { 2 } else { 1 }) {
            world.api().at("open").get(path).await.refused("UNAUTHORIZED_ACCESS");
            world.api().at("open-sandbox").get(path).await.data(200);
            production.at("sandbox").get(path).await.refused("UNAUTHORIZED_ACCESS");
        }
    }
    assert_eq!(world.census().await, before);
}

async fn a_widget_of_another_tenant_reaches_nothing(world: World) {
    let linked = world.linked("grab", &GEORGE).await;
    let stranger = NewUser::make(&world.open(&world.globex)).await;
    let widget = Widget::open(&world.stranger("link-sandbox"), &stranger.token).await;
    assert_eq!(widget.session["organisation"]["name"], "Globex Bank");
    let account = format!("/accounts/{}", linked.account);
    for path in ["/progress", "/events"] {
        widget.api.get(&format!("{account}{path}")).await.refused("MISSING_RESOURCE");
    }
    widget.api.delete(&account).await.refused("MISSING_RESOURCE");
    assert_eq!(widget.api.all("/accounts", 10).await.len(), 0);

    // The same login at the same provider is another account for another tenant.
    let theirs = widget.link("grab", &GEORGE).await;
    assert_ne!(theirs, linked.account);
    world.open(&world.globex).delete(&format!("/accounts/{theirs}")).await.done();
    assert_eq!(world.api().data(&account).await["connectionStatus"], "CONNECTED");
}

async fn users_belong_to_their_tenant(world: World) {
    let (acme, globex) = (world.user().await, NewUser::make(&world.open(&world.globex)).await);
    assert!(acme.id.starts_with("acme-") && globex.id.starts_with("globex-"), "{} {}", acme.id, globex.id);
    let production = NewUser::make(&world.production(&world.acme)).await;
    world.api().get(&format!("/users/{}", production.id)).await.refused("MISSING_RESOURCE");
    let token = format!("/tokens?userId={}", production.id);
    world.api().post_empty(&token).await.refused("MISSING_RESOURCE");
    world.production(&world.acme).post_empty(&token).await.data(201);
}
