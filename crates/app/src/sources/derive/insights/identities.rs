//! `identity_…`: how old the person is.

use sahod_model::{
    Date,
    insight::{Feature, Features},
    item::Identity,
};

pub(super) fn add(identities: &[Identity], today: Date, features: &mut Features) {
    // A source has one identity. Should one tell of two dates of birth, the later one makes nobody older than they are.
    let born = identities.iter().filter_map(|identity| identity.dob).max();
    let age = match born {
        None => Feature::NoData,
        Some(born) if born > today => Feature::NotComputable,
        Some(born) => Feature::Count((today.whole_months_since(born) / 12).into()),
    };
    features.set("identity_age", age);
}
