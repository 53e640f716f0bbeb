//! `/accounts` of the person at the widget.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::{LinkRequest, ReadingDates};
use sahod_model::{Account, Datapoint, ProviderId, Timestamp};
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    state::{InSession, Path, Surface, path_id},
    wire::{AccountWire, logo_url},
};

/// The longest encrypted text that is taken, in characters.
const MAX_JWE_CHARS: usize = 16 * 1024;

/// `GET /accounts`: what is connected, or was tried, and not revoked.
pub(super) async fn list(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &acting, "own-accounts", query.as_deref())?;
    let page = surface.app.sources.list_own_accounts(&acting, &request.page).await?;
    let mut accounts = Vec::new();
    for account in &page.items {
        let dates = surface.app.sources.reading_dates(&acting, account).await?;
        accounts.push(linked_account(&surface, account, dates));
    }
    Reply::list(&accounts, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// An account with what the widget shows of its provider and of its data.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkedAccount<'a> {
    #[serde(flatten)]
    account: AccountWire<'a>,
    provider: ProviderName<'a>,
    datapoints: Vec<Datapoint>,
    last_read_at: Option<Timestamp>,
    next_read_at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderName<'a> {
    id: &'a str,
    name: &'a str,
    logo_url: String,
}

fn linked_account<'a>(surface: &'a Surface, account: &'a Account, dates: ReadingDates) -> LinkedAccount<'a> {
    let id = account.provider_id.as_str();
    let name =
        surface.app.linking.find_provider(surface.mode, &account.provider_id).map_or(id, |found| &found.name);
    let logo_url = logo_url(&surface.app.config().web_url, id);
    let ReadingDates { datapoints, last_read_at, next_read_at } = dates;
    let provider = ProviderName { id, name, logo_url };
    LinkedAccount { account: account.into(), provider, datapoints, last_read_at, next_read_at }
}

/// `POST /accounts`: starts linking.
pub(super) async fn create(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let provider_id = fields.required_text("providerId", 1..=64);
    let provider_id = provider_id.and_then(|text| {
        let id = text.parse::<ProviderId>().ok();
        if id.is_none() {
            fields.fault("providerId", "is not in the list of providers");
        }
        id
    });
    let consent_version = fields.required_text("consentVersion", 1..=64);
    let credentials = fields.required_text("credentials", 1..=MAX_JWE_CHARS);
    let request = (|| {
        Some(LinkRequest {
            provider_id: provider_id?,
            consent_version: consent_version?,
            credentials: credentials?,
        })
    })();
    let request = fields.finish(request)?;
    let progress = surface.app.linking.start_link(&acting, request).await?;
    Ok(Reply::object(&progress)?.with_status(StatusCode::CREATED))
}

/// `GET /accounts/{id}/progress`
pub(super) async fn progress(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&surface.app.linking.link_progress(&acting, &path_id(&id)?).await?)
}

/// `POST /accounts/{id}/answers`
pub(super) async fn answer(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let prompt = fields.required_text("promptId", 1..=64);
    let answer = fields.required_text("answer", 1..=MAX_JWE_CHARS);
    let (prompt, answer) = fields.finish(prompt.zip(answer))?;
    let progress = surface.app.linking.answer_prompt(&acting, &id, prompt, &answer).await?;
    Ok(Reply::object(&progress)?.with_status(StatusCode::ACCEPTED))
}

/// `POST /accounts/{id}/resend`
pub(super) async fn resend(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let prompt = fields.required_text("promptId", 1..=64);
    let prompt = fields.finish(prompt)?;
    let progress = surface.app.linking.resend_prompt(&acting, &id, prompt).await?;
    Ok(Reply::object(&progress)?.with_status(StatusCode::ACCEPTED))
}

/// `DELETE /accounts/{id}`: the person revokes.
pub(super) async fn revoke(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    surface.app.sharing.revoke_own_account(&acting, &path_id(&id)?).await?;
    Ok(Reply::nothing())
}
