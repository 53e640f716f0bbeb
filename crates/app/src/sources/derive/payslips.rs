//! Months from payslips: what was earned in the pay periods that ended in the month.

use sahod_model::{
    Month,
    item::{PayPeriod, SourceItem},
};

use super::{
    earnings::{earned, incomes},
    estimates::Estimates,
};

pub(super) fn estimate(items: &[SourceItem], this_month: Month) -> Estimates {
    let mut estimates = Estimates::default();
    for (item, payslip) in incomes(items, false) {
        let month = payslip.end_date.unwrap_or(payslip.start_date).month();
        // A month in progress counts only when one payslip covers all of it: the others of the month may be to come.
        let whole = matches!(payslip.frequency, Some(PayPeriod::Monthly | PayPeriod::Quarterly));
        if month < this_month || (month == this_month && whole) {
            estimates.add(month, payslip.currency, earned(payslip), item);
        }
    }
    estimates
}
