//! A social security scheme, and the salary that its tables give for a contribution.

use sahod_model::{Amount, Currency, Month};

/// A scheme, as one provider serves it.
#[derive(Debug)]
pub struct Scheme {
    /// The provider that its contributions are read from.
    pub provider: &'static str,
    /// ISO 3166 alpha-2.
    pub country: &'static str,
    /// What contributions are paid in.
    pub currency: Currency,
    /// Its tables, newest first.
    pub tables: &'static [Table],
}

/// What held from one month until the next table's. A contribution, the employer's and the worker's share together, is
/// a percentage of a notional salary, the salary credit, that moves in steps; all in whole units of the currency.
#[derive(Debug)]
pub struct Table {
    /// Year and number of the first month that it is for.
    pub from: (i16, i8),
    /// The law or circular that sets it.
    #[cfg_attr(not(test), expect(dead_code, reason = "for readers, and for tests that name the table"))]
    pub source: &'static str,
    /// Contribution as a percentage of the credit.
    pub percent: u32,
    /// Least credit.
    pub least: u32,
    /// Greatest credit.
    pub greatest: u32,
    /// From one credit to the next.
    pub step: u16,
}

impl Scheme {
    /// The monthly salary behind `contribution`, paid for `month`; `None` when no table covers it.
    #[must_use]
    pub fn salary(&self, month: Month, contribution: Amount) -> Option<Amount> {
        let month = (month.year(), month.number());
        self.tables.iter().find(|table| table.from <= month)?.credit(contribution)
    }
}

impl Table {
    /// The greatest credit whose contribution was paid in full. That reads an amount with an add-on smaller than a step
    /// (SSS: Employees' Compensation) as well as one without.
    fn credit(&self, contribution: Amount) -> Option<Amount> {
        (self.least..=self.greatest)
            .rev()
            .step_by(self.step.into())
            .find(|credit| self.contribution(*credit) <= contribution)
            .map(|credit| Amount::from_cents(i64::from(credit) * 100))
    }

    fn contribution(&self, credit: u32) -> Amount {
        // A percentage of whole units is a number of hundredths.
        Amount::from_cents(i64::from(credit) * i64::from(self.percent))
    }
}
