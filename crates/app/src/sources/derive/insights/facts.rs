//! The facts that insights are worked out from.

use sahod_model::{
    Date,
    item::{Eincome, Employment, Identity, Income},
    liability::Liability,
};

/// What an insight is worked out from: everything of one source that counts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Payslips and annual salaries.
    pub incomes: Vec<Income>,
    /// Estimated incomes.
    pub eincomes: Vec<Eincome>,
    /// Loans.
    pub liabilities: Vec<Liability>,
    /// Jobs.
    pub employments: Vec<Employment>,
    /// Who the person is.
    pub identities: Vec<Identity>,
    /// The days on which the same login was linked with other organisations; `None` when that is not shared here.
    pub linked_on: Option<Vec<Date>>,
}
