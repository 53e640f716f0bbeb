//! Repeatable chance and fixed dates: the same person, provider, topic and number give the same data for ever.

use sahod_model::{Amount, Currency, Date, Month, Provider, Random, SeededRandom, Timestamp};
use std::time::Duration;

use crate::{people::Profile, spec::SandboxSpec};

/// One person at one provider: what all data of a reading is made from.
#[derive(Clone, Copy)]
pub(crate) struct Membership<'a> {
    pub(crate) person: &'a Profile,
    pub(crate) provider: &'a Provider,
    pub(crate) spec: &'a SandboxSpec,
}

impl Membership<'_> {
    /// The draws for the `index`th thing of that topic.
    pub(crate) fn draw(&self, topic: &str, index: i64) -> Draw {
        Draw::new(&[self.person.test.email, self.provider.id.as_str(), topic, &index.to_string()])
    }

    /// What the provider pays in.
    pub(crate) fn currency(&self) -> Currency {
        let of_country = match self.provider.country.as_deref() {
            Some("PH") => Some(Currency::Php),
            Some("ID") => Some(Currency::Idr),
            Some("SG") => Some(Currency::Sgd),
            Some("IN") => Some(Currency::Inr),
            _ => None,
        };
        self.spec.currency.or(of_country).unwrap_or(self.person.test.currency)
    }

    /// A number of `base` × 4 possible ones that no other test person has for this topic.
    pub(crate) fn own_number(&self, topic: &str, base: u64) -> u64 {
        self.draw(topic, 0).below(base) * 4 + u64::from(self.person.rank)
    }

    /// The person's employee number here.
    pub(crate) fn employee_number(&self) -> Option<String> {
        let prefix = self.spec.employee_prefix.as_deref()?;
        let own =
            self.person.known_numbers.iter().find(|(provider, _)| *provider == self.provider.id.as_str());
        Some(match own {
            Some((_, number)) => (*number).to_owned(),
            None => format!("{prefix}-{}", 100_000 + self.own_number("employee number", 200_000)),
        })
    }

    /// Who employs the person: the provider itself, or one of the invented employers that it lists. `step` 0 is the
    /// present employer, 1 the one before, who is the same where the list has one employer for each country.
    pub(crate) fn employer(&self, step: usize) -> String {
        let employers = &self.spec.employers;
        let step = if self.provider.country.is_some() { step } else { 0 };
        employers
            .get((usize::from(self.person.rank) + step) % employers.len().max(1))
            .unwrap_or(&self.provider.long_name)
            .clone()
    }
}

/// A stream of repeatable draws.
pub(crate) struct Draw(SeededRandom);

impl Draw {
    /// A stream that depends on nothing but the texts.
    pub(crate) fn new(texts: &[&str]) -> Self {
        // FNV-1a (Fowler, Noll, Vo 1991), 64 bits, with a separator that no text holds.
        let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xFF]));
        let seed = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self(SeededRandom::new(seed))
    }

    /// A number below `end`; 0 when `end` is 0. Its bias is too small to matter for made-up data.
    pub(crate) fn below(&self, end: u64) -> u64 {
        let random: &dyn Random = &self.0;
        u64::from_le_bytes(random.array()).checked_rem(end).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub(crate) fn between(&self, first: i64, last: i64) -> i64 {
        let span = u64::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// True `percent` times in a hundred.
    pub(crate) fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A moment of that day's office hours.
    pub(crate) fn moment(&self, day: Date) -> Timestamp {
        day.start().plus(Duration::from_secs(8 * 3_600 + self.below(10 * 3_600)))
    }
}

/// That month; `number` counts from 1.
pub(crate) fn month(year: i32, number: i32) -> Month {
    Date::from_days(0).month().plus((year - 1970) * 12 + number - 1)
}

/// That day, or the last one of a shorter month.
pub(crate) fn day(year: i32, number: i32, day: i8) -> Date {
    month(year, number).day(day)
}

/// The months from `first` to the one that `now` is in.
pub(crate) fn months(first: Month, now: Timestamp) -> impl Iterator<Item = Month> {
    (0..=now.date().month().months_since(first)).map(move |index| first.plus(index))
}

/// An amount of whole currency units.
pub(crate) fn whole(units: i64) -> Amount {
    Amount::new(units.into())
}

/// Hundredths as that currency is paid out: rupiah know no hundredths in practice.
pub(crate) fn payable(cents: i64, currency: Currency) -> i64 {
    if currency == Currency::Idr { cents - cents % 100 } else { cents }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_the_texts_alone_and_never_change() {
        let numbers: Vec<u64> = [["a", "b"], ["ab", ""], ["", "ab"], ["a", "b"]]
            .iter()
            .map(|texts| Draw::new(texts).below(1_000_000))
            .collect();
        assert_eq!(numbers[0], numbers[3]);
        assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2]);
        assert_eq!(Draw::new(&["stable", "for ever"]).below(1_000_000), STABLE);
        assert!((0..200).all(|_| (3..=5).contains(&Draw::new(&["x"]).between(3, 5))));
        assert_eq!(Draw::new(&["x"]).below(0), 0);
    }

    /// Changing the generator would change the data of everyone who connected a test account.
    const STABLE: u64 = 66_842;

    #[test]
    fn dates_are_as_written() {
        assert_eq!(day(2023, 2, 31).to_string(), "2023-02-28");
        assert_eq!(month(2019, 4).to_string(), "2019-04");
        assert_eq!(months(month(2024, 11), day(2025, 2, 1).start()).count(), 4);
        assert_eq!(months(month(2024, 11), day(2020, 2, 1).start()).count(), 0);
    }
}
