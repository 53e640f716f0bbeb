//! Loans, as a source knows them.

use serde::{Deserialize, Serialize};

use crate::{
    money::{Amount, Currency},
    pay_period::PayPeriod,
    time::Date,
};

/// A loan, with what is left of it. The first kind of data point whose content changes while it lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Liability {
    /// What sort of loan it is, in the source's words.
    #[serde(rename = "type")]
    pub liability_type: String,
    /// The source's own number for it.
    pub reference_id: Option<String>,
    /// The day on which it was granted.
    pub start_date: Date,
    /// The day on which the last payment is due.
    pub end_date: Option<Date>,
    /// The day on which the first payment is due.
    pub first_amortization_date: Option<Date>,
    /// How often payments are due; null when the source does not say.
    pub amortization_frequency: Option<PayPeriod>,
    /// Currency of all amounts.
    pub currency: Currency,
    /// What was lent.
    pub loan_amount: Amount,
    /// What is due each time.
    pub amortization_amount: Option<Amount>,
    /// What is left of the principal.
    pub outstanding_balance: Option<Amount>,
    /// What is due next, without what is overdue; null when nothing is to come.
    pub next_payment_amount: Option<Amount>,
    /// What should have been paid and was not.
    pub overdue_payment_amount: Option<Amount>,
}
