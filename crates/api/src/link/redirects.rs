//! Signing in at a source's own page, and back.

use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use form_urlencoded::parse;
use sahod_app::Returned;
use sahod_web::page;
use schemars::JsonSchema;
use serde::Serialize;

use super::sandbox_page;
use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    html::html,
    openapi::{Endpoints, Operation, Param, Value},
    state::{InSession, Path, Surface, path_id},
};

/// The longest address of a customer's page that is taken, in characters.
const MAX_URL_CHARS: usize = 2_048;
/// The longest query that is taken back, in bytes.
const MAX_QUERY: usize = 4_096;

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new(
        "Pages",
        "What people's browsers open on their way through a source's own page. A widget calls none of these.",
    )
    .get(
        "/oauth/callback",
        callback,
        Operation::new("return-from-source", "Come back from a source's own page")
            .about("Where a source sends the person after signing in, with what it answers in the query.")
            .query(&[Param::new("state", Value::Text, "What the source was given; it says whose sign-in this is.")])
            .public()
            .html(&[
                (StatusCode::OK, "The page says that the window can be closed: the widget is in another one."),
                (StatusCode::SEE_OTHER, "The person left the organisation's page whole and goes back there."),
                (StatusCode::GONE, "Nobody waits for this any more: it took too long, or the answer came before."),
            ]),
    )
    .get(
        "/sandbox/authorize",
        sandbox_page::show,
        Operation::new("show-sandbox-sign-in", "Open the sandbox's own sign-in page")
            .about(
                "Plays the page of a provider where people sign in by themselves (RFC 6749, 4.1.1, with RFC 7636). A prompt's `url` \
                 leads there.",
            )
            .query(sandbox_page::PARAMS)
            .public()
            .html(&[
                (StatusCode::OK, "The page asks whether to allow it."),
                (StatusCode::BAD_REQUEST, "The query is not as a prompt's `url` has it."),
            ]),
    )
    .post(
        "/sandbox/authorize/allow",
        sandbox_page::allow,
        Operation::new("allow-in-sandbox", "Sign in and allow")
            .about("The page's form.")
            .query(sandbox_page::PARAMS)
            .public()
            .html(sandbox_page::DECISION),
    )
    .post(
        "/sandbox/authorize/deny",
        sandbox_page::deny,
        Operation::new("deny-in-sandbox", "Do not allow")
            .about("The page's other form.")
            .query(sandbox_page::PARAMS)
            .public()
            .html(sandbox_page::DECISION),
    )
}

/// How the person leaves for a source's own page.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `leave` reads it")]
pub(super) struct Leave {
    /// The prompt's id.
    #[schemars(length(min = 1, max = 64))]
    prompt_id: String,
    /// The page that the person comes back to: the full address of a web page, at one of the organisation's allowed origins
    /// when it has any.
    #[schemars(url, length(min = 1, max = MAX_URL_CHARS))]
    return_to: String,
}

/// Where the person leaves for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Redirect")]
pub(super) struct Left {
    /// The source's own page.
    url: String,
}

/// `POST /accounts/{id}/redirects`: the customer's page is left, whole, for the source's own.
pub(super) async fn leave(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let prompt = fields.required_text("promptId", 1..=64);
    let return_to = fields.required_text("returnTo", 1..=MAX_URL_CHARS).filter(|address| {
        let web = address.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        });
        if !web {
            fields.fault("returnTo", "must be the full address of a web page");
        }
        web
    });
    let (prompt, return_to) = fields.finish(prompt.zip(return_to))?;
    let url = surface.app.linking.leave_for_source(&acting, &id, &prompt, return_to).await?;
    Ok(Reply::object(&Left { url })?.with_status(StatusCode::CREATED))
}

/// `GET /oauth/callback`: where a source's own page sends the person back to. Whoever knows the state is the person.
pub(super) async fn callback(State(surface): State<Surface>, RawQuery(query): RawQuery) -> Response {
    let query = query.filter(|query| query.len() <= MAX_QUERY).unwrap_or_default();
    let state =
        parse(query.as_bytes()).find(|(name, _)| name == "state").map(|(_, value)| value.into_owned());
    let returned = state.map_or(Returned::TooLate, |state| surface.app.linking.come_back(&state, query));
    let (status, title, text) = match returned {
        Returned::To(page) => {
            let mut response = Redirect::to(&page).into_response();
            response
                .headers_mut()
                .insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
            return response;
        }
        Returned::Elsewhere => (
            StatusCode::OK,
            "You can close this window",
            "Go back to the window that you came from. It goes on there.",
        ),
        Returned::TooLate => (
            StatusCode::GONE,
            "This took too long",
            "Close this window, go back to the one that you came from, and try again.",
        ),
    };
    let body = format!("<h1>{title}</h1>\n<p>{text}</p>");
    html(status, page(title, "../page.css", &body))
}
