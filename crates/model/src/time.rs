//! Moments, days and months as they are stored, compared and written.

use std::{fmt, str::FromStr, time::Duration};

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A moment: microseconds since 1970-01-01T00:00:00Z. Written `yyyy-MM-ddTHH:mm:ssZ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch; moments before it are 0.
    #[must_use]
    pub fn as_millis(self) -> u64 {
        u64::try_from(self.0 / 1_000).unwrap_or(0)
    }

    /// Whole seconds since the epoch, as tokens carry them.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This moment and `by` more; stays at the end of time instead of overflowing.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long `earlier` is ago at this moment; zero when it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// From a date as HTTP headers carry it, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7; the obsolete forms are
    /// not read).
    #[must_use]
    pub fn from_http_date(text: &str) -> Option<Self> {
        let moment = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(Self(moment.timestamp().as_microsecond()))
    }

    /// The first moment after `now` that lies whole months after this one: on the same day of a month, or on its last day when
    /// it is shorter, at the same time of the day.
    #[must_use]
    pub fn next_month_day(self, now: Self) -> Self {
        let months = now.date().month().months_since(self.date().month()).max(1);
        let this_month = self.plus_months(months);
        if this_month > now { this_month } else { self.plus_months(months + 1) }
    }

    /// The last such moment that is not after `now`; this moment itself in the first month.
    #[must_use]
    pub fn last_month_day(self, now: Self) -> Self {
        let months = now.date().month().months_since(self.date().month()).max(0);
        let this_month = self.plus_months(months);
        if this_month <= now || months == 0 { this_month } else { self.plus_months(months - 1) }
    }

    fn plus_months(self, months: i32) -> Self {
        let day = self.date();
        let time = self.0 - day.start().0;
        Self(day.month().plus(months).day(day.day()).start().0 + time)
    }

    /// The UTC day that this moment is in.
    #[must_use]
    pub fn date(self) -> Date {
        Date::from_days(self.0.div_euclid(MICROS_PER_DAY))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{}", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(|moment| Self(moment.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// A duration of weeks, days, hours, minutes and seconds as ISO 8601 writes it, such as `P70D` or `PT90M`; a day has 24 hours.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let span: jiff::Span = text.starts_with('P').then(|| text.parse().ok())??;
    span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok()
}

/// A calendar day, written `yyyy-MM-dd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(civil::Date);

impl Date {
    /// The day `year-month-day`, when there is such a day.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The day that lies `days` after 1970-01-01, held within the calendar.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let epoch = civil::date(1970, 1, 1);
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        Self(epoch.saturating_add(span))
    }

    /// The first moment (UTC) of this day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        let days = self.0.since(civil::date(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()));
        Timestamp(days * MICROS_PER_DAY)
    }

    /// The last moment (UTC) of this day.
    #[must_use]
    pub fn end(self) -> Timestamp {
        Timestamp(self.start().0 + MICROS_PER_DAY - 1)
    }

    /// This day moved by `days`, held within the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        Self(self.0.saturating_add(span))
    }

    /// How many days lie between `earlier` and this day; negative when `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.start().0 - earlier.start().0) / MICROS_PER_DAY
    }

    /// Whole months between `start` and this day: one more on each day of the month that `start` has, or on the last day of
    /// a month that has no such day. Negative when `start` is later.
    #[must_use]
    pub fn whole_months_since(self, start: Self) -> i32 {
        let months = self.month().months_since(start.month());
        if self.month().day(start.day()) <= self { months } else { months - 1 }
    }

    /// The month that this day is in.
    #[must_use]
    pub fn month(self) -> Month {
        Month { year: self.0.year(), month: self.0.month() }
    }

    /// Year of the calendar.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Day of the month, from 1.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// 1 for Monday to 7 for Sunday.
    #[must_use]
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// What is wrong with a date or a month that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {0}")]
pub struct CalendarError(&'static str);

/// Reads exactly `width` digits: the standard library's own parser would also take a sign.
fn digits<T: FromStr>(text: &str, width: usize) -> Option<T> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl FromStr for Date {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = CalendarError("a calendar day written yyyy-MM-dd");
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().unwrap_or_default();
        let (year, month, day) = (digits(next(), 4), digits(next(), 2), digits(next(), 2));
        let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(fault) };
        Self::new(year, month, day).ok_or(fault)
    }
}

