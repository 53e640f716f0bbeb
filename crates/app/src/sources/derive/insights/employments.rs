//! `employments_…`: the present job and how many employers there were.

use std::collections::BTreeSet;

use sahod_model::{
    Date,
    insight::{Feature, Features},
    item::Employment,
};

/// What stands for a present job whose source does not say how it stands.
const EMPLOYED: &str = "Employed";
/// What stands for no present job.
const UNEMPLOYED: &str = "Unemployed";

pub(super) fn add(jobs: &[Employment], today: Date, features: &mut Features) {
    let jobs: Vec<&Employment> = jobs.iter().filter(|job| job.start_date <= today).collect();
    let goes_on = |job: &&&Employment| job.end_date.is_none_or(|end| end >= today);
    // Of several present jobs the one that began last; the other fields only make the choice the same in any order.
    let present = jobs.iter().filter(goes_on).max_by(|one, other| {
        (one.start_date, &one.employer, &one.status).cmp(&(other.start_date, &other.employer, &other.status))
    });

    features.set("employments_current_status", Feature::Text(status(&jobs, present.copied())));
    features.set("employments_employer_count", employers(&jobs));
    features.set(
        "employments_current_tenure",
        match present {
            Some(job) => Feature::Count(today.whole_months_since(job.start_date).into()),
            None if jobs.is_empty() => Feature::NoData,
            None => Feature::NotComputable,
        },
    );
}

/// A word in every case: −999 too is written as one here.
fn status(jobs: &[&Employment], present: Option<&Employment>) -> String {
    match present {
        _ if jobs.is_empty() => Feature::NO_DATA.to_string(),
        Some(job) => job.status.clone().unwrap_or_else(|| EMPLOYED.to_owned()),
        None => UNEMPLOYED.to_owned(),
    }
}

/// Employers of different names, whatever the case and the spaces; by their number where they have no name.
fn employers(jobs: &[&Employment]) -> Feature {
    let name = |job: &&Employment| {
        let name = job.employer.as_ref().or(job.employer_number.as_ref())?;
        Some(name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
            .filter(|name| !name.is_empty())
    };
    let names: BTreeSet<String> = jobs.iter().filter_map(name).collect();
    match (names.len(), jobs.len()) {
        (0, 0) => Feature::NoData,
        (0, _) => Feature::NotComputable,
        (number, _) => Feature::count(number),
    }
}
