//! Social security schemes whose published tables lead from a contribution back to a salary.
//!
//! A scheme belongs here only when the amount paid fixes the salary it was paid for. `docs/estimated-incomes.md` says
//! which well-known schemes do not, and why.

mod scheme;
mod sss;

use sahod_model::ProviderId;

pub use scheme::Scheme;

/// The scheme that a provider's contributions are paid into, when its tables are known. A `country` that is not the
/// scheme's speaks against it.
#[must_use]
pub fn find(country: Option<&str>, provider: &ProviderId) -> Option<&'static Scheme> {
    SCHEMES.iter().copied().find(|scheme| {
        scheme.provider == provider.as_str() && country.is_none_or(|country| country == scheme.country)
    })
}

/// Every scheme whose tables are known.
const SCHEMES: &[&Scheme] = &[&sss::SCHEME];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_found_by_its_provider_in_its_country() {
        let sss = "sss_ph".parse().unwrap();
        assert!(find(Some("PH"), &sss).is_some());
        assert!(find(None, &sss).is_some());
        assert!(find(Some("SG"), &sss).is_none());
        assert!(find(Some("PH"), &"pagibig_ph".parse().unwrap()).is_none());
    }

    #[test]
    fn tables_stand_newest_first_and_name_their_source() {
        for scheme in SCHEMES {
            assert!(scheme.tables.windows(2).all(|pair| pair[0].from > pair[1].from), "{}", scheme.provider);
            assert!(scheme.tables.iter().all(|table| !table.source.is_empty()));
        }
    }
}
