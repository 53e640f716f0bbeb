//! `/accounts/{id}/receipt` and `/uploads/{id}/receipt`, and the keys with which receipts are checked.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use crate::{
    assets::HOURLY,
    envelope::Reply,
    error::ApiError,
    state::{InSession, Path, Surface, path_id},
};

/// `GET /accounts/{id}/receipt`
pub(super) async fn of_account(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&surface.app.sharing.account_receipt(&acting, &path_id(&id)?).await?)
}

/// `GET /uploads/{id}/receipt`
pub(super) async fn of_upload(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    Reply::object(&surface.app.sharing.upload_receipt(&acting, &path_id(&id)?).await?)
}

/// `GET /.well-known/jwks.json`: a key set (RFC 7517) for whoever has a receipt, so without the envelope.
pub(super) async fn keys(State(surface): State<Surface>) -> Response {
    let keys = json!({ "keys": surface.app.sharing.receipt_keys(surface.mode) });
    ([(header::CACHE_CONTROL, HOURLY)], Json(keys)).into_response()
}
