//! Who the test people are, as every provider knows them.

use sahod_model::{
    item::{Address, Email, Identity, Item, Phone, SocialProfile, SourceItem},
    provider::ProviderType,
};

use super::generator::{Membership, day};

/// The person's identity. George's is the one of the API's published examples, the same at every provider; the others'
/// also name the employer where the provider knows one.
pub(crate) fn read(membership: &Membership<'_>) -> SourceItem {
    let (person, details) = (membership.person, &membership.person.details);
    let some = |text: &str| Some(text.to_owned());
    let [full, line1, line2, city, region, zip, latitude, longitude] = details.address.map(some);
    let (year, month, of_month) = details.born;
    let knows_employer =
        matches!(membership.provider.provider_type, ProviderType::Employer | ProviderType::System);
    let identity = Identity {
        full_name: details.full_name.to_owned(),
        first_name: some(details.first_name),
        middle_name: details.middle_name.and_then(some),
        last_name: some(details.last_name),
        suffix: details.suffix.and_then(some),
        gender: some(details.gender),
        dob: Some(day(year, month, of_month)),
        marital_status: some(details.marital_status),
        country_residence: some(person.test.country),
        citizenship: some("Citizen"),
        photo_url: details.photo_url.and_then(some),
        reference_id: None,
        profile_url: None,
        latest_employer_name: (knows_employer && person.rank != 0).then(|| membership.employer(0)),
        emails: vec![Email { address: some(person.test.email), email_type: some("Primary") }],
        phones: vec![Phone { number: some(person.test.mobile), phone_type: some("Mobile") }],
        social_profiles: vec![SocialProfile {
            social_url: some(details.profile.0),
            profile_type: some(details.profile.1),
        }],
        addresses: vec![Address {
            full_address: full,
            line1,
            line2,
            city,
            region,
            zip,
            country: some(person.test.country),
            latitude,
            longitude,
            address_type: some("Primary"),
            tags: Vec::new(),
        }],
    };
    SourceItem { key: "identity".to_owned(), created_at: details.recorded_at, item: Item::Identity(identity) }
}
