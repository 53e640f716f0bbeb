//! Loans: of social security members, advances on wages and on a platform's payouts.
//!
//! One loan follows the other, so that at any present there are old ones, paid back, and mostly one that is being paid.
//! What is left of a loan at a moment follows from its terms and the days that have passed since.

use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use sahod_model::{
    Amount, Date, Timestamp,
    item::{Item, PayPeriod, SourceItem},
    liability::Liability,
};

use super::{
    contributions, employments,
    generator::{Membership, payable, whole},
    salary::monthly_salary,
};
use crate::spec::Loan;

/// More loans than anybody takes in a life.
const MOST_LOANS: i64 = 200;

/// All loans granted by `now`, as they stand then.
pub(crate) fn read(membership: &Membership<'_>, now: Timestamp) -> Vec<SourceItem> {
    membership.spec.loans.iter().flat_map(|loan| taken(membership, loan, now)).collect()
}

/// Every loan of one sort, one after the other.
fn taken(membership: &Membership<'_>, loan: &Loan, now: Timestamp) -> Vec<SourceItem> {
    let scheme = membership.spec.scheme.is_some();
    let member_since = if scheme {
        contributions::first_month(membership)
    } else {
        employments::started(membership).month()
    };
    let mut month = member_since.plus(i32::from(loan.after));
    let mut items = Vec::new();
    for number in 1..=MOST_LOANS {
        let draw = membership.draw(&loan.prefix, number);
        let wait = if number == 1 { draw.between(0, 5) } else { draw.between(2, 12) };
        let granted =
            month.plus(i32::try_from(wait).unwrap_or(0)).day(i8::try_from(draw.between(2, 27)).unwrap_or(2));
        let created_at = draw.moment(granted);
        if created_at > now {
            break;
        }
        let due = DueDates { granted, every: loan.every, lead: if scheme { 2 } else { 1 } };
        let reference = 10_000_000 + draw.below(22_000_000) * 4 + u64::from(membership.person.rank);
        items.push(SourceItem {
            key: format!("{}-{number}", loan.prefix.to_lowercase()),
            created_at,
            item: Item::Liability(liability(membership, loan, &due, reference, now.date())),
        });
        month = due.date(loan.payments.saturating_add(loan.behind)).month().plus(1);
    }
    items
}

fn liability(
    membership: &Membership<'_>,
    loan: &Loan,
    due: &DueDates,
    reference: u64,
    today: Date,
) -> Liability {
    let currency = membership.currency();
    let salary = monthly_salary(membership, due.granted.year().into());
    let lent = (salary * i64::from(loan.percent) / 100).min(loan.most.map_or(i64::MAX, i64::from));
    let plan = Plan::new(lent * 100, loan, |cents| payable(cents, currency));
    let dues = due.passed(loan.payments, 0, today);
    let paid = due.passed(loan.payments, loan.behind, today);
    Liability {
        liability_type: loan.name.clone(),
        reference_id: Some(format!("{}-{reference}", loan.prefix)),
        start_date: due.granted,
        end_date: Some(due.date(loan.payments.saturating_sub(1))),
        first_amortization_date: Some(due.date(0)),
        amortization_frequency: Some(loan.every),
        currency,
        loan_amount: whole(lent),
        amortization_amount: Some(Amount::from_cents(plan.instalment)),
        outstanding_balance: Some(Amount::from_cents(plan.left_after(paid))),
        next_payment_amount: plan.payments.get(dues).map(|cents| Amount::from_cents(*cents)),
        overdue_payment_amount: Some(Amount::from_cents(
            plan.payments.iter().take(dues).skip(paid).sum::<i64>(),
        )),
    }
}

/// When the payments of a loan are due.
struct DueDates {
    granted: Date,
    every: PayPeriod,
    /// Months from the grant to the first payment, where payments are monthly.
    lead: i32,
}

impl DueDates {
    /// The day of the payment of that number, from 0.
    fn date(&self, number: u16) -> Date {
        let month = self.granted.month();
        match self.every {
            PayPeriod::Weekly => self.granted.plus_days(7 * (i64::from(number) + 1)),
            PayPeriod::Semimonthly => {
                let month = month.plus(self.lead + i32::from(number / 2));
                if number.is_multiple_of(2) { month.day(15) } else { month.last_day() }
            }
            _ => month.plus(self.lead + i32::from(number)).last_day(),
        }
    }

