//! `/accounts` of the person at the widget.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::{LinkRequest, ReadingDates};
use sahod_model::{Account, Datapoint, ProviderId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    events, receipts, redirects,
    wire::{progress::ProgressWire, receipt::SignedReceiptWire},
};
use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    openapi::{Endpoints, Operation},
    state::{InSession, Path, Surface, path_id},
    wire::{AccountWire, logo_url},
};

/// The longest encrypted text that is taken, in characters.
const MAX_JWE_CHARS: usize = 16 * 1024;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Accounts", "A person's links to logins at providers. Making one is what the widget is for.")
        .get(
            "/accounts",
            list,
            Operation::new("list-accounts", "List accounts")
                .about("What the person connected, or tried to, and did not revoke, the newest first.")
                .page::<LinkedAccount<'_>, NoFilter>(),
        )
        .post(
            "/accounts",
            create,
            Operation::new("create-account", "Connect an account")
                .about(
                    "Starts to sign in. Follow what comes of it with `GET /accounts/{id}/events`.\n\nThe same login at the \
                     same provider is the same account again. A second attempt while one runs takes its place: the stream of \
                     the first ends. Nothing is made when a field is wrong, `credentials` do not open, the provider is not \
                     known or `DOWN`, or the consent is not the session's: all of that is `INVALID_PARAMETERS`.",
                )
                .body::<NewAccount>()
                .one::<ProgressWire<'_>>()
                .created(),
        )
        .delete(
            "/accounts/{id}",
            revoke,
            Operation::new("delete-account", "Revoke an account").about(
                "Ends the sharing for good: what was read cannot be read any more by anybody. Doing so twice changes nothing.",
            ),
        )
        .get(
            "/accounts/{id}/progress",
            progress,
            Operation::new("get-account-progress", "Get an account's progress")
                .about("For a widget that cannot hold a stream. Every two seconds is often enough.")
                .one::<ProgressWire<'_>>(),
        )
        .get(
            "/accounts/{id}/events",
            events::stream,
            Operation::new("stream-account-progress", "Follow an account's progress")
                .about(
                    "Server-sent events: the present progress at once, then each change. The stream ends after stage `DONE`, \
                     `FAILED` or `REVOKED`; where it ends before, another attempt took this one's place or the line broke, and \
                     `GET /accounts/{id}/progress` says how things stand. A comment is sent every 15 seconds. Browsers' \
                     `EventSource` cannot send the `Authorization` header; read the stream with `fetch`.",
                )
                .events::<ProgressWire<'_>>("progress"),
        )
        .post(
            "/accounts/{id}/answers",
            answer,
            Operation::new("answer-prompt", "Answer a prompt")
                .about(
                    "For prompts that are answered here: not for `APPROVAL`, which is given on another device, and `REDIRECT`, \
                     which is answered at the source's own page. An answer to a prompt that is not open (answered, too late or \
                     never asked) is `INVALID_PARAMETERS`. A wrong answer ends the attempt with `INVALID_MFA`, and one that does \
                     not come in time with `MFA_TIMEOUT`; trying again is another `POST /accounts`.",
                )
                .body::<Answer>()
                .one::<ProgressWire<'_>>()
                .accepted(),
        )
        .post(
            "/accounts/{id}/resend",
            resend,
            Operation::new("resend-prompt", "Have a prompt sent again")
                .about(
                    "For a code that did not come or a picture that cannot be read, from the prompt's `resendAt` on. Another \
                     prompt takes its place, with an id of its own.",
                )
                .body::<Resend>()
                .one::<ProgressWire<'_>>()
                .accepted(),
        )
        .post(
            "/accounts/{id}/redirects",
            redirects::leave,
            Operation::new("leave-for-source", "Leave for a source's own page")
                .about(
                    "For a prompt of kind `REDIRECT` where the whole page is left: after signing in the person is sent to \
                     `returnTo`. A widget that opens the prompt's `url` in a window of its own does not need this.",
                )
                .body::<redirects::Leave>()
                .one::<redirects::Left>()
                .created(),
        )
        .get(
            "/accounts/{id}/receipt",
            receipts::of_account,
            Operation::new("get-account-receipt", "Get the receipt of an account")
                .about("What the person agreed to last for the account, also after it was revoked.")
                .one::<SignedReceiptWire<'_>>(),
        )
}

/// What connects an account.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `create` reads it")]
struct NewAccount {
    /// The provider.
    provider_id: ProviderId,
    /// The `consent.version` of the session, which the person agreed to.
    #[schemars(length(min = 1, max = 64))]
    consent_version: String,
    /// What the person filled in: a compact JWE (`alg` `RSA-OAEP-256`, `enc` `A256GCM`, `kid` that of the session's
    /// `encryptionKey`) of a JSON object that has each field's text by the field's name, such as
    /// `{"login":"…","password":"…"}`.
    #[schemars(length(min = 1, max = MAX_JWE_CHARS))]
    credentials: String,
}

/// The answer to a prompt.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `answer` reads it")]
struct Answer {
    /// The prompt's id.
    #[schemars(length(min = 1, max = 64))]
    prompt_id: String,
    /// A compact JWE as for `credentials`, of `{"answer":"1234"}`. The answer to a `CHOICE` is the id of an option.
    #[schemars(length(min = 1, max = MAX_JWE_CHARS))]
    answer: String,
}

/// What is to be sent again.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `resend` reads it")]
struct Resend {
    /// The prompt's id.
    #[schemars(length(min = 1, max = 64))]
    prompt_id: String,
}

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
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LinkedAccount<'a> {
    #[serde(flatten)]
    account: AccountWire<'a>,
    /// Where it is, for showing it.
    provider: ProviderName<'a>,
    /// The kinds of data points that are stored.
    datapoints: Vec<Datapoint>,
    /// When it was last read to the end; null: never.
    last_read_at: Option<Timestamp>,
    /// When it will be read again; null: it will not, as things are.
    next_read_at: Option<Timestamp>,
}

/// A provider as people know it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProviderName<'a> {
    /// Its id.
    id: &'a str,
    /// Its name.
    name: &'a str,
    /// Where its picture is.
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
    Ok(Reply::object(&ProgressWire::from(&progress))?.with_status(StatusCode::CREATED))
}

/// `GET /accounts/{id}/progress`
pub(super) async fn progress(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let progress = surface.app.linking.link_progress(&acting, &path_id(&id)?).await?;
    Reply::object(&ProgressWire::from(&progress))
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
    Ok(Reply::object(&ProgressWire::from(&progress))?.with_status(StatusCode::ACCEPTED))
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
    Ok(Reply::object(&ProgressWire::from(&progress))?.with_status(StatusCode::ACCEPTED))
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
