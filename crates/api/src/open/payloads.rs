//! `/accounts/{id}/payload`, `/users/{id}/payload`. They are put together as text; the types here say what they look like.

use std::collections::BTreeMap;

use axum::extract::State;
use sahod_model::{
    AccountId, ArchiveId, FileType, ItemId, ProviderId, UserId, UserSession,
    insight::Insight,
    item::{Contribution, Document, Eincome, Employment, Identity, Income, Rating, SourceType, Transaction},
    liability::Liability,
    network::NetworkLink,
};
use schemars::JsonSchema;

use crate::{
    envelope::Reply,
    error::ApiError,
    state::{Authenticated, Path, Surface, path_id},
};

/// An item without its metadata.
#[derive(JsonSchema)]
#[schemars(rename = "{T}Payload")]
#[expect(dead_code, reason = "only its shape is of use")]
pub(super) struct Bare<T> {
    /// The item's id.
    id: ItemId,
    #[serde(flatten)]
    item: T,
}

/// The first items of a kind.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "{T}Items")]
#[expect(dead_code, reason = "only its shape is of use")]
pub(super) struct Items<T> {
    /// Where the list of that name goes on; null when this is all.
    next_cursor: Option<String>,
    /// The items, newest first.
    items: Vec<Bare<T>>,
}

/// The account that a payload came from.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use")]
struct PayloadSource {
    /// The account.
    source_id: AccountId,
    /// What kind of source that is.
    source_type: SourceType,
    /// Whose it is.
    user_id: UserId,
    /// The provider that the source belongs to.
    provider_id: ProviderId,
}

/// Everything that came from an account.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of use")]
pub(super) struct AccountPayload {
    /// The account.
    metadata: PayloadSource,
    /// Who the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Bare<Identity>>,
    /// What the platform's customers think of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<Bare<Rating>>,
    /// Money in and out.
    transactions: Vec<Bare<Transaction>>,
    /// Papers.
    documents: Vec<Bare<Document>>,
    /// Jobs.
    employments: Vec<Bare<Employment>>,
    /// Payslips and annual salaries.
    incomes: Vec<Bare<Income>>,
    /// Payments into social security.
    contributions: Vec<Bare<Contribution>>,
    /// Loans.
    liabilities: Vec<Bare<Liability>>,
    /// Estimated months of income.
    eincomes: Vec<Bare<Eincome>>,
    /// Links with other organisations.
    links: Vec<Bare<NetworkLink>>,
    /// Figures worked out from all this.
    #[serde(skip_serializing_if = "Option::is_none")]
    insight: Option<Bare<Insight>>,
}

/// Everything that a user shares.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of use")]
pub(crate) struct UserPayload {
    /// The user's session.
    metadata: UserSession,
    /// Forms that the user filled in.
    forms: Vec<Form>,
    /// What came from each account.
    accounts: Vec<FromAccount>,
    /// What came from each document.
    archives: Vec<FromArchive>,
}

/// A form that a user filled in.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of use")]
struct Form {
    /// The form's id.
    id: String,
    /// What it is called.
    name: String,
    /// What the user wrote, by field.
    data: BTreeMap<String, String>,
}

/// What came from an account.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use")]
struct FromAccount {
    /// The account.
    id: AccountId,
    /// Its provider.
    provider_id: ProviderId,
    /// The data.
    payload: Datapoints,
}

/// What came from a document.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use")]
struct FromArchive {
    /// The archive.
    id: ArchiveId,
    /// What kind of document it is.
    file_type: FileType,
    /// The data.
    payload: Datapoints,
}

/// The first items of each kind.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its shape is of use")]
pub(crate) struct Datapoints {
    /// Who the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Bare<Identity>>,
    /// What the platform's customers think of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<Bare<Rating>>,
    /// Money in and out.
    transactions: Items<Transaction>,
    /// Papers.
    documents: Items<Document>,
    /// Jobs.
    employments: Items<Employment>,
    /// Payslips and annual salaries.
    incomes: Items<Income>,
    /// Payments into social security.
    contributions: Items<Contribution>,
    /// Loans.
    liabilities: Items<Liability>,
    /// Estimated months of income.
    eincomes: Items<Eincome>,
    /// Links with other organisations.
    links: Items<NetworkLink>,
    /// Figures worked out from all this.
    #[serde(skip_serializing_if = "Option::is_none")]
    insight: Option<Bare<Insight>>,
}

/// `GET /accounts/{id}/payload`
pub(super) async fn of_account(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Ok(Reply::text(surface.app.sources.account_payload(&acting, &path_id(&id)?).await?))
}

/// `GET /users/{id}/payload`
pub(super) async fn of_user(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Ok(Reply::text(surface.app.sources.user_payload(&acting, &path_id(&id)?).await?))
}
