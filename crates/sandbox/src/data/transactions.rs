//! What a platform paid and charged, order by order.

use sahod_model::{
    Amount, Currency, Timestamp,
    item::{Item, SourceItem, Transaction},
};

use super::generator::{Draw, Membership, day, payable};
use crate::spec::Work;

/// The rhythm and the prices of a line of work.
struct Plan {
    days_a_week: (i64, i64),
    orders_a_day: (i64, i64),
    /// Cents of a United States dollar.
    price: (i64, i64),
    fee_percent: i64,
    tip_chance: u64,
    /// Whether every fourth week ends with a bonus.
    bonus: bool,
}

impl Work {
    const fn plan(self) -> Plan {
        let (days_a_week, orders_a_day, price, fee_percent, tip_chance, bonus) = match self {
            Self::Freelance => ((1, 3), (1, 1), (6_000, 42_000), 10, 8, false),
            Self::Delivery => ((2, 5), (1, 2), (250, 900), 20, 20, true),
            Self::Rides => ((2, 5), (1, 2), (300, 1_400), 20, 15, true),
            Self::Selling => ((1, 3), (1, 2), (500, 6_000), 5, 0, false),
            Self::Hosting => ((1, 2), (1, 1), (4_500, 21_000), 3, 0, false),
        };
        Plan { days_a_week, orders_a_day, price, fee_percent, tip_chance, bonus }
    }
}

/// Hundredths of that currency for a dollar (round figures near the rates of 2024, never adjusted), and what prices are
/// rounded down to, in hundredths.
const fn money(currency: Currency) -> (i64, i64) {
    match currency {
        Currency::Php => (5_600, 50),
        Currency::Idr => (1_600_000, 50_000),
        Currency::Sgd => (135, 10),
        Currency::Inr => (8_400, 100),
        Currency::Usd => (100, 25),
    }
}

/// Every transaction since the person joined the platform: from some Monday between 2023-07-03 and 2023-11-13 on.
/// One reading sees the whole history; whoever reads more often sees the same orders under the same keys.
pub(crate) fn read(membership: &Membership<'_>, now: Timestamp) -> Vec<SourceItem> {
    let Some(work) = membership.spec.work else { return Vec::new() };
    let plan = work.plan();
    let joined = day(2023, 7, 3).plus_days(7 * membership.draw("joined", 0).between(0, 19));
    let days = i64::try_from(now.since(joined.start()).as_secs() / 86_400).unwrap_or(0);
    let mut items = Vec::new();
    for week in 0..=days / 7 {
        let draw = membership.draw("week", week);
        let mut order = 0;
        for working_day in working_days(&draw, plan.days_a_week) {
            let date = joined.plus_days(7 * week + working_day);
            for _ in 0..draw.between(plan.orders_a_day.0, plan.orders_a_day.1) {
                sell(
                    membership,
                    &plan,
                    &draw,
                    (date, order_number(membership, week * 64 + order)),
                    &mut items,
                );
                order += 1;
            }
        }
        if plan.bonus && week % 4 == 3 {
            let number = order_number(membership, week * 64 + 63);
            let amount = price(membership, &draw, plan.price) * 2;
            let at = draw.moment(joined.plus_days(7 * week + 6));
            items.push(item(
                membership,
                format!("{number}-bonus"),
                at,
                "Bonus",
                amount,
                format!("Bonus ID-{number}"),
            ));
        }
    }
    items
}

/// How many transactions [`many`] are.
const MANY: i64 = 20_000;

/// As many small orders more, over the year before the person's other ones began.
pub(crate) fn many(membership: &Membership<'_>) -> Vec<SourceItem> {
    let Some(work) = membership.spec.work else { return Vec::new() };
    let plan = work.plan();
    let from = day(2022, 7, 1);
    (0..MANY)
        .map(|index| {
            let draw = membership.draw("many", index);
            let at = draw.moment(from.plus_days(index * 365 / MANY));
            // Below every order number, which has twelve digits.
            let number = format!("{:09}", index + 1);
            let amount = price(membership, &draw, plan.price);
            item(membership, number.clone(), at, "Order revenue", amount, format!("Order ID-{number}"))
        })
        .collect()
}

/// One order: what it earned, a tip at times, the platform's fee.
fn sell(
    membership: &Membership<'_>,
    plan: &Plan,
    draw: &Draw,
    (date, number): (sahod_model::Date, String),
    items: &mut Vec<SourceItem>,
) {
    let price = price(membership, draw, plan.price);
    let at = draw.moment(date);
    let reference = format!("Order ID-{number}");
    items.push(item(membership, number.clone(), at, "Order revenue", price, reference.clone()));
    if draw.chance(plan.tip_chance) {
        let tip = price * draw.between(5, 20) / 100;
        items.push(item(membership, format!("{number}-tip"), at, "Tip", tip, reference.clone()));
    }
    let fee = price * plan.fee_percent / 100;
    items.push(item(membership, format!("{number}-fee"), at, "Platform fee", -fee, reference));
}

fn item(
    membership: &Membership<'_>,
    key: String,
    at: Timestamp,
    description: &str,
    cents: i64,
    reference: String,
) -> SourceItem {
    let currency = membership.currency();
    SourceItem {
        key,
        created_at: at,
        item: Item::Transaction(Transaction {
            date: at.date(),
            description: Some(description.to_owned()),
            currency,
            amount: Amount::from_cents(payable(cents, currency)),
            reference_id: Some(reference),
        }),
    }
}

/// That many different days of a week, in order.
fn working_days(draw: &Draw, (least, most): (i64, i64)) -> Vec<i64> {
    let wanted = usize::try_from(draw.between(least, most)).unwrap_or(1);
    let mut days: Vec<i64> = (0..7).collect();
    while days.len() > wanted {
        let unlucky = usize::try_from(draw.below(days.len() as u64)).unwrap_or(0);
        days.remove(unlucky);
    }
    days
}

/// A price in hundredths of the source's currency.
fn price(membership: &Membership<'_>, draw: &Draw, (least, most): (i64, i64)) -> i64 {
    let (rate, unit) = money(membership.currency());
    let cents = draw.between(least, most) * rate / 100;
    (cents - cents % unit).max(unit)
}

/// Twelve digits that no other order of the same person at the same platform has: three of their own, and nine that
/// scramble `index` one to one (the factor has no divisor in common with 10).
fn order_number(membership: &Membership<'_>, index: i64) -> String {
    let own = 100 + membership.own_number("orders", 225);
    let scrambled = (index * 736_481_953 + 481_516_234).rem_euclid(1_000_000_000);
    format!("{own}{scrambled:09}")
}
