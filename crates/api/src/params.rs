//! Reads a query string, finding every fault at once instead of stopping at the first.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use sahod_app::Fault;
use sahod_model::{Date, Month, Timestamp, UserId};

use crate::error::ApiError;

/// The parameters of a query, and the faults found so far.
#[derive(Debug, Default)]
pub struct Params {
    values: BTreeMap<String, String>,
    /// Names that were given twice, with another value.
    repeated: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Params {
    /// Takes a raw query apart. A parameter given twice is a fault: it would be a guess which one is meant.
    #[must_use]
    pub fn parse(query: Option<&str>) -> Self {
        Self::from_pairs(form_urlencoded::parse(query.unwrap_or_default().as_bytes()))
    }

    /// From pairs that were taken apart before.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut params = Self::default();
        for (name, value) in pairs {
            if let Some(first) = params.values.get(name.as_ref()) {
                if *first != value {
                    params.repeated.insert(name.into_owned());
                }
                continue;
            }
            params.values.insert(name.into_owned(), value.into_owned());
        }
        params
    }

    /// The value of that name; an empty one counts as not given.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        if self.repeated.remove(name) {
            self.fault(name, "is given twice; give it once");
        }
        self.values.remove(name).filter(|value| !value.is_empty())
    }

    /// The value of that name, read by `read`; what `read` refuses is a fault that says what `wanted` is.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        wanted: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.fault(name, format!("must be {wanted}"));
        }
        value
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &'static str, wanted: &'static str, from: u16, to: u16) -> Option<u16> {
        self.read(name, wanted, |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| digits && (from..=to).contains(number))
        })
    }

    /// The number of an event, or 0.
    pub fn sequence(&mut self, name: &'static str) -> Option<i64> {
        self.read(name, "the sequence of an event, or 0", |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits)
        })
    }

    /// A day.
    pub fn date(&mut self, name: &'static str) -> Option<Date> {
        self.read(name, "a calendar day written yyyy-MM-dd", |text| text.parse().ok())
    }

    /// A month.
    pub fn month(&mut self, name: &'static str) -> Option<Month> {
        self.read(name, "a calendar month written yyyy-MM", |text| text.parse().ok())
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "true or false", |text| text.parse().ok())
    }

    /// Several values in one parameter, separated by commas.
    pub fn values<T>(
        &mut self,
        name: &'static str,
        wanted: &'static str,
        most: usize,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        self.read(name, wanted, |text| {
            let values: Option<Vec<T>> = text.split(',').map(|value| read(value.trim())).collect();
            values.filter(|values| values.len() <= most)
        })
        .unwrap_or_default()
    }

    /// Two ends of a span, which must not be the wrong way round.
    pub fn span<T: PartialOrd + Copy>(
        &mut self,
        names: (&'static str, &'static str),
        read: impl Fn(&mut Self, &'static str) -> Option<T>,
    ) -> (Option<T>, Option<T>) {
        let (start, end) = (read(self, names.0), read(self, names.1));
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            self.fault(names.0, format!("must not be after {}", names.1));
        }
        (start, end)
    }

    /// The moments from the beginning of `startDate` to the end of `endDate`.
    pub fn days(&mut self) -> (Option<Timestamp>, Option<Timestamp>) {
        let (start, end) = self.span(("startDate", "endDate"), Self::date);
        (start.map(Date::start), end.map(Date::end))
    }

    /// The user whose things are asked for.
    pub fn user_id(&mut self) -> Option<UserId> {
        self.read("userId", "a user's id", |text| text.parse().ok())
    }

    /// Notes a fault.
    pub fn fault(&mut self, parameter: &'static str, detail: impl Into<Cow<'static, str>>) {
        self.faults.push(Fault::new(parameter, detail));
    }

    /// Everything that was given and not read yet.
    #[must_use]
    pub const fn rest(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// The end of reading: all faults together, if there are any. Parameters that nobody asked for are ignored, as
    /// clients of the contract expect.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.faults.is_empty() { Ok(()) } else { Err(ApiError::invalid(self.faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_reported_at_once() {
        let mut params =
            Params::parse(Some("size=0&startDate=2024-02-30&endDate=2024-01-01&size=7&active=maybe&x=1"));
        params.number("size", "a whole number from 1 to 150", 1, 150);
        params.span(("startDate", "endDate"), Params::date);
        params.flag("active");
        let error = params.finish().unwrap_err();
        let names: Vec<String> = error.data()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["parameter"].to_string())
            .collect();
        assert_eq!(names, ["\"size\"", "\"size\"", "\"startDate\"", "\"active\""]);
    }

    #[test]
    fn what_nobody_asked_for_may_be_given_twice() {
        let mut params = Params::parse(Some("x=1&x=2&size=7&size=7"));
        assert_eq!(params.number("size", "a number", 1, 150), Some(7));
        assert!(params.finish().is_ok());
    }

    #[test]
    fn a_span_the_wrong_way_round_is_a_fault() {
        let mut params = Params::parse(Some("startDate=2024-02-02&endDate=2024-02-01"));
        params.span(("startDate", "endDate"), Params::date);
        assert!(params.finish().is_err());
    }

    #[test]
    fn numbers_are_plain_digits() {
        for text in ["%2B5", "5.0", "0x5", "151", "99999999999999999999", "-1", "٥"] {
            let mut params = Params::parse(Some(&format!("size={text}")));
            assert_eq!(params.number("size", "a number", 1, 150), None, "{text}");
            assert!(params.finish().is_err(), "{text}");
        }
    }
}
