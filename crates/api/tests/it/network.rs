//! Links with other organisations: days and counts, never who; and only where everybody agreed.

use std::time::Duration;

use sahod_app::Acting;
use serde_json::{Value, json};

use crate::harness::{Client, GEORGE, Person, RYAN, Widget, World, on_both_databases, world::NewUser};

on_both_databases!(
    links_with_others_are_counted_by_day,
    without_both_tenants_nothing_is_told,
    a_person_is_asked_first,
    a_revoke_is_forgotten_elsewhere,
);

/// A person who links at Grab with the organisation of that caller; the account.
async fn link(world: &World, api: &Client, person: &Person) -> String {
    let user = NewUser::make(api).await;
    Widget::open(&world.stranger("link-sandbox"), &user.token).await.link("grab", person).await
}

async fn links(api: &Client, account: &str) -> Vec<Value> {
    api.all(&format!("/links?sourceId={account}"), 10).await
}

async fn features(api: &Client, account: &str) -> Value {
    let mut found = api.all(&format!("/insights?sourceId={account}"), 10).await;
    found.remove(0)["features"].take()
}

async fn links_with_others_are_counted_by_day(world: World) {
    world.share_links().await;
    let (acme, globex) = (world.api(), world.open(&world.globex));
    link(&world, &globex, &GEORGE).await;
    // The same organisation counts once, however many users it makes for the person.
    link(&world, &globex, &GEORGE).await;
    link(&world, &globex, &RYAN).await;
    world.clock.advance(Duration::from_hours(24 * 5));
    link(&world, &acme, &GEORGE).await;
    let account = link(&world, &acme, &GEORGE).await;

    let found = links(&acme, &account).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["startDate"], "2026-11-20T00:00:00Z");
    assert_eq!(found[0]["records"], json!([{ "count": 1, "linkedAt": ["2026-11-20T00:00:00Z"] }]));
    let text = found[0].to_string() + &features(&acme, &account).await.to_string();
    assert!(!text.to_lowercase().contains("globex"), "never who");
    let features = features(&acme, &account).await;
    let figures: Vec<&Value> = [
        "link_days_since_first",
        "link_days_since_last",
        "link_day3_count",
        "link_day7_count",
        "link_day730_count",
    ]
    .map(|name| &features[name])
    .to_vec();
    assert_eq!(json!(figures), json!([5, 5, 0, 1, 1]));
}

async fn without_both_tenants_nothing_is_told(world: World) {
    let (acme, globex) = (world.api(), world.open(&world.globex));
    let before = link(&world, &globex, &GEORGE).await;
    assert_eq!(links(&globex, &before).await, [Value::Null; 0], "off unless switched on");
    assert_eq!(features(&globex, &before).await["link_day30_count"], -998);

    world.app.organisations.share_links(&Acting::operator(), &world.acme.id, true).await.unwrap();
    let account = link(&world, &acme, &GEORGE).await;
    let found = links(&acme, &account).await;
    assert_eq!((&found[0]["startDate"], &found[0]["records"]), (&found[0]["endDate"], &json!([])));
    let alone = features(&acme, &account).await;
    assert_eq!((&alone["link_days_since_first"], &alone["link_day730_count"]), (&json!(-999), &json!(0)));

    // What was linked before the other one shared is not told: nobody was asked.
    world.app.organisations.share_links(&Acting::operator(), &world.globex.id, true).await.unwrap();
    let account = link(&world, &acme, &GEORGE).await;
    assert_eq!(links(&acme, &account).await[0]["records"], json!([]));
}

async fn a_person_is_asked_first(world: World) {
    let asked = async |shares: bool| {
        world.app.organisations.share_links(&Acting::operator(), &world.acme.id, shares).await.unwrap();
        let datapoints = world.widget().await.session["consent"]["datapoints"].take();
        datapoints.as_array().unwrap().contains(&json!("LINK"))
    };
    assert!(!asked(false).await);
    // Who was not asked when the widget opened is not asked behind their back.
    let unasked = world.widget().await;
    assert!(asked(true).await);
    let account = unasked.link("grab", &GEORGE).await;
    assert_eq!(links(&world.api(), &account).await, [Value::Null; 0]);

    // And what a tenant no longer shares is not, although the person would have.
    let willing = world.widget().await;
    assert!(!asked(false).await);
    let account = willing.link("grab", &GEORGE).await;
    assert_eq!(links(&world.api(), &account).await, [Value::Null; 0]);
}

async fn a_revoke_is_forgotten_elsewhere(world: World) {
    world.share_links().await;
    let (acme, globex) = (world.api(), world.open(&world.globex));
    let theirs = link(&world, &globex, &GEORGE).await;
    let linked = world.linked("grab", &GEORGE).await;
    assert_eq!(links(&acme, &linked.account).await[0]["records"][0]["count"], 1);
    globex.delete(&format!("/accounts/{theirs}")).await.done();
    world.widget_for(&linked.user).await.link("grab", &GEORGE).await;
    let after = links(&acme, &linked.account).await;
    assert_eq!((after.len(), &after[0]["records"]), (1, &json!([])), "counted anew, in its place");
    assert_eq!(features(&acme, &linked.account).await["link_day30_count"], 0);
}
