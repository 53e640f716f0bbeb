//! The catalogue, to customers and in the widget.

use serde_json::{Value, json};

use crate::harness::{Client, World, on_both_databases};

on_both_databases!(
    both_lists_search_filter_and_page,
    the_widget_gets_the_sign_in_form,
    production_offers_no_provider_yet,
    faults_of_filters_are_told_together,
);

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|provider| provider["id"].as_str().unwrap()).collect()
}

async fn page(api: &Client, query: &str) -> Vec<Value> {
    api.data(&format!("/providers?size=150{query}")).await["items"].as_array().unwrap().clone()
}

async fn both_lists_search_filter_and_page(world: World) {
    let widget = world.widget().await;
    for api in [world.api(), widget.api] {
        let all = page(&api, "").await;
        assert!(all.len() >= 30, "{}", all.len());
        for id in ["upwork", "freelancer", "grab", "abccorp", "cdecorp", "sss_ph"] {
            assert!(ids(&all).contains(&id), "{id}");
        }
        assert_eq!(api.all("/providers", 7).await, all, "paging changes nothing");
        assert_eq!(api.data("/providers").await["items"].as_array().unwrap().len(), 10);

        for text in ["UPWORK", "upw", "Upwork%20Global"] {
            assert_eq!(ids(&page(&api, &format!("&name={text}")).await), ["upwork"], "{text}");
        }
        assert_eq!(page(&api, "&name=%F0%9F%90%99nobody").await.len(), 0);
        for kind in ["GIG", "GOVERNMENT", "SYSTEM", "EMPLOYER"] {
            let found = page(&api, &format!("&type={kind}")).await;
            assert!(!found.is_empty() && found.iter().all(|provider| provider["type"] == kind), "{kind}");
        }
        let insurers = page(&api, "&subType=INSURANCE").await;
        assert!(ids(&insurers).contains(&"sss_ph"));
        assert_eq!(ids(&page(&api, "&ids=grab,upwork").await), ["grab", "upwork"]);

        let mut top = page(&api, "&topIds=upwork,abccorp").await;
        assert_eq!(ids(&top)[..2], ["upwork", "abccorp"], "in the given order");
        top.sort_by_key(|provider| provider["id"].to_string());
        let mut sorted = all.clone();
        sorted.sort_by_key(|provider| provider["id"].to_string());
        assert_eq!(top, sorted, "nothing is lost or twice");
        let paged = api.all("/providers?topIds=upwork,abccorp&type=EMPLOYER", 3).await;
        assert_eq!(ids(&paged)[0], "abccorp", "upwork is no employer");
        assert!(paged.iter().all(|provider| provider["type"] == "EMPLOYER"), "pages keep the filters");

        assert_eq!(page(&api, "&active=false").await.len(), 0);
        assert_eq!(page(&api, "&enabled=true&accountConnection=true").await.len(), all.len());
    }
}

async fn the_widget_gets_the_sign_in_form(world: World) {
    let widget = world.widget().await;
    let provider = widget.api.data("/providers/upwork").await;
    let fields = json!([
        { "name": "login", "kind": "LOGIN", "accepts": ["EMAIL", "USERNAME"], "label": "E-mail or user name", "required": true },
        { "name": "password", "kind": "PASSWORD", "accepts": [], "label": "Password", "required": true },
    ]);
    assert_eq!(provider["login"]["fields"], fields);
    assert_eq!((&provider["mfa"], &provider["country"]), (&json!(true), &Value::Null));
    assert_eq!(widget.api.data("/providers/sss_ph").await["country"], "PH");
    let open = world.api().data("/providers/upwork").await;
    assert!(open.get("login").is_none() && open.get("country").is_none(), "the Open API has neither");
    assert_eq!(open["logoUrl"], "http://web.test/logos/upwork.svg");
    for id in ["nobody", "Upwork", "..", "%F0%9F%90%99"] {
        widget.api.get(&format!("/providers/{id}")).await.refused("MISSING_RESOURCE");
        world.api().get(&format!("/providers/{id}")).await.refused("MISSING_RESOURCE");
    }
}

async fn production_offers_no_provider_yet(world: World) {
    let api = world.production(&world.acme);
    assert_eq!(api.all("/providers", 10).await.len(), 0);
    api.get("/providers/upwork").await.refused("MISSING_RESOURCE");
}

async fn faults_of_filters_are_told_together(world: World) {
    let widget = world.widget().await;
    let eleven = ["upwork"; 11].join(",");
    let query = format!(
        "/providers?type=gig&subType=X&active=maybe&enabled=1&accountConnection=yes&ids=,&topIds={eleven}&size=0"
    );
    let faults = ["type", "subType", "active", "enabled", "accountConnection", "ids", "topIds", "size"];
    for api in [world.api(), widget.api] {
        api.get(&query).await.faulty(&faults);
    }
}
