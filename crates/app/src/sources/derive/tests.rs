use proptest::prelude::*;
use rust_decimal::Decimal;
use sahod_model::{
    Amount, Currency, Date, ProviderId, Timestamp,
    item::{Contribution, Eincome, Income, Item, PayPeriod, SourceItem, Transaction},
};

use super::derive_eincomes;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn source(item: Item) -> SourceItem {
    SourceItem { key: "1".into(), created_at: Timestamp::from_micros(1), item }
}

fn income(frequency: Option<PayPeriod>, start: &str, end: Option<&str>, gross: Option<&str>) -> Income {
    Income {
        work_item: None,
        employer: Some("ABC Corp".into()),
        start_date: date(start),
        end_date: end.map(date),
        currency: Currency::Php,
        frequency,
        base_amount: None,
        gross_amount: gross.map(amount),
        net_amount: None,
    }
}

fn payslip(frequency: PayPeriod, start: &str, end: &str, gross: &str) -> SourceItem {
    source(Item::Income(income(Some(frequency), start, Some(end), Some(gross))))
}

fn annual(start: &str, end: Option<&str>, gross: &str) -> SourceItem {
    source(Item::Income(income(Some(PayPeriod::Annually), start, end, Some(gross))))
}

fn contribution(on: &str, paid: &str) -> SourceItem {
    let (date, amount) = (date(on), amount(paid));
    source(Item::Contribution(Contribution { date, currency: Currency::Php, amount, reference_id: None }))
}

fn transaction(on: &str, description: &str, paid: &str, currency: Currency) -> SourceItem {
    let (date, amount, description) = (date(on), amount(paid), Some(description.to_owned()));
    source(Item::Transaction(Transaction { date, description, currency, amount, reference_id: None }))
}

fn eincomes_at(provider: &str, items: &[SourceItem], today: &str) -> Vec<Eincome> {
    let provider: ProviderId = provider.parse().unwrap();
    derive_eincomes(None, &provider, items, date(today))
        .into_iter()
        .map(|derived| match derived.item {
            Item::Eincome(eincome) => eincome,
            other => panic!("{other:?}"),
        })
        .collect()
}

/// `month currency amount` of every estimate at `sss_ph` on 2025-03-10.
fn lines(items: &[SourceItem]) -> Vec<String> {
    eincomes_at("sss_ph", items, "2025-03-10")
        .iter()
        .map(|item| {
            assert_eq!(item.amount, item.base_amount);
            let amount = item.amount.map_or("null".to_owned(), |amount| amount.to_string());
            format!("{} {:?} {amount}", item.month, item.currency)
        })
        .collect()
}

#[test]
fn nothing_gives_nothing() {
    assert!(lines(&[]).is_empty());
}

#[test]
fn payslips_are_added_up_in_the_month_in_which_their_period_ends() {
    let items = [
        payslip(PayPeriod::Semimonthly, "2025-01-16", "2025-01-31", "7500.00"),
        payslip(PayPeriod::Semimonthly, "2025-02-01", "2025-02-15", "7500.00"),
        payslip(PayPeriod::Semimonthly, "2025-01-26", "2025-02-28", "8012.25"),
    ];
    assert_eq!(lines(&items), ["2025-01 Php 7500.00", "2025-02 Php 15512.25"]);
}

#[test]
fn a_month_in_progress_needs_a_payslip_for_all_of_it() {
    assert!(lines(&[payslip(PayPeriod::Semimonthly, "2025-03-01", "2025-03-15", "7500")]).is_empty());
    assert_eq!(
        lines(&[payslip(PayPeriod::Monthly, "2025-03-01", "2025-03-31", "15000")]),
        ["2025-03 Php 15000"]
    );
    assert!(lines(&[payslip(PayPeriod::Monthly, "2025-04-01", "2025-04-30", "15000")]).is_empty());
}

#[test]
fn a_payslip_without_gross_counts_with_base_and_then_net() {
    let mut slip = income(None, "2025-01-01", None, None);
    assert_eq!(lines(&[source(Item::Income(slip.clone()))]), ["2025-01 Php null"]);
    slip.net_amount = Some(amount("900"));
    assert_eq!(lines(&[source(Item::Income(slip.clone()))]), ["2025-01 Php 900"]);
    slip.base_amount = Some(amount("1000"));
    assert_eq!(lines(&[source(Item::Income(slip))]), ["2025-01 Php 1000"]);
}

