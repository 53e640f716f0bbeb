//! The data points themselves, field for field as the API serves them. Absent values are `null`, never dropped.

use schemars::JsonSchema;
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

pub use crate::{
    identity::{Address, Email, Identity, Phone, SocialProfile},
    pay_period::PayPeriod,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Metadata {
    /// The item's own part.
    #[serde(flatten)]
    pub times: ItemTimes,
    /// What all items of its source have in common.
    #[serde(flatten)]
    pub source: SourceRef,
}

/// When an item came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
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

/// Money in (positive) or out (negative) at a platform.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// The day of the movement.
    pub date: Date,
    /// What it was for, in the words of the source.
    pub description: Option<String>,
    /// Currency of the amount.
    pub currency: Currency,
    /// How much: positive was paid to the person, negative by the person.
    pub amount: Amount,
    /// The source's own number for it.
    pub reference_id: Option<String>,
}

/// What a platform's customers think of the person.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// The present rating, out of `maxRating`.
    pub current_rating: Option<Amount>,
    /// The best possible rating.
    pub max_rating: Option<Amount>,
    /// `currentRating` as a share of `maxRating`, in percent.
    pub calculated_percentage: Option<Amount>,
    /// How many reviews.
    pub reviews_received: Option<u32>,
    /// How many likes.
    pub likes_received: Option<u32>,
    /// How many jobs were done.
    pub jobs_completed: Option<u32>,
}

/// A job held, now or in the past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Employment {
    /// What the source calls the engagement.
    pub name: Option<String>,
    /// What the work is.
    pub description: Option<String>,
    /// Title of the position.
    pub job_title: Option<String>,
    /// Department or team.
    pub department: Option<String>,
    /// The person's number at the employer.
    pub employee_number: Option<String>,
    /// The employer's number at the source.
    pub employer_number: Option<String>,
    /// The employer's name.
    pub employer: Option<String>,
    /// State of the employment, in the words of the source.
    pub status: Option<String>,
    /// First day.
    pub start_date: Date,
    /// Null while the job goes on.
    pub end_date: Option<Date>,
    /// The day on which the employer reported it to the source.
    pub reported_date: Option<Date>,
}

/// A paper that the source holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// What the paper is called.
    pub name: String,
    /// The paper's own number.
    pub doc_id: Option<String>,
    /// State of the paper, in the words of the source.
    pub status: Option<String>,
    /// What the paper is for.
    pub document_type: Option<DocumentType>,
    /// The day on which it was issued.
    pub issue_date: Option<Date>,
    /// The last day on which it holds.
    pub expiry_date: Option<Date>,
    /// Where the paper itself can be fetched.
    pub file_url: Option<String>,
    /// Remarks on the paper.
    pub remarks: Option<String>,
}

/// What a paper is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum DocumentType {
    /// Says who the person is.
    Identification,
    /// Says what the person was paid.
    Payslip,
    /// Says that nothing stands against the person.
    Clearance,
    /// Certifies something else.
    Certificate,
}

/// A payslip, or an annual salary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// A payment into social security, by the person, the employer or both together.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
