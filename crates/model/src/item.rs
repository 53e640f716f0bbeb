//! The data points themselves, field for field as the API serves them. Absent values are `null`, never dropped.

use serde::{Deserialize, Serialize, ser::SerializeStruct as _};

use crate::{
    datapoint::Datapoint,
    ids::{SourceId, UserId},
    insight::Insight,
    liability::Liability,
    money::{Amount, Currency},
    network::NetworkLink,
    provider::ProviderId,
    time::{Date, Month, Timestamp},
    wire_enum::wire_enum,
};

/// One data point's content, without its id and metadata.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "an identity is rare beside transactions and short-lived")]
pub enum Item {
    /// Who the person is.
    Identity(Identity),
    /// Money in or out.
    Transaction(Transaction),
    /// What customers think of the person.
    Rating(Rating),
    /// A job held.
    Employment(Employment),
    /// A paper that the source holds.
    Document(Document),
    /// A payslip or an annual salary.
    Income(Income),
    /// A payment into social security.
    Contribution(Contribution),
    /// A loan.
    Liability(Liability),
    /// A derived month of income.
    Eincome(Eincome),
    /// Links with other organisations.
    Link(NetworkLink),
    /// Figures about the person.
    Insight(Insight),
}

impl Item {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Datapoint {
        match self {
            Self::Identity(_) => Datapoint::Identities,
            Self::Transaction(_) => Datapoint::Transactions,
            Self::Rating(_) => Datapoint::Ratings,
            Self::Employment(_) => Datapoint::Employments,
            Self::Document(_) => Datapoint::Documents,
            Self::Income(_) => Datapoint::Incomes,
            Self::Contribution(_) => Datapoint::Contributions,
            Self::Liability(_) => Datapoint::Liabilities,
            Self::Eincome(_) => Datapoint::Eincomes,
            Self::Link(_) => Datapoint::Links,
            Self::Insight(_) => Datapoint::Insights,
        }
    }

    /// The moment that lists are sorted and filtered by: the item's own date, else when this system stored it.
    #[must_use]
    pub fn sort(&self, stored_at: Timestamp) -> Timestamp {
        match self {
            Self::Identity(_) | Self::Rating(_) | Self::Document(_) | Self::Link(_) | Self::Insight(_) => {
                stored_at
            }
            Self::Transaction(item) => item.date.start(),
            Self::Employment(item) => item.start_date.start(),
            Self::Income(item) => item.start_date.start(),
            Self::Contribution(item) => item.date.start(),
            Self::Liability(item) => item.start_date.start(),
            Self::Eincome(item) => item.month.first_day().start(),
        }
    }
}

/// Where an item came from; the `metadata` of every item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The item's own part.
    #[serde(flatten)]
    pub times: ItemTimes,
    /// What all items of its source have in common.
    #[serde(flatten)]
    pub source: SourceRef,
}

/// When an item came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemTimes {
    /// When this system stored it.
    pub created_at: Timestamp,
    /// When the source created it.
    pub item_created_at: Timestamp,
}

/// The source that items come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRef {
    /// The account or archive they were read from.
    pub source_id: SourceId,
    /// What kind of source that is.
    pub source_type: SourceType,
    /// Whose it is.
    pub user_id: UserId,
    /// The provider that the source belongs to.
    pub provider_id: ProviderId,
}

impl Serialize for SourceRef {
    /// With the deprecated twin of `sourceId`, which is null for sources that are no accounts.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let account_id = (self.source_type == SourceType::Account).then_some(&self.source_id);
        let mut fields = serializer.serialize_struct("SourceRef", 5)?;
        fields.serialize_field("sourceId", &self.source_id)?;
        fields.serialize_field("sourceType", &self.source_type)?;
        fields.serialize_field("userId", &self.user_id)?;
        fields.serialize_field("providerId", &self.provider_id)?;
        fields.serialize_field("accountId", &account_id)?;
        fields.end()
    }
}

wire_enum! {
    /// What kind of source an item came from.
    SourceType {
        /// A linked account.
        Account = "ACCOUNT",
        /// A document that was read.
        Archive = "ARCHIVE",
        /// An uploaded file.
        Upload = "UPLOAD",
    }
}

/// Who the person is, as the source knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Identity {
    pub full_name: String,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub suffix: Option<String>,
    /// `Male`, `Female` or `Non-binary`.
    pub gender: Option<String>,
    pub dob: Option<Date>,
    /// `Divorced`, `Married`, `Separated`, `Single`, `Widowed` or `Lifetime Partner`.
    pub marital_status: Option<String>,
    /// ISO 3166 alpha-2.
    pub country_residence: Option<String>,
    /// `Citizen`, `Resident Alien`, `Non-resident Alien`, `Undocumented` or `Others`.
    pub citizenship: Option<String>,
    pub photo_url: Option<String>,
    pub reference_id: Option<String>,
    pub profile_url: Option<String>,
    pub latest_employer_name: Option<String>,
    pub emails: Vec<Email>,
    pub phones: Vec<Phone>,
    pub social_profiles: Vec<SocialProfile>,
    pub addresses: Vec<Address>,
}