#[test]
fn a_year_is_spread_to_the_cent_and_the_twelfth_month_takes_the_rest() {
    let lines = lines(&[annual("2024-01-01", Some("2024-12-31"), "500000.00")]);
    assert_eq!(lines.len(), 12);
    assert!(lines[..11].iter().all(|line| line.ends_with("Php 41666.67")), "{lines:?}");
    assert_eq!(lines[11], "2024-12 Php 41666.63");
}

#[test]
fn a_salary_goes_on_until_the_next_one_and_never_into_the_future() {
    let items = [annual("2024-11-01", None, "120000"), annual("2025-02-15", None, "240000")];
    assert_eq!(
        lines(&items),
        [
            "2024-11 Php 10000.00",
            "2024-12 Php 10000.00",
            "2025-01 Php 10000.00",
            "2025-02 Php 20000.00",
            "2025-03 Php 20000.00"
        ]
    );
    assert_eq!(lines(&[annual("0001-01-01", Some("9999-12-31"), "12")]).len(), 600);
}

#[test]
fn contributions_lead_to_salary_credits_and_two_employers_to_two() {
    let items = [
        contribution("2024-12-31", "2100"),
        contribution("2025-01-31", "2280"),
        contribution("2025-02-28", "2250"),
        contribution("2025-02-28", "760"),
        contribution("2025-03-31", "100"),
    ];
    assert_eq!(
        lines(&items),
        ["2024-12 Php 15000.00", "2025-01 Php 15000.00", "2025-02 Php 20000.00", "2025-03 Php null"]
    );
}

#[test]
fn contributions_to_a_scheme_without_tables_show_work_and_no_figure() {
    let derived = eincomes_at("epfo_in", &[contribution("2025-01-31", "2280")], "2025-03-10");
    assert_eq!(derived.len(), 1);
    assert_eq!(derived[0].amount, None);
}

#[test]
fn transactions_are_netted_by_month_and_currency_in_months_that_are_over() {
    let items = [
        transaction("2025-01-05", "Order revenue", "255.0000", Currency::Usd),
        transaction("2025-01-05", "Platform fee", "-25.5000", Currency::Usd),
        transaction("2025-01-31", "Withdrawal to bank", "-229.5000", Currency::Usd),
        transaction("2025-01-31", "Withdrawal fee", "-0.9900", Currency::Usd),
        transaction("2025-01-06", "Order revenue", "1000", Currency::Php),
        transaction("2025-03-01", "Order revenue", "80", Currency::Usd),
    ];
    assert_eq!(lines(&items), ["2025-01 Php 1000", "2025-01 Usd 228.5100"]);
}

#[test]
fn the_more_telling_kind_wins_each_month_and_an_unknown_figure_gives_way() {
    let mut unknown = income(Some(PayPeriod::Monthly), "2025-02-01", Some("2025-02-28"), None);
    unknown.employer = None;
    let items = [
        transaction("2024-11-05", "Order revenue", "1", Currency::Php),
        transaction("2024-12-05", "Order revenue", "1", Currency::Php),
        contribution("2024-12-31", "2100"),
        contribution("2025-01-31", "2250"),
        annual("2025-01-01", Some("2025-02-28"), "120000"),
        payslip(PayPeriod::Monthly, "2025-01-01", "2025-01-31", "11000"),
        source(Item::Income(unknown)),
    ];
    assert_eq!(
        lines(&items),
        ["2024-11 Php 1", "2024-12 Php 15000.00", "2025-01 Php 11000", "2025-02 Php 10000.00"]
    );
}

#[test]
fn an_estimate_has_a_stable_key_and_the_age_of_its_newest_item() {
    let mut items =
        [contribution("2025-01-31", "2250"), transaction("2025-01-01", "Tip", "1", Currency::Php)];
    items[0].created_at = Timestamp::from_micros(7);
    items[1].created_at = Timestamp::from_micros(9);
    let derived = derive_eincomes(Some("PH"), &"sss_ph".parse().unwrap(), &items, date("2025-03-10"));
    assert_eq!(derived[0].key, "einc:PHP:2025-01");
    assert_eq!(derived[0].created_at, Timestamp::from_micros(7));
}

