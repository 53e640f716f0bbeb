//! Signing in at a source's own page, and back.

use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use form_urlencoded::parse;
use sahod_app::Returned;
use sahod_web::page;
use serde_json::json;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    pages::html,
    state::{InSession, Path, Surface, path_id},
};

/// The longest address of a customer's page that is taken, in characters.
const MAX_URL_CHARS: usize = 2_048;
/// The longest query that is taken back, in bytes.
const MAX_QUERY: usize = 4_096;

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
    Ok(Reply::object(&json!({ "url": url }))?.with_status(StatusCode::CREATED))
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
