//! Signing in at a source's own page, and back.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use form_urlencoded::parse;
use sahod_app::Returned;
use sahod_web::page;
use schemars::JsonSchema;
use serde::Serialize;

use super::{sandbox_page, trip_cookie::TripCookie};
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
        "/oauth/leave",
        depart,
        Operation::new("depart-for-source", "Leave for a source's own page")
            .about(
                "The `url` of `POST /accounts/{id}/redirects`. It is followed from the page that it was made for, as the browser's \
                 `Referer` says, and gives that browser a cookie by which it is known again when it comes back.",
            )
            .query(&[Param::new("ticket", Value::Text, "Which departure it is.").required()])
            .public()
            .html(&[
                (StatusCode::SEE_OTHER, "To the source's own page."),
                (StatusCode::GONE, "The address was opened elsewhere than on its page, or too late."),
            ]),
    )
    .get(
        "/oauth/callback",
        callback,
        Operation::new("return-from-source", "Come back from a source's own page")
            .about(
                "Where a source sends the person after signing in, with what it answers in the query. It is taken from the browser \
                 that left, and from no other.",
            )
            .query(&[Param::new("state", Value::Text, "What the source was given; it says whose sign-in this is.")])
            .public()
            .html(&[
                (StatusCode::OK, "The page says that the window can be closed: the widget is in another one."),
                (StatusCode::SEE_OTHER, "The person left the organisation's page whole and goes back there."),
                (StatusCode::FORBIDDEN, "This browser did not leave for the source. The sign-in that waits goes on waiting."),
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
    /// The page that is left, whole, and that the person comes back to: the full address of a web page, at one of the
    /// organisation's allowed origins when it has any. Null: the widget opens another window.
    #[schemars(url, length(min = 1, max = MAX_URL_CHARS))]
    return_to: Option<String>,
}

/// Where the person leaves for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Redirect")]
pub(super) struct Left {
    /// Where to go, by a link with `referrerpolicy="origin"` on the widget's own page, or on the page that is left. It leads on
    /// to the source's own page.
    url: String,
}

/// `POST /accounts/{id}/redirects`: the person is about to leave for the source's own page.
pub(super) async fn leave(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let prompt = fields.required_text("promptId", 1..=64);
    let return_to = fields.text("returnTo", 1..=MAX_URL_CHARS).filter(|address| {
        let web = address.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        });
        if !web {
            fields.fault("returnTo", "must be the full address of a web page");
        }
        web
    });
    let prompt = fields.finish(prompt)?;
    let departure = surface.app.linking.leave_for_source(&acting, &id, &prompt, return_to).await?;
    let url = format!("{}?ticket={}", surface.app.linking.leave_url(surface.mode), departure.ticket);
    Ok(Reply::object(&Left { url })?.with_status(StatusCode::CREATED))
}

/// `GET /oauth/leave`: the browser that goes to the source's own page is given what shows that it is the same that comes back.
pub(super) async fn depart(
    State(surface): State<Surface>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let ticket = value(query.as_deref().unwrap_or_default(), "ticket");
    let referrer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let departure =
        ticket.zip(referrer).and_then(|(ticket, page)| surface.app.linking.departure(&ticket, page));
    let Some(departure) = departure else { return too_late() };
    let cookie = TripCookie::new(&surface, &departure.ticket);
    leading_to(&departure.url, &cookie.given(&departure.proof))
}

/// `GET /oauth/callback`: where a source's own page sends the person back to.
pub(super) async fn callback(
    State(surface): State<Surface>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.filter(|query| query.len() <= MAX_QUERY).unwrap_or_default();
    let mut kept = None;
    let returned = value(&query, "state").map_or(Returned::TooLate, |state| {
        surface.app.linking.come_back(&state, query, |ticket| {
            let cookie = kept.insert(TripCookie::new(&surface, ticket));
            cookie.read(&headers)
        })
    });
    // Its trip is over: what the browser kept for it goes.
    let taken = kept.filter(|_| returned != Returned::OtherBrowser).map(|cookie| cookie.taken());
    let mut response = match returned {
        Returned::To(page) => return leading_to(&page, &taken.unwrap_or_default()),
        Returned::Elsewhere => note(
            StatusCode::OK,
            "You can close this window",
            "Go back to the window that you came from. It goes on there.",
        ),
        Returned::OtherBrowser => note(
            StatusCode::FORBIDDEN,
            "This sign-in was not begun in this browser",
            "Nothing was shared. If somebody sent you the address of this sign-in, do not go on with it. Else go back to where you \
             began, and try again there.",
        ),
        Returned::TooLate => return too_late(),
    };
    if let Some(taken) = taken.and_then(|taken| HeaderValue::from_str(&taken).ok()) {
        response.headers_mut().insert(header::SET_COOKIE, taken);
    }
    response
}

fn value(query: &str, wanted: &str) -> Option<String> {
    parse(query.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn too_late() -> Response {
    let text = "Close this window, go back to the one that you came from, and try again.";
    note(StatusCode::GONE, "This took too long", text)
}

fn note(status: StatusCode, title: &str, text: &str) -> Response {
    html(status, page(title, "../page.css", &format!("<h1>{title}</h1>\n<p>{text}</p>")))
}

/// Sends the browser to an address, with that to do about a cookie.
fn leading_to(address: &str, cookie: &str) -> Response {
    let mut response = Redirect::to(address).into_response();
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}