    /// How many of `payments` are made by `today` by someone who is `behind` so many.
    fn passed(&self, payments: u16, behind: u16, today: Date) -> usize {
        (0..payments).filter(|number| self.date(number.saturating_add(behind)) <= today).count()
    }
}

/// What is paid when, in hundredths: equal instalments with interest on what is left; the last takes what rounding left.
struct Plan {
    instalment: i64,
    payments: Vec<i64>,
    /// What is left of the principal after each payment.
    left: Vec<i64>,
    principal: i64,
}

impl Plan {
    fn new(principal: i64, loan: &Loan, round: impl Fn(i64) -> i64) -> Self {
        let periods = match loan.every {
            PayPeriod::Weekly => 52,
            PayPeriod::Semimonthly => 24,
            _ => 12,
        };
        let rate = Decimal::from(loan.basis_points) / Decimal::from(10_000 * periods);
        let growth = (0..loan.payments).fold(Decimal::ONE, |product, _| product * (Decimal::ONE + rate));
        let exact = if rate.is_zero() {
            Decimal::from(principal) / Decimal::from(loan.payments.max(1))
        } else {
            Decimal::from(principal) * rate * growth / (growth - Decimal::ONE)
        };
        let instalment = round(cents(exact));
        let (mut payments, mut left, mut balance) = (Vec::new(), Vec::new(), principal);
        for number in 1..=loan.payments {
            let owed = balance + cents(Decimal::from(balance) * rate);
            let payment = if number == loan.payments { owed } else { instalment.min(owed) };
            balance = owed - payment;
            payments.push(payment);
            left.push(balance);
        }
        Self { instalment, payments, left, principal }
    }

    fn left_after(&self, paid: usize) -> i64 {
        paid.checked_sub(1).and_then(|last| self.left.get(last)).copied().unwrap_or(self.principal)
    }
}

/// To whole hundredths, halves away from zero.
fn cents(value: Decimal) -> i64 {
    value.round_dp_with_strategy(0, MidpointAwayFromZero).try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loan(basis_points: u16, payments: u16, every: PayPeriod) -> Loan {
        let (name, prefix) = ("Loan".to_owned(), "L".to_owned());
        Loan { name, prefix, percent: 100, most: None, basis_points, payments, every, after: 0, behind: 0 }
    }

    #[test]
    fn a_salary_loan_of_15_000_is_paid_back_at_692_17_a_month() {
        // 15,000 × (0.1 / 12) / (1 − (1 + 0.1 / 12)^−24) = 692.17…
        let plan = Plan::new(1_500_000, &loan(1_000, 24, PayPeriod::Monthly), |cents| cents);
        assert_eq!(plan.instalment, 69_217);
        assert_eq!(plan.left_after(0), 1_500_000);
        // 15,000.00 + 125.00 interest − 692.17
        assert_eq!(plan.left_after(1), 1_443_283);
        assert_eq!(plan.left_after(24), 0);
        assert!((plan.payments[23] - 69_217).abs() < 30, "{}", plan.payments[23]);
    }

    #[test]
    fn an_advance_without_interest_is_paid_back_to_the_cent() {
        let plan = Plan::new(100_000, &loan(0, 3, PayPeriod::Weekly), |cents| cents);
        assert_eq!((plan.payments, plan.left), (vec![33_333, 33_333, 33_334], vec![66_667, 33_334, 0]));
    }

    #[test]
    fn payments_are_due_in_their_rhythm() {
        let granted = Date::new(2025, 1, 30).unwrap();
        let dates = |every, lead| {
            let due = DueDates { granted, every, lead };
            (0..3).map(|number| due.date(number).to_string()).collect::<Vec<_>>()
        };
        assert_eq!(dates(PayPeriod::Weekly, 1), ["2025-02-06", "2025-02-13", "2025-02-20"]);
        assert_eq!(dates(PayPeriod::Semimonthly, 1), ["2025-02-15", "2025-02-28", "2025-03-15"]);
        assert_eq!(dates(PayPeriod::Monthly, 2), ["2025-03-31", "2025-04-30", "2025-05-31"]);

        let due = DueDates { granted, every: PayPeriod::Monthly, lead: 2 };
        let today = Date::new(2025, 4, 30).unwrap();
        assert_eq!((due.passed(24, 0, today), due.passed(24, 2, today), due.passed(1, 0, today)), (2, 0, 1));
    }
}
