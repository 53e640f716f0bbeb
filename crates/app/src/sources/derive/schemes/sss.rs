//! Social Security System, Philippines: the contribution is a percentage of the monthly salary credit (MSC).
//!
//! Rates, least and greatest MSC: Republic Act 11199 (Social Security Act of 2018), section 4(a)(9), with the circulars
//! named at each table; before it, Social Security Commission Resolution 711-s.2013. From 2021 on, the part of the MSC
//! above 20,000 pesos goes at the same rate to the provident fund (WISP, later `MySSS` Pension Booster), so one
//! percentage of the whole MSC gives both parts together.
//!
//! The employer's Employees' Compensation (EC) premium, 10 pesos below an MSC of 15,000 and 30 from there on, may be in
//! an amount or not: it is always less than the 55 pesos and more that lie between two credits.
//!
//! These are the tables for business employers and their workers, the self-employed and voluntary members. Household
//! workers may have credits below the least one here (from 1,000 pesos); those are not estimated.

use sahod_model::Currency;

use super::scheme::{Scheme, Table};

/// The scheme and its tables since 2014.
pub(super) static SCHEME: Scheme = Scheme {
    provider: "sss_ph",
    country: "PH",
    currency: Currency::Php,
    tables: &[
        Table {
            from: (2025, 1),
            source: "RA 11199, section 4(a)(9); SSS Circular 2024-006 of 2024-12-19",
            percent: 15,
            least: 5_000,
            greatest: 35_000,
            step: 500,
        },
        Table {
            from: (2023, 1),
            source: "RA 11199, section 4(a)(9); SSS Circular 2022-033 of 2022-12-13",
            percent: 14,
            least: 4_000,
            greatest: 30_000,
            step: 500,
        },
        Table {
            from: (2021, 1),
            source: "RA 11199, section 4(a)(9); SSS Circular 2020-033-b of 2020-12-22",
            percent: 13,
            least: 3_000,
            greatest: 25_000,
            step: 500,
        },
        Table {
            from: (2019, 4),
            source: "RA 11199, section 4(a)(9); SSS Circular 2019-005, by SSC Resolution 16-s.2019 of 2019-03-13",
            percent: 12,
            least: 2_000,
            greatest: 20_000,
            step: 500,
        },
        Table {
            from: (2014, 1),
            source: "SSS Circular 2013-010, by SSC Resolution 711-s.2013 of 2013-09-20",
            percent: 11,
            least: 1_000,
            greatest: 16_000,
            step: 500,
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn salary(month: &str, paid: &str) -> Option<String> {
        SCHEME.salary(month.parse().unwrap(), paid.parse().unwrap()).map(|salary| salary.to_string())
    }

    fn pesos(amount: i64) -> String {
        format!("{amount}.00")
    }

    /// Every credit of every table, in its first and last month, with and without EC.
    #[test]
    fn every_credit_of_every_year_comes_back() {
        let years = [
            (15, 5_000, 35_000, ["2025-01", "2026-11"]),
            (14, 4_000, 30_000, ["2023-01", "2024-12"]),
            (13, 3_000, 25_000, ["2021-01", "2022-12"]),
            (12, 2_000, 20_000, ["2019-04", "2020-12"]),
            (11, 1_000, 16_000, ["2014-01", "2019-03"]),
        ];
        let mut credits = 0;
        for (percent, least, greatest, months) in years {
            for credit in (least..=greatest).step_by(500) {
                let (ss, ec) = (credit * percent / 100, if credit < 15_000 { 10 } else { 30 });
                for (month, paid) in months.iter().flat_map(|month| [(*month, ss), (*month, ss + ec)]) {
                    assert_eq!(salary(month, &paid.to_string()), Some(pesos(credit)), "{month} {paid}");
                }
                credits += 1;
            }
        }
        assert_eq!(credits, 61 + 53 + 45 + 37 + 31);
    }

    /// Totals as printed in the published tables, EC included (2025: 760 and 5,280; 2023: 570; 2019: 240 without EC).
    #[test]
    fn printed_totals_lead_to_their_credit() {
        assert_eq!(salary("2025-03", "760"), Some(pesos(5_000)));
        assert_eq!(salary("2025-03", "2280.00"), Some(pesos(15_000)));
        assert_eq!(salary("2025-03", "5280"), Some(pesos(35_000)));
        assert_eq!(salary("2023-03", "570"), Some(pesos(4_000)));
        assert_eq!(salary("2022-03", "3280"), Some(pesos(25_000)));
        assert_eq!(salary("2019-04", "240"), Some(pesos(2_000)));
        assert_eq!(salary("2018-04", "1790"), Some(pesos(16_000)));
    }

    #[test]
    fn amounts_between_and_beyond_the_table_are_read_down() {
        assert_eq!(salary("2025-03", "2249.99"), Some(pesos(14_500)));
        assert_eq!(salary("2025-03", "99999"), Some(pesos(35_000)));
        assert_eq!(salary("2025-03", "749.99"), None);
        assert_eq!(salary("2025-03", "-750"), None);
        assert_eq!(salary("2013-12", "1040"), None);
    }

    #[test]
    fn the_compensation_premium_never_reaches_the_next_credit() {
        for table in SCHEME.tables {
            assert!(table.percent * u32::from(table.step) / 100 > 30, "{}", table.source);
        }
    }
}
