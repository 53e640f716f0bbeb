//! `/accounts/{id}/receipt` and `/uploads/{id}/receipt`, and the keys with which receipts are checked.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};

use super::wire::receipt::{KeySetWire, SignedReceiptWire};
use crate::{
    assets::HOURLY,
    envelope::Reply,
    error::ApiError,
    openapi::{Endpoints, Operation},
    state::{InSession, Path, Surface, path_id},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Receipts", "What receipts are checked with.").get(
        "/.well-known/jwks.json",
        keys,
        Operation::new("get-receipt-keys", "Get the keys of receipts")
            .about(
                "A key set (RFC 7517) for whoever has a receipt, so without a session, without the envelope and not below `/v1`. \
                 Each mode has a key of its own.",
            )
            .public()
            .at_root()
            .bare::<KeySetWire<'_>>(),
    )
}

/// `GET /accounts/{id}/receipt`
pub(super) async fn of_account(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let receipt = surface.app.sharing.account_receipt(&acting, &path_id(&id)?).await?;
    Reply::object(&SignedReceiptWire::from(&receipt))
}

/// `GET /uploads/{id}/receipt`
pub(super) async fn of_upload(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let receipt = surface.app.sharing.upload_receipt(&acting, &path_id(&id)?).await?;
    Reply::object(&SignedReceiptWire::from(&receipt))
}

/// `GET /.well-known/jwks.json`: a key set (RFC 7517) for whoever has a receipt, so without the envelope.
pub(super) async fn keys(State(surface): State<Surface>) -> Response {
    let keys = KeySetWire { keys: surface.app.sharing.receipt_keys(surface.mode) };
    ([(header::CACHE_CONTROL, HOURLY)], Json(keys)).into_response()
}
