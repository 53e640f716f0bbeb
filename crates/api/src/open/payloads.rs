//! `/accounts/{id}/payload`, `/users/{id}/payload`. Items stay the JSON text that the store gives.

use std::{borrow::Cow, collections::BTreeMap};

use axum::extract::State;
use sahod_app::{ItemPage, Scope};
use sahod_model::{
    AccountId, ArchiveId, Datapoint, FileType, ItemId, ProviderId, SourceId, UserId, UserSession,
    insight::Insight,
    item::{Contribution, Document, Eincome, Employment, Identity, Income, Rating, SourceType, Transaction},
    liability::Liability,
    network::NetworkLink,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::{ListRequest, MAX_SIZE},
    state::{Authenticated, Path, Surface, path_id},
};

/// An item without its metadata. The store writes it in one piece; this and what follows say what payloads look like.
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
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
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
pub(super) struct UserPayload {
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
struct Datapoints {
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
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let payload = surface.app.account_payload(&caller.scope, &path_id(&id)?).await?;
    let account = &payload.account;
    let metadata = PayloadSource {
        source_id: account.id.clone(),
        source_type: SourceType::Account,
        user_id: account.user_id.clone(),
        provider_id: account.provider_id.clone(),
    };
    let mut text = format!("{{\"metadata\":{},", json!(metadata)).into_bytes();
    write_kinds(&payload.kinds, &mut text, |_, page, text| {
        write_items(page, text);
        Ok(())
    })?;
    text.push(b'}');
    Ok(Reply::text(text))
}

/// `GET /users/{id}/payload`
pub(super) async fn of_user(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let payload = surface.app.user_payload(&caller.scope, &path_id(&id)?).await?;
    let mut text =
        format!("{{\"metadata\":{},\"forms\":[],\"accounts\":[", json!(payload.session)).into_bytes();
    for (index, of_account) in payload.accounts.iter().enumerate() {
        let account = &of_account.account;
        let comma = if index > 0 { "," } else { "" };
        let (id, provider) = (json!(account.id), json!(account.provider_id));
        text.extend(format!("{comma}{{\"id\":{id},\"providerId\":{provider},\"payload\":{{").bytes());
        write_lists(&surface, &caller.scope, &of_account.kinds, &(&account.id).into(), &mut text)?;
        text.extend_from_slice(b"}}");
    }
    text.extend_from_slice(b"],\"archives\":[");
    for (index, of_archive) in payload.archives.iter().enumerate() {
        let archive = &of_archive.archive;
        let comma = if index > 0 { "," } else { "" };
        let (id, file_type) = (json!(archive.id), json!(archive.file_type));
        text.extend(format!("{comma}{{\"id\":{id},\"fileType\":{file_type},\"payload\":{{").bytes());
        write_lists(&surface, &caller.scope, &of_archive.kinds, &(&archive.id).into(), &mut text)?;
        text.extend_from_slice(b"}}");
    }
    text.extend_from_slice(b"]}");
    Ok(Reply::text(text))
}

/// What a kind is called in a payload. Kinds of which a source has many are called as their lists are.
fn member(kind: Datapoint) -> Cow<'static, str> {
    match kind.as_str() {
        "IDENTITIES" => "identity".into(),
        "RATINGS" => "rating".into(),
        "INSIGHTS" => "insight".into(),
        "LINK" => "links".into(),
        many => many.to_ascii_lowercase().into(),
    }
}

/// Writes each kind as a member: the one item, or the first page of the list of that name.
fn write_lists(
    surface: &Surface,
    scope: &Scope,
    kinds: &[(Datapoint, ItemPage)],
    source: &SourceId,
    text: &mut Vec<u8>,
) -> Result<(), ApiError> {
    write_kinds(kinds, text, |list, page, text| {
        let request = ListRequest::of_source(list.to_owned(), source.to_string(), MAX_SIZE);
        let cursor = json!(request.next_cursor(&surface.app, scope, page.next.clone())?);
        text.extend(format!("{{\"nextCursor\":{cursor},\"items\":").bytes());
        write_items(page, text);
        text.push(b'}');
        Ok(())
    })
}

/// Writes each kind as a member: the one item, if there is one, or what `write_list` makes of the list of that name.
fn write_kinds(
    kinds: &[(Datapoint, ItemPage)],
    text: &mut Vec<u8>,
    write_list: impl Fn(&str, &ItemPage, &mut Vec<u8>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    // The contract has no null for one that is not there, and clients made of it fail on one.
    let present = kinds.iter().filter(|(kind, page)| !kind.is_single() || page.count > 0);
    for (index, (kind, page)) in present.enumerate() {
        let member = member(*kind);
        let comma = if index > 0 { "," } else { "" };
        text.extend(format!("{comma}\"{member}\":").bytes());
        if kind.is_single() {
            text.extend_from_slice(&page.body);
        } else {
            write_list(&member, page, text)?;
        }
    }
    Ok(())
}

fn write_items(page: &ItemPage, text: &mut Vec<u8>) {
    text.push(b'[');
    text.extend_from_slice(&page.body);
    text.push(b']');
}
