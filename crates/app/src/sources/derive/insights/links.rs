//! `link_…`: when the same login was linked with other organisations.

use sahod_model::{
    Date,
    insight::{Feature, Features},
};

/// Windows, in days.
const WINDOWS: [i64; 7] = [3, 7, 30, 90, 180, 365, 730];

pub(super) fn add(linked_on: Option<&[Date]>, today: Date, features: &mut Features) {
    let since = |day: Option<&Date>| match (linked_on, day) {
        (None, _) => Feature::NotComputable,
        (Some(_), None) => Feature::NoData,
        (Some(_), Some(day)) => Feature::Count(today.days_since(*day)),
    };
    let days: Vec<&Date> = linked_on.unwrap_or_default().iter().filter(|day| **day <= today).collect();
    features.set("link_days_since_first", since(days.iter().min().copied()));
    features.set("link_days_since_last", since(days.iter().max().copied()));
    for window in WINDOWS {
        let within = days.iter().filter(|day| today.days_since(***day) < window).count();
        let count = if linked_on.is_some() { Feature::count(within) } else { Feature::NotComputable };
        features.set(format!("link_day{window}_count"), count);
    }
}
