//! Payslips and annual salaries.

use sahod_model::{
    Amount, Currency, Date, Month, Timestamp,
    item::{Income, Item, PayPeriod, SourceItem},
};

use super::{
    employments,
    generator::{Source, day, months, payable},
};

/// The year whose salary the table below holds.
const BASE_YEAR: i32 = 2022;

/// Monthly salary of the base year, yearly raise and step between providers, in whole units.
struct Scale {
    /// By the person's rank.
    base: [i64; 4],
    step: i64,
    raise: i64,
}

fn scale(currency: Currency) -> Scale {
    match currency {
        Currency::Php => Scale { base: [14_500, 24_000, 54_000, 29_000], step: 500, raise: 1_000 },
        Currency::Idr => {
            Scale { base: [5_200_000, 11_500_000, 19_500_000, 14_800_000], step: 50_000, raise: 300_000 }
        }
        Currency::Sgd => Scale { base: [2_400, 4_300, 6_600, 5_400], step: 100, raise: 100 },
        Currency::Inr => Scale { base: [21_000, 46_000, 82_000, 63_000], step: 500, raise: 2_500 },
        Currency::Usd => Scale { base: [1_400, 3_200, 5_200, 4_100], step: 50, raise: 100 },
    }
}

/// What the person earns a month at that provider in that year, in whole units of its currency.
///
/// George declares 15,000 pesos at `sss_ph` in every year: his contribution is then the 2,250 of the API's published
/// examples, under the schedule in force since 2025.
pub(super) fn monthly_salary(source: &Source<'_>, year: i32) -> i64 {
    if source.person.rank == 0 && source.provider.id.as_str() == "sss_ph" {
        return 15_000;
    }
    let scale = scale(source.currency());
    let base = scale.base[usize::from(source.person.rank) % 4];
    let own = scale.step * source.draw("salary", 0).between(0, 8);
    base + own + scale.raise * i64::from((year - BASE_YEAR).max(-4))
}

/// All incomes that the provider has paid or agreed to by `now`.
pub(super) fn read(source: &Source<'_>, now: Timestamp) -> Vec<SourceItem> {
    let started = employments::started(source);
    let all = months(started.month(), now);
    match source.spec.pay {
        Some(PayPeriod::Annually) => {
            let years = i32::from(started.year())..=i32::from(now.date().year());
            years.map(|year| annual_salary(source, year, started)).collect()
        }
        Some(PayPeriod::Semimonthly) => all
            .flat_map(|month| [(month, 1, month.day(15), 1), (month, 16, month.last_day(), 2)])
            .filter(|(month, first, ..)| month.day(*first) >= started)
            .map(|(month, first, last, half)| {
                payslip(source, format!("{month}-{half}"), month, (month.day(first), last), 2)
            })
            .collect(),
        _ => all
            .filter(|month| month.first_day() >= started)
            .map(|month| payslip(source, month.to_string(), month, (month.first_day(), month.last_day()), 1))
            .collect(),
    }
}

/// The payslip of one pay period, of which a month has `parts`. Base, an allowance and some overtime make the gross;
/// tax and social security, a fixed share for each person, come off it.
fn payslip(
    source: &Source<'_>,
    key: String,
    month: Month,
    (first, last): (Date, Date),
    parts: i64,
) -> SourceItem {
    let currency = source.currency();
    let index = i64::from(month.year()) * 1_000 + i64::from(month.number()) * 10 + i64::from(first.day() > 1);
    let draw = source.draw("payslip", index);
    let base = monthly_salary(source, month.year().into()) * 100 / parts;
    let allowance = base * source.draw("allowance", 0).between(3, 7) / 100;
    let overtime = if draw.chance(60) { base * draw.between(1, 9) / 100 } else { 0 };
    let gross = payable(base + allowance + overtime, currency);
    let withheld = [9, 15, 21, 18][usize::from(source.person.rank) % 4];
    let net = payable(gross - gross * withheld / 100, currency);
    let frequency = if parts == 2 { PayPeriod::Semimonthly } else { PayPeriod::Monthly };
    SourceItem {
        key,
        created_at: draw.moment(last),
        item: Item::Income(Income {
            work_item: Some(source.person.trade.title.to_owned()),
            employer: Some(source.employer(0)),
            start_date: first,
            end_date: Some(last),
            currency,
            frequency: Some(frequency),
            base_amount: Some(Amount::from_cents(base)),
            gross_amount: Some(Amount::from_cents(gross)),
            net_amount: Some(Amount::from_cents(net)),
        }),
    }
}

/// The salary agreed for a year, twelve months' worth also for the year in which the job began. Known from the year's
/// first working days on; what is paid out in the end is not the source's to say, so net is absent.
fn annual_salary(source: &Source<'_>, year: i32, started: Date) -> SourceItem {
    let january = day(year, 1, 1);
    let first = started.max(january);
    let base = monthly_salary(source, year) * 12 * 100;
    let allowance = base * source.draw("allowance", 0).between(3, 7) / 100;
    SourceItem {
        key: format!("annual-{year}"),
        created_at: source.draw("annual salary", year.into()).moment(first.plus_days(1)),
        item: Item::Income(Income {
            work_item: Some(source.person.trade.title.to_owned()),
            employer: Some(source.employer(0)),
            start_date: first,
            end_date: Some(day(year, 12, 31)),
            currency: source.currency(),
            frequency: Some(PayPeriod::Annually),
            base_amount: Some(Amount::from_cents(base)),
            gross_amount: Some(Amount::from_cents(base + allowance)),
            net_amount: None,
        }),
    }
}
