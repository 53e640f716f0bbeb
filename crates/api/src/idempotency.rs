//! `Idempotency-Key` on every POST of the Open API: the first answer to a request is given to its repeats.
//!
//! One layer around all routes, so that no handler knows of it. What it promises is in `docs/idempotency.md`.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use sahod_app::{Fault, FirstAnswer, FreshAnswer, IdempotentAnswer, IdempotentRequest};
use sahod_model::RequestId;

use crate::{
    bodies, envelope,
    error::{ApiError, Code},
    request_id,
    state::{Checked, Surface},
};

const NAME: &str = "Idempotency-Key";
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Characters of a key at most.
const MAX_KEY_CHARS: usize = 255;
/// When to come back for the answer of a request that is still running.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Carries a request that has a key out once, and answers its repeats with the first answer.
pub async fn answer_once(State(surface): State<Surface>, request: Request, next: Next) -> Response {
    if *request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    // Keys belong to a tenant: who is none has no first answer, and the handler refuses.
    let Some(Checked(Ok(acting))) = request.extensions().get::<Checked>().cloned() else {
        return next.run(request).await;
    };
    let answered = async {
        let key = read_key(request.headers())?;
        let id = request.extensions().get::<RequestId>().copied().unwrap_or_default();
        let (parts, body) = request.into_parts();
        let body = bodies::read(&parts.extensions, body).await?;
        let content = fingerprint(&parts.method, &parts.uri, &body);
        let request = Request::from_parts(parts, Body::from(body));
        let work = async {
            let mut response = next.run(request).await;
            envelope::render(id, &mut response);
            fresh(id, response).await
        };
        let request = IdempotentRequest { key: &key, request: &content };
        Ok::<_, ApiError>(surface.app.requests.once(&acting, &request, work).await?)
    };
    match answered.await {
        Ok(IdempotentAnswer::First(response)) => response,
        Ok(IdempotentAnswer::Again(answer)) => again(answer),
        Ok(IdempotentAnswer::Running) => {
            ApiError::from(Code::ServerUnavailable).retry_after(RETRY_AFTER).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// The one key of a request: 1 to 255 visible characters of ASCII.
fn read_key(headers: &HeaderMap) -> Result<String, ApiError> {
    let fault = |detail| Err(ApiError::invalid(vec![Fault::new(NAME, detail)]));
    let mut values = headers.get_all(HEADER).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return fault("is given more than once; give it once");
    };
    let bytes = value.as_bytes();
    if !(1..=MAX_KEY_CHARS).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_graphic) {
        return fault("must have 1 to 255 visible ASCII characters, and no spaces");
    }
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

/// Everything that makes it this request. No part can be taken for another: neither method nor address have spaces or
/// line ends.
fn fingerprint(method: &Method, uri: &axum::http::Uri, body: &[u8]) -> Vec<u8> {
    let address = uri.path_and_query().map_or("", axum::http::uri::PathAndQuery::as_str);
    [method.as_str().as_bytes(), b" ", address.as_bytes(), b"\n", body].concat()
}

/// What a handler answered, in a form that can be kept.
async fn fresh(id: RequestId, response: Response) -> FreshAnswer<Response> {
    let (parts, body) = response.into_parts();
    // A handler's answer is in memory: nothing is waited for, and nothing can break off.
    let body = body.collect().await.map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
    let verdict = parts.status.is_success()
        || matches!(parts.extensions.get::<Code>(), Some(Code::MissingResource | Code::UnauthorizedAccess));
    let answer =
        FirstAnswer { status: parts.status.as_u16(), request_id: id.to_string(), body: body.to_vec() };
    FreshAnswer { answer, verdict, response: Response::from_parts(parts, Body::from(body)) }
}

fn again(answer: FirstAnswer) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    envelope::set_json(&mut response, Body::from(answer.body));
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    if let Ok(id) = HeaderValue::from_str(&answer.request_id) {
        headers.insert(request_id::HEADER, id);
    }
    response
}