/// An e-mail address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Email {
    pub address: Option<String>,
    /// `Primary`, `Secondary`, `Work` or `Personal`.
    #[serde(rename = "type")]
    pub email_type: Option<String>,
}

/// A phone number of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// E.164.
    pub number: Option<String>,
    /// `Mobile`, `Fixed` or `Unspecified`.
    #[serde(rename = "type")]
    pub phone_type: Option<String>,
}

/// A profile elsewhere that the source names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct SocialProfile {
    pub social_url: Option<String>,
    /// `Twitter`, `Facebook`, `LinkedIn` or `Others`.
    #[serde(rename = "type")]
    pub profile_type: Option<String>,
}

/// A postal address of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Address {
    pub full_address: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub zip: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// Decimal degrees, at most six decimals.
    pub latitude: Option<String>,
    /// Decimal degrees, at most six decimals.
    pub longitude: Option<String>,
    /// `Primary` or `Secondary`.
    #[serde(rename = "type")]
    pub address_type: Option<String>,
    /// Any of `Primary`, `Secondary`, `Home`, `Work`, `Mailing`, `Foreign`, `Billing`, `Permanent`, `Shipping`.
    pub tags: Vec<String>,
}

/// Money in (positive) or out (negative) at a platform.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Transaction {
    pub date: Date,
    pub description: Option<String>,
    pub currency: Currency,
    pub amount: Amount,
    pub reference_id: Option<String>,
}

/// What a platform's customers think of the person.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Rating {
    pub current_rating: Option<Amount>,
    pub max_rating: Option<Amount>,
    pub calculated_percentage: Option<Amount>,
    pub reviews_received: Option<u32>,
    pub likes_received: Option<u32>,
    pub jobs_completed: Option<u32>,
}

/// A job held, now or in the past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Employment {
    pub name: Option<String>,
    pub description: Option<String>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub employee_number: Option<String>,
    pub employer_number: Option<String>,
    pub employer: Option<String>,
    pub status: Option<String>,
    pub start_date: Date,
    /// Null while the job goes on.
    pub end_date: Option<Date>,
    pub reported_date: Option<Date>,
}

/// A paper that the source holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are the contract's, and their names say what they hold")]
pub struct Document {
    pub name: String,
    pub doc_id: Option<String>,
    pub status: Option<String>,
    pub document_type: Option<DocumentType>,
    pub issue_date: Option<Date>,
    pub expiry_date: Option<Date>,
    pub file_url: Option<String>,
    pub remarks: Option<String>,
}

/// What a paper is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the variants are the contract's")]
pub enum DocumentType {
    Identification,
    Payslip,
    Clearance,
    Certificate,
}

/// A payslip, or an annual salary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Income {
    /// What the person was paid for.
    pub work_item: Option<String>,
    /// Who paid.
    pub employer: Option<String>,
    /// First day of the pay period.
    pub start_date: Date,
    /// Last day of the pay period.
    pub end_date: Option<Date>,
    /// Currency of all three amounts.
    pub currency: Currency,
    /// How long a pay period is.
    pub frequency: Option<PayPeriod>,
    /// Basic pay.
    pub base_amount: Option<Amount>,
    /// Everything earned, before deductions.
    pub gross_amount: Option<Amount>,
    /// What was paid out.
    pub net_amount: Option<Amount>,
}

/// How long a pay period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the variants are the contract's, and their names say what they mean")]
pub enum PayPeriod {
    Hourly,
    Daily,
    Weekly,
    Semimonthly,
    Monthly,
    Bimonthly,
    Quarterly,
    Annually,
    Variable,
    Unspecified,
}

/// A payment into social security, by the person, the employer or both together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    /// Last day of the month that it is for.
    pub date: Date,
    /// Currency of the amount.
    pub currency: Currency,
    /// The whole payment, both shares.
    pub amount: Amount,
    /// The scheme's own number for it.
    pub reference_id: Option<String>,
}

/// A month's income, derived by this system from the other kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Eincome {
    /// The month.
    pub month: Month,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Deprecated twin of `amount`.
    pub base_amount: Option<Amount>,
    /// The estimate; null when the source shows work but no figure to derive it from.
    pub amount: Option<Amount>,
}

/// A data point as a connector hands it over.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceItem {
    /// What identifies it at the source, the same at every reading: a payslip number, an order number, a month.
    pub key: String,
    /// When the source created it.
    pub created_at: Timestamp,
    /// Its content.
    pub item: Item,
}
