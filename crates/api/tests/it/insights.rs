//! Insights as they come out of the API, reckoned again from the data that they rest on. Definitions and examples by hand
//! are in `docs/insights.md`.

use serde_json::Value;

use crate::harness::{GEORGE, RYAN, World, on_both_databases};

on_both_databases!(
    a_member_of_a_scheme_in_figures,
    an_employee_in_figures,
    what_a_source_does_not_tell_has_no_figure,
    a_later_reading_works_them_out_anew,
);

/// Today, by the clock of these tests.
const TODAY: &str = "2026-11-20";

/// A number of JSON in hundredths, read digit by digit: money is never a binary float.
fn cents(amount: &Value) -> i64 {
    let text = amount.as_number().unwrap_or_else(|| panic!("{amount}")).to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    whole.parse::<i64>().unwrap() * 100 + format!("{fraction:0<2}").parse::<i64>().unwrap()
}

async fn items(world: &World, list: &str, account: &str) -> Vec<Value> {
    world.api().all(&format!("/{list}?sourceId={account}"), 150).await
}

async fn insight(world: &World, account: &str) -> Value {
    let mut found = items(world, "insights", account).await;
    assert_eq!(found.len(), 1, "one of each source");
    found.remove(0)
}

/// The amounts of the months that are over, by month.
fn months(items: &[Value], month: &str, amount: &str) -> Vec<(String, i64)> {
    let mut months = std::collections::BTreeMap::new();
    for item in items.iter().filter(|item| item[month].as_str().unwrap()[..7] < TODAY[..7]) {
        *months.entry(item[month].as_str().unwrap()[..7].to_owned()).or_insert(0) += cents(&item[amount]);
    }
    months.into_iter().collect()
}

fn check_incomes(features: &Value, months: &[(String, i64)]) {
    let all: Vec<i64> = months.iter().map(|(_, amount)| *amount).collect();
    assert_eq!(features["incomes_count"], all.len());
    assert_eq!(cents(&features["incomes_amount_sum"]), all.iter().sum::<i64>());
    assert_eq!(cents(&features["incomes_starting_amount"]), all[0]);
    assert_eq!(cents(&features["incomes_current_amount"]), all[all.len() - 1]);
    for (name, first) in [("3", "2026-08"), ("6", "2026-05"), ("12", "2025-11"), ("18", "2025-05")] {
        let within: Vec<i64> =
            months.iter().filter(|(month, _)| month.as_str() >= first).map(|(_, amount)| *amount).collect();
        let figure =
            |statistic: &str| cents(&features[format!("incomes_last{name}_months_amount_{statistic}")]);
        assert_eq!(figure("sum"), within.iter().sum::<i64>(), "{name}");
        assert_eq!(figure("min"), *within.iter().min().unwrap(), "{name}");
        assert_eq!(figure("max"), *within.iter().max().unwrap(), "{name}");
        assert!(figure("min") <= figure("median") && figure("median") <= figure("max"));
    }
}

async fn a_member_of_a_scheme_in_figures(world: World) {
    let account = world.linked("sss_ph", &GEORGE).await.account;
    let insight = insight(&world, &account).await;
    let features = &insight["features"];
    assert!(insight["cutoffTime"].as_str().unwrap().starts_with(TODAY));
    check_incomes(features, &months(&items(&world, "eincomes", &account).await, "month", "amount"));
    // Born on 1970-08-24.
    assert_eq!(features["identity_age"], 56);

    let loans = items(&world, "liabilities", &account).await;
    assert_eq!(features["liabilities_loan_count"], loans.len());
    let total = |field: &str| loans.iter().map(|loan| cents(&loan[field])).sum::<i64>();
    assert_eq!(cents(&features["liabilities_loan_amount_total"]), total("loanAmount"));
    assert_eq!(cents(&features["liabilities_outstanding_amount_total"]), total("outstandingBalance"));
    assert_eq!(cents(&features["liabilities_overdue_amount_total"]), total("overduePaymentAmount"));
    assert_eq!(
        (&features["liabilities_finished_loan_count"], &features["liabilities_overdue_loan_count"]),
        (&1.into(), &1.into())
    );

    let jobs = items(&world, "employments", &account).await;
    let present = jobs.iter().find(|job| job["endDate"].is_null()).unwrap();
    assert_eq!(features["employments_current_status"], present["status"]);
    assert_eq!(features["employments_employer_count"], 2);
    let start: Vec<i64> =
        present["startDate"].as_str().unwrap().split('-').map(|part| part.parse().unwrap()).collect();
    assert_eq!(start[2], 1, "on a first of the month");
    assert_eq!(features["employments_current_tenure"], (2026 - start[0]) * 12 + 11 - start[1]);
}

async fn an_employee_in_figures(world: World) {
    let account = world.linked("abccorp", &RYAN).await.account;
    let insight = insight(&world, &account).await;
    check_incomes(
        &insight["features"],
        &months(&items(&world, "incomes", &account).await, "endDate", "grossAmount"),
    );
    assert_eq!(insight["metadata"]["sourceId"], *account);
}

async fn what_a_source_does_not_tell_has_no_figure(world: World) {
    let account = world.linked("philsys_ph", &GEORGE).await.account;
    let features = insight(&world, &account).await["features"].take();
    for (name, figure) in features.as_object().unwrap() {
        let expected: Value = match name.as_str() {
            "identity_age" => 56.into(),
            "employments_current_status" => "-999".into(),
            // Acme does not share links: what others know cannot be counted.
            link if link.starts_with("link_") => (-998).into(),
            _ => (-999).into(),
        };
        assert_eq!(*figure, expected, "{name}");
    }
    assert_eq!(items(&world, "links", &account).await, [Value::Null; 0]);
}

async fn a_later_reading_works_them_out_anew(world: World) {
    let linked = world.linked("sss_ph", &GEORGE).await;
    let before = insight(&world, &linked.account).await;
    world.two_months_later(&[&linked.account]).await;
    world.widget_for(&linked.user).await.link("sss_ph", &GEORGE).await;
    let after = insight(&world, &linked.account).await;
    assert_eq!(after["id"], before["id"], "in its place");
    assert_eq!(after["metadata"]["createdAt"], before["metadata"]["createdAt"]);
    assert!(after["cutoffTime"].as_str() > before["cutoffTime"].as_str());
    let count = |insight: &Value| insight["features"]["incomes_count"].as_i64().unwrap();
    assert_eq!(count(&after), count(&before) + 2, "two months more");
    let types = world.event_types().await;
    assert_eq!(types.iter().filter(|name| **name == "INSIGHT_ADDED").count(), 1, "it was added once");
    let derived: Vec<_> =
        types.iter().filter(|name| name.starts_with("INSIGHT") || name.starts_with("TASK_F")).collect();
    assert_eq!(derived, [&"INSIGHT_ADDED", &"TASK_FINISHED", &"TASK_FINISHED"]);
}
