//! Exports: an account's data as files for people.

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::harness::{GEORGE, World, on_both_databases};

on_both_databases!(
    a_table_holds_every_data_point_digit_for_digit,
    pages_are_made_and_can_be_fetched_for_a_while,
    an_export_is_its_tenants_own_and_ends_with_the_account,
    an_export_of_no_known_form_is_refused,
);

async fn export(world: &World, account: &str, format: &str) -> Value {
    let body = json!({ "exportExtensionType": format });
    world.api().post(&format!("/accounts/{account}/exports/generate"), &body).await.data(200)
}

async fn a_table_holds_every_data_point_digit_for_digit(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let made = export(&world, &linked.account, "CSV").await;
    let (status, media_type, bytes) = world.fetch(&made["downloadUrl"]).await;
    assert_eq!((status, media_type.as_str()), (200, "text/csv; charset=utf-8"));
    assert_eq!(made["md5"], hex(&Md5::digest(&bytes)));
    let text = String::from_utf8(bytes).unwrap();
    let rows: Vec<_> = text.lines().collect();
    let transactions = world.api().all("/transactions", 150).await;
    for transaction in &transactions {
        let (id, amount) = (transaction["id"].as_str().unwrap(), transaction["amount"].to_string());
        let row = rows.iter().find(|row| row.contains(id)).unwrap_or_else(|| panic!("{id} is missing"));
        assert!(row.starts_with("TRANSACTIONS,") && row.split(',').any(|cell| cell == amount), "{row}");
    }
    let identity = world.api().all("/identities", 10).await.remove(0);
    assert!(text.contains(identity["fullName"].as_str().unwrap()));
    assert!(!text.contains(&linked.user), "what is in no data point is in no export");
}

async fn pages_are_made_and_can_be_fetched_for_a_while(world: World) {
    let linked = world.linked("abccorp", &GEORGE).await;
    let made = export(&world, &linked.account, "PDF").await;
    assert_eq!((&made["exportExtensionType"], &made["accountId"]), (&json!("PDF"), &json!(linked.account)));
    let (status, media_type, bytes) = world.fetch(&made["downloadUrl"]).await;
    assert_eq!((status, media_type.as_str()), (200, "application/pdf"));
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 10_000);
    assert_eq!(made["md5"], hex(&Md5::digest(&bytes)));
    world.clock.advance(std::time::Duration::from_mins(15));
    assert_eq!(world.fetch(&made["downloadUrl"]).await.0, 404);
}

async fn an_export_is_its_tenants_own_and_ends_with_the_account(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let path = format!("/accounts/{}/exports/generate", linked.account);
    let body = json!({ "exportExtensionType": "CSV" });
    for other in [world.open(&world.globex), world.production(&world.acme)] {
        assert_eq!(other.post(&path, &body).await.status, 404);
    }
    let made = export(&world, &linked.account, "CSV").await;
    assert_eq!(world.fetch(&made["downloadUrl"]).await.0, 200);
    world.api().delete(&format!("/accounts/{}", linked.account)).await.done();
    assert_eq!(
        world.fetch(&made["downloadUrl"]).await.0,
        404,
        "what was made before is gone with the account"
    );
    // And nothing is left to make another one of.
    world.api().post(&path, &body).await.faulty(&["id"]);
}

async fn an_export_of_no_known_form_is_refused(world: World) {
    let linked = world.linked("upwork", &GEORGE).await;
    let path = format!("/accounts/{}/exports/generate", linked.account);
    for body in [json!({}), json!({ "exportExtensionType": "XLSX" }), json!({ "exportExtensionType": 1 })] {
        world.api().post(&path, &body).await.faulty(&["exportExtensionType"]);
    }
    let nobody = format!("/accounts/a-{}/exports/generate", "0".repeat(32));
    assert_eq!(world.api().post(&nobody, &json!({ "exportExtensionType": "CSV" })).await.status, 404);
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
