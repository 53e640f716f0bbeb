use proptest::prelude::*;
use sahod_model::{
    Amount, Currency, Date, Month, Timestamp,
    insight::Feature,
    item::{Eincome, Employment, Identity, Income, PayPeriod},
    liability::Liability,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Facts, derive_insight};

const PAGE: &str = include_str!("../../../../../../docs/insights.md");

/// Facts as the page writes them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Example {
    cutoff_time: Timestamp,
    #[serde(default)]
    incomes: Vec<Income>,
    #[serde(default)]
    liabilities: Vec<Liability>,
    #[serde(default)]
    employments: Vec<Employment>,
    #[serde(default)]
    identities: Vec<Identity>,
    linked_on: Option<Vec<Date>>,
}

impl Example {
    fn features(self) -> Value {
        let facts = Facts {
            incomes: self.incomes,
            eincomes: Vec::new(),
            liabilities: self.liabilities,
            employments: self.employments,
            identities: self.identities,
            linked_on: self.linked_on,
        };
        features(&facts, self.cutoff_time)
    }
}

fn features(facts: &Facts, cutoff: Timestamp) -> Value {
    serde_json::to_value(derive_insight(facts, cutoff).features).unwrap()
}

/// The code blocks of the page that are marked so.
fn blocks(mark: &str) -> Vec<&'static str> {
    let fence = format!("```json {mark}\n");
    PAGE.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_examples_of_the_page_are_right() {
    let (facts, figures) = (blocks("facts"), blocks("features"));
    assert_eq!((facts.len(), figures.len()), (5, 5), "one for each family");
    for (facts, figures) in facts.into_iter().zip(figures) {
        let got = serde_json::from_str::<Example>(facts).unwrap().features();
        for (name, wanted) in serde_json::from_str::<Value>(figures).unwrap().as_object().unwrap() {
            // Digit for digit: 0.0500 is not 0.05.
            assert_eq!(got[name].to_string(), wanted.to_string(), "{name}");
        }
    }
}

#[test]
fn the_page_defines_every_figure() {
    let insight = derive_insight(&Facts::default(), at("2025-06-10T08:00:00Z"));
    for name in insight.features.names() {
        let any = |part: &str, numbers: &[&str]| {
            numbers.iter().fold(name.to_owned(), |name, number| {
                name.replace(&format!("{part}{number}_"), &format!("{part}N_"))
            })
        };
        let window = match name.split('_').next() {
            Some("link") => any("day", &["3", "7", "30", "90", "180", "365", "730"]),
            _ => any("last", &["3", "6", "9", "12", "18"]),
        };
        let family = window.rsplit_once('_').map(|(family, _)| format!("`{family}_…`"));
        let defined = [format!("`{name}`"), format!("`{window}`"), family.unwrap_or_default()];
        assert!(defined.iter().any(|defined| PAGE.contains(defined)), "{name}");
    }
}

