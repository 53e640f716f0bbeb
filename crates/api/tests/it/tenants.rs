//! What belongs to one tenant and mode is not there for the sessions of another. (Nor for its API keys: `authorisation`.)

use crate::harness::{GEORGE, Widget, World, on_both_databases, world::NewUser};

on_both_databases!(a_widget_of_another_tenant_reaches_nothing, users_belong_to_their_tenant);

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
