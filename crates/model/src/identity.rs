//! Who a person is, as a source knows it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Date;

/// Who the person is, as the source knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The whole name.
    pub full_name: String,
    /// First or given name.
    pub first_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Last or family name.
    pub last_name: Option<String>,
    /// What follows the name, such as Jr or III.
    pub suffix: Option<String>,
    /// Gender.
    #[schemars(extend("enum" = ["Male", "Female", "Non-binary", null]))]
    pub gender: Option<String>,
    /// Day of birth.
    pub dob: Option<Date>,
    /// Marital status.
    #[schemars(extend("enum" = ["Divorced", "Married", "Separated", "Single", "Widowed", "Lifetime Partner", null]))]
    pub marital_status: Option<String>,
    /// Country of residence, ISO 3166 alpha-2.
    pub country_residence: Option<String>,
    /// Standing in the country of residence.
    #[schemars(extend("enum" = ["Citizen", "Resident Alien", "Non-resident Alien", "Undocumented", "Others", null]))]
    pub citizenship: Option<String>,
    /// Where the source has a picture of the person.
    pub photo_url: Option<String>,
    /// The source's own number for the person.
    pub reference_id: Option<String>,
    /// The person's public page at the source.
    pub profile_url: Option<String>,
    /// Deprecated: the employer that the source named last. See employments.
    pub latest_employer_name: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// Phone numbers.
    pub phones: Vec<Phone>,
    /// Profiles elsewhere.
    pub social_profiles: Vec<SocialProfile>,
    /// Postal addresses.
    pub addresses: Vec<Address>,
}

/// An e-mail address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Email {
    /// The address.
    pub address: Option<String>,
    /// What the address is for.
    #[schemars(extend("enum" = ["Primary", "Secondary", "Work", "Personal", null]))]
    #[serde(rename = "type")]
    pub email_type: Option<String>,
}

/// A phone number of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Phone {
    /// The number in E.164.
    pub number: Option<String>,
    /// What kind of phone.
    #[schemars(extend("enum" = ["Mobile", "Fixed", "Unspecified", null]))]
    #[serde(rename = "type")]
    pub phone_type: Option<String>,
}

/// A profile elsewhere that the source names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SocialProfile {
    /// Where the profile is.
    pub social_url: Option<String>,
    /// Which network.
    #[schemars(extend("enum" = ["Twitter", "Facebook", "LinkedIn", "Others", null]))]
    #[serde(rename = "type")]
    pub profile_type: Option<String>,
}

/// A postal address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// The whole address in one line.
    pub full_address: Option<String>,
    /// Street and number.
    pub line1: Option<String>,
    /// Building, floor, village or district.
    pub line2: Option<String>,
    /// City or municipality.
    pub city: Option<String>,
    /// Province, state or region.
    pub region: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// Country, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Latitude in decimal degrees, at most six decimals.
    pub latitude: Option<String>,
    /// Longitude in decimal degrees, at most six decimals.
    pub longitude: Option<String>,
    /// Which of the person's addresses it is.
    #[schemars(extend("enum" = ["Primary", "Secondary", null]))]
    #[serde(rename = "type")]
    pub address_type: Option<String>,
    /// What the address is used for.
    #[schemars(extend("items" = { "enum": [
        "Primary", "Secondary", "Home", "Work", "Mailing", "Foreign", "Billing", "Permanent", "Shipping"
    ] }))]
    pub tags: Vec<String>,
}