/// A calendar month, written `yyyy-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month `year-month`, when there is such a month.
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        Date::new(year, month, 1).map(Date::month)
    }

    /// Its year.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// Its number in the year, from 1.
    #[must_use]
    pub const fn number(self) -> i8 {
        self.month
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        Date(civil::date(self.year, self.month, 1))
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        Date(civil::date(self.year, self.month, 1).last_of_month())
    }

    /// The day of that number in this month, or the last day when the month is shorter.
    #[must_use]
    pub fn day(self, day: i8) -> Date {
        Date::new(self.year, self.month, day.max(1)).unwrap_or_else(|| self.last_day())
    }

    /// This month moved by `months`, held within the calendar.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        let span = jiff::Span::new().try_months(months).unwrap_or_default();
        Date(civil::date(self.year, self.month, 1).saturating_add(span)).month()
    }

    /// How many months lie between `earlier` and this one; negative when `earlier` is later.
    #[must_use]
    pub fn months_since(self, earlier: Self) -> i32 {
        (i32::from(self.year) - i32::from(earlier.year)) * 12 + i32::from(self.month)
            - i32::from(earlier.month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = CalendarError("a calendar month written yyyy-MM");
        let (year, month) = text.split_once('-').ok_or(fault)?;
        let (Some(year), Some(month)) = (digits(year, 4), digits(month, 2)) else { return Err(fault) };
        Self::new(year, month).ok_or(fault)
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

as_text!(Date, Month);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_to_the_second_in_utc() {
        let moment: Timestamp = "2021-04-21T08:25:05.9Z".parse().unwrap();
        assert_eq!(moment.to_string(), "2021-04-21T08:25:05Z");
        assert_eq!(moment.date().to_string(), "2021-04-21");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in
            ["2023-02-29", "2023-13-01", "2023-1-01", "+023-01-01", "2023-01-01T00:00:00Z", "", "٢٠٢٣-01-01"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("2024-02-29".parse::<Date>().unwrap().month().to_string(), "2024-02");
    }

    #[test]
    fn a_month_knows_its_days_and_neighbours() {
        let february: Month = "2024-02".parse().unwrap();
        assert_eq!(february.day(31).to_string(), "2024-02-29");
        assert_eq!(february.plus(-2).to_string(), "2023-12");
        assert_eq!(february.months_since("2022-11".parse().unwrap()), 15);
        assert!("2024-2".parse::<Month>().is_err());
    }

    #[test]
    fn days_and_whole_months_are_counted() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2024-03-01").days_since(day("2024-02-28")), 2);
        assert_eq!(day("2024-02-28").days_since(day("2024-03-01")), -2);
        for (start, end, months) in [
            ("2024-01-15", "2024-02-14", 0),
            ("2024-01-15", "2024-02-15", 1),
            ("2024-01-31", "2024-02-29", 1),
            ("2024-01-31", "2025-01-30", 11),
            ("2000-02-29", "2023-02-28", 276),
            ("2024-02-15", "2024-01-20", -1),
        ] {
            assert_eq!(day(end).whole_months_since(day(start)), months, "{start} to {end}");
        }
    }

    #[test]
    fn a_day_spans_its_first_to_its_last_moment() {
        let day: Date = "1969-12-31".parse().unwrap();
        assert_eq!(day.end().as_micros(), -1);
        assert_eq!(day.start().date(), day);
        assert_eq!(day.end().date(), day);
    }
}
