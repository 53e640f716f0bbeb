//! What people earn.

use sahod_model::Currency;

use super::generator::Membership;

/// The year whose salary the table below holds.
const BASE_YEAR: i32 = 2022;

/// Monthly salary of the base year, yearly raise and step between providers, in whole units.
struct Scale {
    /// By the person's rank.
    base: [i64; 4],
    step: i64,
    raise: i64,
}

fn scale(currency: Currency) -> Scale {
    match currency {
        Currency::Php => Scale { base: [14_500, 24_000, 54_000, 29_000], step: 500, raise: 1_000 },
        Currency::Idr => {
            Scale { base: [5_200_000, 11_500_000, 19_500_000, 14_800_000], step: 50_000, raise: 300_000 }
        }
        Currency::Sgd => Scale { base: [2_400, 4_300, 6_600, 5_400], step: 100, raise: 100 },
        Currency::Inr => Scale { base: [21_000, 46_000, 82_000, 63_000], step: 500, raise: 2_500 },
        Currency::Usd => Scale { base: [1_400, 3_200, 5_200, 4_100], step: 50, raise: 100 },
    }
}

/// What the person earns a month at that provider in that year, in whole units of its currency.
///
/// George declares 15,000 pesos at `sss_ph` in every year: his contribution is then the 2,250 of the API's published
/// examples, under the schedule in force since 2025.
pub(crate) fn monthly_salary(membership: &Membership<'_>, year: i32) -> i64 {
    if membership.person.rank == 0 && membership.provider.id.as_str() == "sss_ph" {
        return 15_000;
    }
    let scale = scale(membership.currency());
    let base = scale.base[usize::from(membership.person.rank) % 4];
    let own = scale.step * membership.draw("salary", 0).between(0, 8);
    base + own + scale.raise * i64::from((year - BASE_YEAR).max(-4))
}
