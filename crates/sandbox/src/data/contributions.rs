//! Monthly payments into social security.
//!
//! Amounts are **the employer's and the employee's share together**, exactly as the scheme's schedule has them for the
//! person's salary. At `sss_ph` they are rate × monthly salary credit, the provident fund's part (`MySSS` Pension
//! Booster, formerly WISP) included and the employer's Employees' Compensation (EC, 10 or 30 pesos) **not** included.

use sahod_model::{
    Month, Timestamp,
    item::{Contribution, Item, SourceItem},
};

use super::{
    generator::{Membership, month, months, whole},
    salary::monthly_salary,
};
use crate::spec::Scheme;

impl Scheme {
    /// Both shares of one month for a monthly salary in whole units.
    fn contribution(self, salary: i64, month: Month) -> i64 {
        match self {
            Self::Sss => sss(salary, month),
            // 2 % from each side (RA 9679, 2009) of at most 5,000 pesos, since 2024-02 of at most 10,000 (Pag-IBIG
            // Circular 460, 2024-01-15).
            Self::Pagibig => salary.min(if month < self::month(2024, 2) { 5_000 } else { 10_000 }) * 4 / 100,
            // 3.7 % from the employer and 2 % from the worker, without a ceiling (Government Regulation 46/2015).
            Self::Bpjs => salary * 57 / 1_000,
            // 17 % and 20 % up to age 55 (for everyone here, so that ageing changes nothing), of ordinary wages up to
            // a ceiling that rises in steps (CPF Board, announced 2023-02-14).
            Self::Cpf => salary.min(cpf_ceiling(month)) * 37 / 100,
            // 12 % from each side (EPF & MP Act 1952, section 6) of full wages, as both sides may agree to
            // (EPF Scheme 1952, paragraph 26(6)); charges for administration are not included.
            Self::Epf => salary * 24 / 100,
        }
    }
}

/// Ordinary wage ceiling of the CPF in Singapore dollars.
fn cpf_ceiling(month: Month) -> i64 {
    let steps = [(2026, 1, 8_000), (2025, 1, 7_400), (2024, 1, 6_800), (2023, 9, 6_300)];
    steps.into_iter().find(|(year, from, _)| month >= self::month(*year, *from)).map_or(6_000, |step| step.2)
}

/// SSS contribution of an employee and their employer: rate × monthly salary credit (MSC), in pesos. The MSC is the
/// salary rounded to the nearest 500 (halves up), held between the schedule's least and greatest.
///
/// Republic Act 11199 (2019-02-07), section 4(a)(9), and its schedules for business employers: SSS Circulars 2019-005
/// (from 2019-04), 2020-033-b (from 2021-01), 2022-033 (from 2023-01) and 2024-006 (2024-12-19, from 2025-01).
fn sss(salary: i64, month: Month) -> i64 {
    let (percent, least, greatest) = if month >= self::month(2025, 1) {
        (15, 5_000, 35_000)
    } else if month >= self::month(2023, 1) {
        (14, 4_000, 30_000)
    } else if month >= self::month(2021, 1) {
        (13, 3_000, 25_000)
    } else {
        (12, 2_000, 20_000)
    };
    let credit = ((salary + 250) / 500 * 500).clamp(least, greatest);
    credit * percent / 100
}

/// The month of the person's first contribution: 2019-04 for George, when the oldest of the schedules came into force,
/// some time in the three years after that for the others.
pub(crate) fn first_month(membership: &Membership<'_>) -> Month {
    let later = match membership.person.rank {
        0 => 0,
        rank => 8 * i64::from(rank) + membership.draw("first contribution", 0).between(0, 11),
    };
    month(2019, 4).plus(i32::try_from(later).unwrap_or(0))
}

/// Every month's contribution; the scheme posts it early in the month after.
pub(crate) fn read(membership: &Membership<'_>, now: Timestamp) -> Vec<SourceItem> {
    let Some(scheme) = membership.spec.scheme else { return Vec::new() };
    let contribution = |month: Month| {
        let index = i64::from(month.year()) * 100 + i64::from(month.number());
        let posted =
            month.plus(1).day(i8::try_from(membership.draw("posted", index).between(3, 12)).unwrap_or(3));
        SourceItem {
            key: month.to_string(),
            created_at: membership.draw("contribution", index).moment(posted),
            item: Item::Contribution(Contribution {
                date: month.last_day(),
                currency: membership.currency(),
                amount: whole(scheme.contribution(monthly_salary(membership, month.year().into()), month)),
                reference_id: None,
            }),
        }
    };
    months(first_month(membership), now).map(contribution).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sss_amounts_are_those_of_the_published_schedules() {
        // (salary, first month of the schedule, total without EC)
        let table = [
            (1_000, (2019, 4), 240),
            (2_249, (2019, 4), 240),
            (2_250, (2019, 4), 300),
            (10_249, (2019, 4), 1_200),
            (25_000, (2020, 12), 2_400),
            (3_000, (2021, 1), 390),
            (15_000, (2022, 6), 1_950),
            (30_000, (2022, 12), 3_250),
            (4_249, (2023, 1), 560),
            (29_750, (2023, 1), 4_200),
            (29_749, (2024, 12), 4_130),
            (5_249, (2025, 1), 750),
            (15_000, (2025, 1), 2_250),
            (34_749, (2025, 1), 5_175),
            (90_000, (2026, 11), 5_250),
        ];
        for (salary, (year, number), total) in table {
            assert_eq!(
                Scheme::Sss.contribution(salary, month(year, number)),
                total,
                "{salary} {year}-{number}"
            );
        }
    }

    #[test]
    fn other_schemes_follow_their_rates_and_ceilings() {
        assert_eq!(Scheme::Pagibig.contribution(15_000, month(2024, 1)), 200);
        assert_eq!(Scheme::Pagibig.contribution(15_000, month(2024, 2)), 400);
        assert_eq!(Scheme::Bpjs.contribution(5_000_000, month(2024, 1)), 285_000);
        assert_eq!(Scheme::Cpf.contribution(10_000, month(2023, 8)), 2_220);
        assert_eq!(Scheme::Cpf.contribution(10_000, month(2026, 1)), 2_960);
        assert_eq!(Scheme::Cpf.contribution(5_000, month(2026, 1)), 1_850);
        assert_eq!(Scheme::Epf.contribution(15_000, month(2024, 1)), 3_600);
    }
}