#[test]
fn figures_beyond_an_exact_decimal_are_unknown_and_never_a_panic() {
    let largest = Amount::new(Decimal::MAX);
    let slip = |amount| {
        let mut slip = income(Some(PayPeriod::Monthly), "2025-01-01", Some("2025-01-31"), None);
        slip.gross_amount = Some(amount);
        source(Item::Income(slip))
    };
    assert_eq!(lines(&[slip(largest), slip(largest)]), ["2025-01 Php null"]);
    assert_eq!(lines(&[contribution("2025-01-31", &Decimal::MAX.to_string())]), ["2025-01 Php 35000.00"]);
    assert_eq!(lines(&[annual("2024-01-01", Some("2024-12-31"), &Decimal::MAX.to_string())]).len(), 12);
}

proptest! {
    #[test]
    fn a_whole_year_adds_up_to_the_salary(cents in 0_i64..1_000_000_000_000, month in 1_i8..=12) {
        let start = Date::new(2023, month, 1).unwrap();
        let end = start.month().plus(11).last_day();
        let salary = Amount::from_cents(cents);
        let items = [annual(&start.to_string(), Some(&end.to_string()), &salary.to_string())];
        let derived = eincomes_at("abccorp", &items, "2025-03-10");
        prop_assert_eq!(derived.len(), 12);
        let sum: Decimal = derived.iter().filter_map(|item| item.amount).map(Amount::value).sum();
        prop_assert_eq!(sum, salary.value());
        prop_assert!(derived.iter().all(|item| item.amount.is_some_and(|amount| amount.value().scale() == 2)));
    }

    #[test]
    fn transactions_of_past_months_are_neither_lost_nor_counted_twice(
        list in prop::collection::vec((0_i64..800, -100_000_i64..1_000_000), 0..60)
    ) {
        let items: Vec<_> = list
            .iter()
            .map(|(days, cents)| {
                let on = date("2023-01-01").plus_days(*days).to_string();
                transaction(&on, "Order", &Amount::from_cents(*cents).to_string(), Currency::Sgd)
            })
            .collect();
        let derived = eincomes_at("grab", &items, "2025-06-10");
        let sum: Decimal = derived.iter().filter_map(|item| item.amount).map(Amount::value).sum();
        prop_assert_eq!(sum, Decimal::new(list.iter().map(|(_, cents)| cents).sum(), 2));
        prop_assert!(derived.windows(2).all(|pair| pair[0].month < pair[1].month));
    }

    #[test]
    fn the_order_of_the_items_does_not_matter(
        list in prop::collection::vec((0_u8..4, 1_i8..=12, 1_i64..5_000), 0..30).prop_shuffle(),
        turn in 0_usize..30,
    ) {
        let mut items: Vec<_> = list
            .iter()
            .map(|(kind, month, figure)| {
                let (day, figure) = (Date::new(2024, *month, 28).unwrap().to_string(), figure.to_string());
                match kind {
                    0 => payslip(PayPeriod::Monthly, &day, &day, &figure),
                    1 => annual(&day, None, &figure),
                    2 => contribution(&day, &figure),
                    _ => transaction(&day, "Order", &figure, Currency::Php),
                }
            })
            .collect();
        let before = lines(&items);
        let turn = turn % items.len().max(1);
        items.rotate_left(turn);
        items.reverse();
        prop_assert_eq!(lines(&items), before);
    }

    #[test]
    fn a_greater_contribution_never_means_a_smaller_salary(a in 0_i64..700_000, b in 0_i64..700_000) {
        let salary = |cents: i64| {
            let paid = Amount::from_cents(cents).to_string();
            eincomes_at("sss_ph", &[contribution("2025-01-31", &paid)], "2025-03-10")[0].amount
        };
        prop_assert!(salary(a.min(b)) <= salary(a.max(b)));
    }
}
