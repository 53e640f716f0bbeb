//! The sandbox's own sign-in page: what a person would see at a provider where they sign in by themselves.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use form_urlencoded::{Serializer, parse};
use sahod_model::Mode;
use sahod_web::{escape, page};

use crate::{
    html::html,
    openapi::{Param, Value},
    state::Surface,
};

/// Forms lead to the customer's page in the end, wherever that is, and browsers hold the whole way against this.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' https: http:; \
                      frame-ancestors 'none'";

/// Its parameters.
pub(super) const PARAMS: &[Param] = &[
    Param::new("response_type", Value::OneOf(|| vec!["code"]), "What is asked for: a code.").required(),
    Param::new("redirect_uri", Value::Text, "Where sign-ins of this server come back to.").required(),
    Param::new("state", Value::Text, "What is sent back with the person.").required(),
    Param::new("code_challenge", Value::Text, "What the code is bound to.").required(),
    Param::new("code_challenge_method", Value::OneOf(|| vec!["S256"]), "How.").required(),
];

/// What its forms answer.
pub(super) const DECISION: &[(StatusCode, &str)] = &[
    (StatusCode::SEE_OTHER, "Back to where sign-ins come from, as a provider would."),
    (StatusCode::BAD_REQUEST, "The query is not as a prompt's `url` has it."),
];

/// What the page was asked for (RFC 6749, 4.1.1, and RFC 7636, 4.3).
struct Request {
    state: String,
    challenge: String,
}

/// `GET /sandbox/authorize`
pub(super) async fn show(State(surface): State<Surface>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    if read(&surface, &query).is_none() {
        return refused();
    }
    let form = |action: &str, label: &str, class: &str| {
        format!(
            "<form method=\"post\" action=\"authorize/{action}?{query}\"><button class=\"{class}\">{label}</button></form>",
            query = escape(&query)
        )
    };
    let body = format!(
        "<h1>Sandbox sign-in</h1>\n<p>This page plays a provider's own sign-in page. Nothing real is behind it, and there is \
         nothing to type.</p>\n{}\n{}",
        form("allow", "Sign in and allow", "primary"),
        form("deny", "Do not allow", ""),
    );
    let mut response = html(StatusCode::OK, page("Sandbox sign-in", "../page.css", &body));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// `POST /sandbox/authorize/allow`
pub(super) async fn allow(State(surface): State<Surface>, RawQuery(query): RawQuery) -> Response {
    let Some(request) = read(&surface, &query.unwrap_or_default()) else { return refused() };
    let code = surface.app.linking.grant_in_sandbox(request.challenge);
    back(&surface, &[("code", &code), ("state", &request.state)])
}

/// `POST /sandbox/authorize/deny`
pub(super) async fn deny(State(surface): State<Surface>, RawQuery(query): RawQuery) -> Response {
    let Some(request) = read(&surface, &query.unwrap_or_default()) else { return refused() };
    back(&surface, &[("error", "access_denied"), ("state", &request.state)])
}

/// Back to where sign-ins of this server come from, and nowhere else.
fn back(surface: &Surface, answer: &[(&str, &str)]) -> Response {
    let query = Serializer::new(String::new()).extend_pairs(answer).finish();
    Redirect::to(&format!("{}?{query}", surface.app.linking.return_url(surface.mode))).into_response()
}

fn read(surface: &Surface, query: &str) -> Option<Request> {
    let value = |name: &str| {
        parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let is = |name: &str, expected: &str| value(name).is_some_and(|value| value == expected);
    let right = surface.mode == Mode::Sandbox
        && is("response_type", "code")
        && is("code_challenge_method", "S256")
        && is("redirect_uri", &surface.app.linking.return_url(surface.mode));
    let short = |text: &String| (1..=128).contains(&text.len());
    Some(Request { state: value("state").filter(short)?, challenge: value("code_challenge").filter(short)? })
        .filter(|_| right)
}

fn refused() -> Response {
    let body = "<h1>This page cannot be opened like that</h1>\n<p>It is part of signing in. Go back and start again.</p>";
    html(StatusCode::BAD_REQUEST, page("Sandbox sign-in", "../page.css", body))
}
