//! The envelope around every answer: `{"code","message","requestId","data"}`.
//!
//! Handlers return a [`Reply`] or an [`ApiError`](crate::error::ApiError); both leave their content in the response's
//! extensions, and the one layer here writes the envelope around it. So nothing but this file knows its shape, and no
//! answer can leave without its request id.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use sahod_model::RequestId;
use serde::Serialize;

use crate::error::ApiError;

/// The successful answer of a handler, before its envelope.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    data: Data,
}

#[derive(Clone, Debug)]
enum Data {
    /// No `data` member.
    Nothing,
    /// JSON text.
    Json(Vec<u8>),
    /// The items of a list, comma-separated JSON text, and the cursor of the next page.
    List { items: Vec<u8>, next_cursor: Option<String> },
}

impl Reply {
    /// An answer without data.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { status: StatusCode::OK, data: Data::Nothing }
    }

    /// One object.
    pub fn object(data: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self::text(serde_json::to_vec(data).map_err(ApiError::internal)?))
    }

    /// One object that is JSON text already.
    #[must_use]
    pub const fn text(data: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, data: Data::Json(data) }
    }

    /// A page of a list, its items comma-separated JSON text already.
    #[must_use]
    pub const fn page(items: Vec<u8>, next_cursor: Option<String>) -> Self {
        Self { status: StatusCode::OK, data: Data::List { items, next_cursor } }
    }

    /// A page of a list.
    pub fn list<T: Serialize>(items: &[T], next_cursor: Option<String>) -> Result<Self, ApiError> {
        let mut text = Vec::with_capacity(items.len() * 512);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, item).map_err(ApiError::internal)?;
        }
        Ok(Self::page(text, next_cursor))
    }

    /// The same answer with another status.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self.data);
        response
    }
}

/// Writes the envelope around whatever the handler left, and the request id into the headers.
pub async fn wrap(State(()): State<()>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_default();
    let mut response = next.run(request).await;
    render(id, &mut response);
    response
}

/// Writes the envelope around what a handler left in the response; does nothing where that was done before.
pub fn render(id: RequestId, response: &mut Response) {
    if let Some(data) = response.extensions_mut().remove::<Data>() {
        set_json(response, success(id, data));
    } else if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let body = failure(id, &error);
        // Those further out still want to know.
        response.extensions_mut().insert(error.code);
        set_json(response, Body::from(body));
    }
}

/// Sets a body that has its envelope.
pub fn set_json(response: &mut Response, body: Body) {
    *response.body_mut() = body;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Answers hold personal data: no cache on the way may keep them.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn success(id: RequestId, data: Data) -> Body {
    let mut head = Vec::with_capacity(512);
    head.extend_from_slice(br#"{"code":"OK","message":"Success!","requestId":""#);
    id.write(&mut head);
    let (content, tail) = match data {
        Data::Nothing => (Vec::new(), "\"}"),
        Data::Json(text) => {
            head.extend_from_slice(br#"","data":"#);
            (text, "}")
        }
        Data::List { items, next_cursor } => {
            head.extend_from_slice(br#"","data":{"nextCursor":"#);
            match next_cursor {
                // A cursor is base64url: nothing in it needs escaping.
                Some(cursor) => {
                    head.push(b'"');
                    head.extend_from_slice(cursor.as_bytes());
                    head.push(b'"');
                }
                None => head.extend_from_slice(b"null"),
            }
            head.extend_from_slice(br#","items":["#);
            (items, "]}}")
        }
    };
    Body::new(Pieces([head.into(), content.into(), tail.into()]))
}

/// A body in three pieces, so that a page of a list goes out as it came from the store, without a copy. Empty pieces are
/// those that were sent.
struct Pieces([Bytes; 3]);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.0.iter_mut().find(|piece| !piece.is_empty());
        Poll::Ready(piece.map(|piece| Ok(Frame::data(std::mem::take(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.iter().all(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}

fn failure(id: RequestId, error: &ApiError) -> Vec<u8> {
    let envelope = serde_json::json!({
        "code": error.code.as_str(),
        "message": error.code.message(),
        "requestId": id.to_string(),
        "data": error.data(),
    });
    envelope.to_string().into_bytes()
}
