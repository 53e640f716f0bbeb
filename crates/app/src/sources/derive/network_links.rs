//! When the same login was linked with other organisations, month by month.

use std::collections::BTreeMap;

use sahod_model::{
    Date, Month, Timestamp,
    network::{LinkRecord, NetworkLink},
};

/// What those days come to at that moment: one record for each month, the newest first.
#[must_use]
pub fn derive_link(linked_on: &[Date], now: Timestamp) -> NetworkLink {
    let mut months: BTreeMap<Month, Vec<Date>> = BTreeMap::new();
    for day in linked_on.iter().filter(|day| day.start() <= now) {
        months.entry(day.month()).or_default().push(*day);
    }
    let first = months.values().flatten().min().map(|day| day.start());
    let record = |mut days: Vec<Date>| {
        days.sort_unstable();
        LinkRecord {
            count: u32::try_from(days.len()).unwrap_or(u32::MAX),
            linked_at: days.into_iter().rev().map(Date::start).collect(),
        }
    };
    NetworkLink {
        start_date: first.unwrap_or(now),
        end_date: now,
        records: months.into_values().rev().map(record).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_by_day_and_month_the_newest_first() {
        let days = ["2025-03-31", "2025-05-02", "2025-05-20", "2025-05-02", "2025-06-11"];
        let days: Vec<Date> = days.iter().map(|day| day.parse().unwrap()).collect();
        let link = derive_link(&days, "2025-06-10T08:30:00Z".parse().unwrap());
        assert_eq!(
            serde_json::to_value(&link).unwrap(),
            serde_json::json!({
                "startDate": "2025-03-31T00:00:00Z",
                "endDate": "2025-06-10T08:30:00Z",
                "records": [
                    {
                        "count": 3,
                        "linkedAt": ["2025-05-20T00:00:00Z", "2025-05-02T00:00:00Z", "2025-05-02T00:00:00Z"],
                    },
                    { "count": 1, "linkedAt": ["2025-03-31T00:00:00Z"] },
                ],
            })
        );
        assert_eq!(derive_link(&[], link.end_date).start_date, link.end_date, "a span of no length");
    }
}
