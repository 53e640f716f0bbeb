//! Estimated incomes as they come out of the API, reckoned again from the data that they rest on. The rules are in
//! `docs/estimated-incomes.md`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{GEORGE, World, on_both_databases};

on_both_databases!(
    contributions_tell_the_salary_credit,
    payslips_tell_what_was_earned,
    transactions_tell_what_a_platform_paid,
    an_annual_salary_is_spread_over_its_months,
);

/// A number of JSON in hundredths, read digit by digit: money is never a binary float.
fn cents(amount: &Value) -> i64 {
    let text = amount.as_number().unwrap_or_else(|| panic!("{amount}")).to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction: i64 = format!("{fraction:0<2}").parse().unwrap();
    let whole_cents = whole.trim_start_matches('-').parse::<i64>().unwrap() * 100;
    if whole.starts_with('-') { -(whole_cents + fraction) } else { whole_cents + fraction }
}

fn month(item: &Value, field: &str) -> String {
    item[field].as_str().unwrap()[..7].to_owned()
}

/// A source's estimates by month, after a look at what holds for all of them.
async fn estimates(world: &World, provider: &str) -> (String, BTreeMap<String, Value>) {
    let account = world.linked(provider, &GEORGE).await.account;
    let mut found = BTreeMap::new();
    for item in world.api().all(&format!("/eincomes?sourceId={account}"), 150).await {
        assert_eq!(item["amount"], item["baseAmount"], "the deprecated twin is the same");
        assert_eq!(item["metadata"]["providerId"], provider);
        let month = item["month"].as_str().unwrap().to_owned();
        assert!(month.as_str() <= "2026-11", "no month that has not begun: {month}");
        assert!(found.insert(month, item).is_none(), "one a month");
    }
    assert!(found.len() >= 12, "{}", found.len());
    (account, found)
}

async fn items(world: &World, list: &str, account: &str) -> Vec<Value> {
    world.api().all(&format!("/{list}?sourceId={account}"), 150).await
}

/// What SSS credits for a contribution of that month, in pesos: rate in percent, least and greatest credit.
fn credit(month: &str, paid: i64) -> i64 {
    let tables = [
        ("2025-01", 15, 5_000, 35_000),
        ("2023-01", 14, 4_000, 30_000),
        ("2021-01", 13, 3_000, 25_000),
        ("2019-04", 12, 2_000, 20_000),
        ("2014-01", 11, 1_000, 16_000),
    ];
    let (_, rate, least, greatest) = tables.into_iter().find(|(from, ..)| month >= *from).unwrap();
    let paid_for = (least..=greatest).step_by(500).filter(|credit| credit * rate <= paid);
    paid_for.max().unwrap()
}

async fn contributions_tell_the_salary_credit(world: World) {
    let (account, estimates) = estimates(&world, "sss_ph").await;
    let mut paid: BTreeMap<String, i64> = BTreeMap::new();
    for contribution in items(&world, "contributions", &account).await {
        *paid.entry(month(&contribution, "date")).or_default() += cents(&contribution["amount"]);
    }
    assert!(paid.len() >= 24, "{}", paid.len());
    for (month, paid) in &paid {
        let estimate = &estimates[month];
        assert_eq!(cents(&estimate["amount"]), credit(month, *paid) * 100, "{month}: {paid} paid");
        assert_eq!(estimate["currency"], "PHP");
    }
    assert_eq!(estimates.len(), paid.len());
}

async fn payslips_tell_what_was_earned(world: World) {
    let (account, estimates) = estimates(&world, "abccorp").await;
    let mut earned: BTreeMap<String, i64> = BTreeMap::new();
    for payslip in items(&world, "incomes", &account).await {
        assert_eq!(payslip["frequency"], "Semimonthly");
        *earned.entry(month(&payslip, "endDate")).or_default() += cents(&payslip["grossAmount"]);
    }
    assert!(earned.len() >= 12, "{}", earned.len());
    earned.remove("2026-11");
    for (month, earned) in &earned {
        assert_eq!(cents(&estimates[month]["amount"]), *earned, "{month}");
    }
    assert!(estimates.len() >= earned.len());
    assert!(!estimates.contains_key("2026-11"), "half a month would look like a bad one");
}

async fn transactions_tell_what_a_platform_paid(world: World) {
    for provider in ["upwork", "grab"] {
        let (account, estimates) = estimates(&world, provider).await;
        let mut paid: BTreeMap<String, i64> = BTreeMap::new();
        for transaction in items(&world, "transactions", &account).await {
            *paid.entry(month(&transaction, "date")).or_default() += cents(&transaction["amount"]);
        }
        paid.remove("2026-11");
        assert_eq!(estimates.keys().collect::<Vec<_>>(), paid.keys().collect::<Vec<_>>(), "{provider}");
        for (month, paid) in &paid {
            assert_eq!(cents(&estimates[month]["amount"]), *paid, "{provider} {month}");
        }
        let currency = if provider == "upwork" { "USD" } else { "PHP" };
        assert!(estimates.values().all(|estimate| estimate["currency"] == currency));
    }
}

async fn an_annual_salary_is_spread_over_its_months(world: World) {
    let (account, estimates) = estimates(&world, "workday").await;
    let salaries = items(&world, "incomes", &account).await;
    for salary in &salaries {
        assert_eq!(salary["frequency"], "Annually");
        let year = &salary["startDate"].as_str().unwrap()[..4];
        let months: Vec<i64> = estimates
            .iter()
            .filter(|(month, _)| month.starts_with(year))
            .map(|(_, estimate)| cents(&estimate["amount"]))
            .collect();
        let yearly = cents(&salary["grossAmount"]);
        if months.len() == 12 && salary["startDate"].as_str().unwrap().ends_with("-01-01") {
            assert_eq!(months.iter().sum::<i64>(), yearly, "{year}: a year adds up to the salary");
        }
    }
    assert!(!salaries.is_empty());
}
