//! Payslips and annual salaries.

use sahod_model::{
    Amount, Date, Month, Timestamp,
    item::{Income, Item, PayPeriod, SourceItem},
};

use super::{
    employments,
    generator::{Membership, day, months, payable},
    salary::monthly_salary,
};

/// All incomes that the provider has paid or agreed to by `now`.
pub(crate) fn read(membership: &Membership<'_>, now: Timestamp) -> Vec<SourceItem> {
    let started = employments::started(membership);
    let all = months(started.month(), now);
    match membership.spec.pay {
        Some(PayPeriod::Annually) => {
            let years = i32::from(started.year())..=i32::from(now.date().year());
            years.map(|year| annual_salary(membership, year, started)).collect()
        }
        Some(PayPeriod::Semimonthly) => all
            .flat_map(|month| [(month, 1, month.day(15), 1), (month, 16, month.last_day(), 2)])
            .filter(|(month, first, ..)| month.day(*first) >= started)
            .map(|(month, first, last, half)| {
                payslip(membership, format!("{month}-{half}"), month, (month.day(first), last), 2)
            })
            .collect(),
        _ => all
            .filter(|month| month.first_day() >= started)
            .map(|month| {
                payslip(membership, month.to_string(), month, (month.first_day(), month.last_day()), 1)
            })
            .collect(),
    }
}

/// The payslip of one pay period, of which a month has `parts`. Base, an allowance and some overtime make the gross;
/// tax and social security, a fixed share for each person, come off it.
fn payslip(
    membership: &Membership<'_>,
    key: String,
    month: Month,
    (first, last): (Date, Date),
    parts: i64,
) -> SourceItem {
    let currency = membership.currency();
    let index = i64::from(month.year()) * 1_000 + i64::from(month.number()) * 10 + i64::from(first.day() > 1);
    let draw = membership.draw("payslip", index);
    let base = monthly_salary(membership, month.year().into()) * 100 / parts;
    let allowance = base * membership.draw("allowance", 0).between(3, 7) / 100;
    let overtime = if draw.chance(60) { base * draw.between(1, 9) / 100 } else { 0 };
    let gross = payable(base + allowance + overtime, currency);
    let withheld = [9, 15, 21, 18][usize::from(membership.person.rank) % 4];
    let net = payable(gross - gross * withheld / 100, currency);
    let frequency = if parts == 2 { PayPeriod::Semimonthly } else { PayPeriod::Monthly };
    SourceItem {
        key,
        created_at: draw.moment(last),
        item: Item::Income(Income {
            work_item: Some(membership.person.trade.title.to_owned()),
            employer: Some(membership.employer(0)),
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
fn annual_salary(membership: &Membership<'_>, year: i32, started: Date) -> SourceItem {
    let january = day(year, 1, 1);
    let first = started.max(january);
    let base = monthly_salary(membership, year) * 12 * 100;
    let allowance = base * membership.draw("allowance", 0).between(3, 7) / 100;
    SourceItem {
        key: format!("annual-{year}"),
        created_at: membership.draw("annual salary", year.into()).moment(first.plus_days(1)),
        item: Item::Income(Income {
            work_item: Some(membership.person.trade.title.to_owned()),
            employer: Some(membership.employer(0)),
            start_date: first,
            end_date: Some(day(year, 12, 31)),
            currency: membership.currency(),
            frequency: Some(PayPeriod::Annually),
            base_amount: Some(Amount::from_cents(base)),
            gross_amount: Some(Amount::from_cents(base + allowance)),
            net_amount: None,
        }),
    }
}