#[test]
fn without_facts_no_figure_is_known() {
    let features = features(&Facts::default(), at("2025-06-10T08:00:00Z"));
    for (name, figure) in features.as_object().unwrap() {
        let wanted = match name.as_str() {
            "employments_current_status" => Value::from("-999"),
            link if link.starts_with("link_") => Value::from(-998),
            _ => Value::from(-999),
        };
        assert_eq!(*figure, wanted, "{name}");
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn income(frequency: PayPeriod, end: &str, currency: Currency, gross: &str) -> Income {
    Income {
        work_item: None,
        employer: None,
        start_date: date(end).month().first_day(),
        end_date: Some(date(end)),
        currency,
        frequency: Some(frequency),
        base_amount: None,
        gross_amount: Some(gross.parse().unwrap()),
        net_amount: None,
    }
}

fn eincome(month: &str, currency: Currency, amount: Option<&str>) -> Eincome {
    let amount = amount.map(|amount| amount.parse().unwrap());
    Eincome { month: month.parse().unwrap(), currency, base_amount: amount, amount }
}

#[test]
fn payslips_come_before_estimates_and_are_never_mixed_with_them() {
    let mut facts = Facts {
        eincomes: vec![
            eincome("2025-02", Currency::Php, Some("100")),
            eincome("2025-03", Currency::Php, Some("300")),
            eincome("2025-04", Currency::Php, None),
            eincome("2025-03", Currency::Usd, Some("9000")),
            eincome("2025-06", Currency::Php, Some("70")),
        ],
        incomes: vec![income(PayPeriod::Annually, "2025-12-31", Currency::Php, "1200")],
        ..Facts::default()
    };
    let cutoff = at("2025-06-10T08:00:00Z");
    let estimated = features(&facts, cutoff);
    assert_eq!(
        (&estimated["incomes_count"], estimated["incomes_amount_sum"].to_string().as_str()),
        (&2.into(), "400.00")
    );
    // From February to May; April has no figure, May none either.
    assert_eq!(
        (&estimated["incomes_first_income_month_range"], &estimated["incomes_missing_month_max"]),
        (&4.into(), &2.into())
    );
    assert_eq!(estimated["incomes_latest_growth"].to_string(), "2.0000");
    // On its last day a month is over.
    assert_eq!(features(&facts, at("2025-06-30T00:00:00Z"))["incomes_count"], 3);

    facts.incomes.push(income(PayPeriod::Monthly, "2025-05-31", Currency::Php, "250"));
    let paid = features(&facts, cutoff);
    assert_eq!(
        (&paid["incomes_count"], paid["incomes_amount_sum"].to_string().as_str()),
        (&1.into(), "250.00")
    );
    assert_eq!(
        (&paid["incomes_amount_std"], &paid["incomes_latest_growth"]),
        (&(-998).into(), &(-998).into())
    );
}

#[test]
fn a_window_without_an_income_has_no_figure() {
    let facts = Facts { eincomes: vec![eincome("2024-01", Currency::Php, Some("-5"))], ..Facts::default() };
    let features = features(&facts, at("2025-06-10T08:00:00Z"));
    for (name, figure) in [
        ("incomes_count", 1),
        ("incomes_missing_month_count", 16),
        ("incomes_last12_months_amount_sum", -999),
        ("incomes_last12_months_amount_std", -999),
        ("incomes_latest_growth", -998),
    ] {
        assert_eq!(features[name], figure, "{name}");
    }
    assert_eq!(features["incomes_last18_months_amount_sum"].to_string(), "-5.00");
    assert_eq!(features["incomes_last18_months_max_amount_count"], 1);
}

#[test]
fn what_is_more_than_a_decimal_holds_cannot_be_computed() {
    let most = "79228162514264337593543950335";
    let twice =
        |month| [eincome(month, Currency::Php, Some(most)), eincome(month, Currency::Php, Some(most))];
    let facts = Facts { eincomes: twice("2025-01").to_vec(), ..Facts::default() };
    assert_eq!(features(&facts, at("2025-06-10T08:00:00Z"))["incomes_count"], -998);
}

fn loan(amount: &str, balance: Option<&str>, end: Option<&str>) -> Liability {
    Liability {
        liability_type: "Loan".to_owned(),
        reference_id: None,
        start_date: date("2024-01-10"),
        end_date: end.map(date),
        first_amortization_date: None,
        amortization_frequency: None,
        currency: Currency::Php,
        loan_amount: amount.parse().unwrap(),
        amortization_amount: None,
        outstanding_balance: balance.map(|balance| balance.parse().unwrap()),
        next_payment_amount: None,
        overdue_payment_amount: None,
    }
}

#[test]
fn loans_of_which_little_is_told_are_counted_all_the_same() {
    let cutoff = at("2025-06-10T08:00:00Z");
    let of = |liabilities: Vec<Liability>| features(&Facts { liabilities, ..Facts::default() }, cutoff);
    let unknown = of(vec![loan("100", None, None), loan("300", None, Some("2025-06-09"))]);
    for (name, figure) in [
        ("liabilities_loan_count", 2),
        ("liabilities_finished_loan_count", 1),
        ("liabilities_outstanding_loan_count", 1),
        ("liabilities_outstanding_amount_total", -998),
        ("liabilities_ongoing_amortization_amount_sum", -998),
        ("liabilities_overdue_loan_count", 0),
        ("liabilities_overdue_amount_total", -999),
        ("liabilities_payment_count", 0),
    ] {
        assert_eq!(unknown[name], figure, "{name}");
    }
    let paid_back = of(vec![loan("100", Some("0"), None)]);
    assert_eq!(paid_back["liabilities_outstanding_amount_total"], -999);
    let mut ahead = loan("100", Some("100"), None);
    ahead.start_date = date("2025-06-11");
    assert_eq!(of(vec![ahead.clone()])["liabilities_loan_count"], -999, "granted after the cutoff");
    ahead.start_date = date("2025-06-10");
    ahead.end_date = Some(date("2025-06-09"));
    ahead.outstanding_balance = None;
    ahead.overdue_payment_amount = Some("5".parse().unwrap());
    assert_eq!(of(vec![ahead])["liabilities_finished_loan_count"], 0, "something is overdue");
}

#[test]
fn who_has_no_job_now_is_unemployed() {
    let job = |employer: Option<&str>, start: &str, end: Option<&str>| Employment {
        name: None,
        description: None,
        job_title: None,
        department: None,
        employee_number: None,
        employer_number: None,
        employer: employer.map(str::to_owned),
        status: None,
        start_date: date(start),
        end_date: end.map(date),
        reported_date: None,
    };
    let cutoff = at("2025-06-10T08:00:00Z");
    let of = |employments: Vec<Employment>| {
        let features = features(&Facts { employments, ..Facts::default() }, cutoff);
        ["current_status", "employer_count", "current_tenure"]
            .map(|name| features[format!("employments_{name}")].to_string())
    };
    assert_eq!(of(vec![job(Some("A"), "2020-01-01", Some("2025-06-09"))]), ["\"Unemployed\"", "1", "-998"]);
    assert_eq!(of(vec![job(None, "2025-06-10", None)]), ["\"Employed\"", "-998", "0"]);
    assert_eq!(
        of(vec![job(Some("A"), "2025-06-11", None)]),
        ["\"-999\"", "-999", "-999"],
        "it has not begun"
    );
    let two = vec![job(Some("A"), "2024-01-10", Some("2025-06-10")), job(Some("B"), "2020-01-01", None)];
    assert_eq!(of(two), ["\"Employed\"", "2", "17"]);
}

#[test]
fn ages_change_on_the_birthday() {
    let mut identity: Identity = serde_json::from_str(
        r#"{"fullName":"X","dob":"2000-02-29","emails":[],"phones":[],"socialProfiles":[],"addresses":[]}"#,
    )
    .unwrap();
    let mut age = |born: Option<&str>, today: &str| {
        identity.dob = born.map(date);
        let facts = Facts { identities: vec![identity.clone()], ..Facts::default() };
        let cutoff = at(&format!("{today}T00:00:00Z"));
        derive_insight(&facts, cutoff).features.get("identity_age").unwrap().clone()
    };
    assert_eq!(age(Some("2000-02-29"), "2025-02-27"), Feature::Count(24));
    assert_eq!(age(Some("2000-02-29"), "2025-02-28"), Feature::Count(25));
    assert_eq!(age(Some("2025-02-28"), "2025-02-28"), Feature::Count(0));
    assert_eq!(age(Some("2025-03-01"), "2025-02-28"), Feature::NotComputable);
    assert_eq!(age(None, "2025-02-28"), Feature::NoData);
}

fn any_eincome() -> impl Strategy<Value = Eincome> {
    let currency = prop_oneof![3 => Just(Currency::Php), 1 => Just(Currency::Usd)];
    (0..40_i32, currency, prop::option::weighted(0.9, -50_000_i64..9_000_000)).prop_map(
        |(back, currency, cents)| {
            let amount = cents.map(Amount::from_cents);
            Eincome { month: Month::new(2025, 8).unwrap().plus(-back), currency, base_amount: amount, amount }
        },
    )
}

fn any_loan() -> impl Strategy<Value = Liability> {
    (1..9_000_000_i64, prop::option::of(0..9_000_000_i64), 0..400_i64).prop_map(|(lent, balance, age)| {
        let mut loan = loan("1", None, None);
        loan.loan_amount = Amount::from_cents(lent);
        loan.outstanding_balance = balance.map(Amount::from_cents);
        loan.start_date = date("2025-06-20").plus_days(-age);
        loan.amortization_frequency = [PayPeriod::Weekly, PayPeriod::Monthly, PayPeriod::Variable]
            .get(usize::try_from(age % 3).unwrap())
            .copied();
        loan.amortization_amount = Some(Amount::from_cents(lent / 12));
        loan
    })
}

proptest! {
    #[test]
    fn the_order_of_the_facts_changes_nothing(
        eincomes in prop::collection::vec(any_eincome(), 0..30),
        liabilities in prop::collection::vec(any_loan(), 0..6),
        linked_on in prop::option::of(prop::collection::vec(0..900_i64, 0..6)),
    ) {
        let cutoff = at("2025-06-10T08:00:00Z");
        let linked_on = linked_on.map(|days| days.into_iter().map(|ago| cutoff.date().plus_days(-ago)).collect());
        let facts = Facts { eincomes, liabilities, linked_on, ..Facts::default() };
        let mut turned = facts.clone();
        turned.eincomes.reverse();
        turned.liabilities.reverse();
        if let Some(days) = &mut turned.linked_on { days.reverse() }
        prop_assert_eq!(derive_insight(&facts, cutoff), derive_insight(&turned, cutoff));
    }

    #[test]
    fn counts_hold_together(
        eincomes in prop::collection::vec(any_eincome(), 1..30),
        liabilities in prop::collection::vec(any_loan(), 1..6),
        days in prop::collection::vec(0..900_i64, 0..6),
    ) {
        let cutoff = at("2025-06-10T08:00:00Z");
        let linked_on = Some(days.iter().map(|ago| cutoff.date().plus_days(-ago)).collect());
        let features = features(&Facts { eincomes, liabilities, linked_on, ..Facts::default() }, cutoff);
        let count = |name: &str| features[name].as_i64().unwrap();
        if count("incomes_count") > 0 {
            let missing = count("incomes_missing_month_count");
            prop_assert_eq!(count("incomes_count") + missing, count("incomes_first_income_month_range"));
            prop_assert!(0 <= count("incomes_missing_month_max") && count("incomes_missing_month_max") <= missing);
        }
        if count("liabilities_loan_count") > 0 {
            let (finished, outstanding) =
                (count("liabilities_finished_loan_count"), count("liabilities_outstanding_loan_count"));
            prop_assert_eq!(finished + outstanding, count("liabilities_loan_count"));
        }
        let counts = [3, 7, 30, 90, 180, 365, 730].map(|window| count(&format!("link_day{window}_count")));
        prop_assert!(counts.is_sorted(), "{:?}", counts);
        prop_assert!(usize::try_from(counts[6]).unwrap() <= days.len());
    }
}
