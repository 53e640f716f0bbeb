//! The jobs that a provider knows of: the present one and the one before.

use sahod_model::{
    Date,
    item::{Employment, Item, SourceItem},
    provider::ProviderType,
};

use super::{
    contributions,
    generator::{Membership, day},
};

/// The present job's first day: an early day of some month from 2022-09 to 2024-05, for government schemes the first
/// day of the month of the first contribution since the change of employer.
pub(crate) fn started(membership: &Membership<'_>) -> Date {
    if membership.spec.scheme.is_some() {
        return contributions::first_month(membership).plus(27).first_day();
    }
    let draw = membership.draw("employment", 0);
    let month = day(2022, 9, 1).month().plus(i32::try_from(draw.below(21)).unwrap_or(0));
    month.day(i8::try_from(draw.between(1, 12)).unwrap_or(1))
}

/// Both jobs. Sources record a job that is over when it ends, so that it never changes afterwards.
pub(crate) fn read(membership: &Membership<'_>) -> Vec<SourceItem> {
    let (first, last) = before(membership);
    let present = employment(membership, 0, started(membership), None);
    let past = employment(membership, 1, first, Some(last));
    let item = |key: &str, recorded: Date, employment: Employment| SourceItem {
        key: key.to_owned(),
        created_at: membership.draw("employment recorded", i64::from(recorded.day())).moment(recorded),
        item: Item::Employment(employment),
    };
    let recorded = present.start_date;
    vec![item("employment-1", last, past), item("employment-2", recorded, present)]
}

/// First and last day of the job before. George's at `abccorp` and `cdecorp` are those of the API's published examples.
fn before(membership: &Membership<'_>) -> (Date, Date) {
    match (membership.person.rank, membership.provider.id.as_str()) {
        (0, "abccorp") => (day(2022, 7, 1), day(2022, 7, 31)),
        (0, "cdecorp") => (day(2022, 6, 1), day(2022, 6, 30)),
        _ if membership.spec.scheme.is_some() => {
            (contributions::first_month(membership).first_day(), started(membership).plus_days(-1))
        }
        _ => {
            let months = i32::try_from(membership.draw("employment before", 0).between(8, 26)).unwrap_or(12);
            let last = started(membership).plus_days(-1);
            (last.month().plus(-months).first_day(), last)
        }
    }
}

/// One job; `step` 0 is the present one, 1 the one before.
fn employment(membership: &Membership<'_>, step: usize, start: Date, end: Option<Date>) -> Employment {
    let trade = &membership.person.trade;
    let some = |text: &str| Some(text.to_owned());
    let status = if end.is_none() || membership.person.rank == 0 { "Permanent" } else { "Contractual" };
    let employer = some(&membership.employer(step));
    if membership.provider.provider_type == ProviderType::Government {
        // A scheme knows who reports the person and since when, not what they do.
        let number =
            100_000_000 + membership.draw("employer number", i64::from(step == 0)).below(900_000_000);
        return Employment {
            name: None,
            description: None,
            job_title: None,
            department: None,
            employee_number: None,
            employer_number: Some(number.to_string()),
            employer,
            status: some(if end.is_none() { "Employed" } else { "Separated" }),
            start_date: start,
            end_date: end,
            reported_date: Some(start.month().plus(1).day(10)),
        };
    }
    Employment {
        name: some(trade.name),
        description: None,
        job_title: some(if step == 0 { trade.title } else { trade.first_title }),
        department: trade.department.and_then(some),
        employee_number: membership
            .employee_number()
            .filter(|_| membership.employer(step) == membership.employer(0)),
        employer_number: None,
        employer,
        status: some(status),
        start_date: start,
        end_date: end,
        reported_date: None,
    }
}
