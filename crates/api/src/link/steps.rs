//! `/steps`: what only the widget sees of how far a person comes.

use axum::{extract::State, http::StatusCode};
use sahod_model::{ProviderId, Step};

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    state::{InSession, Surface},
};

/// `POST /steps`
pub(super) async fn create(
    State(surface): State<Surface>,
    InSession(acting): InSession,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    let step = fields.required_one_of(
        "step",
        "CONSENTED, DECLINED, SEARCHED, NOT_FOUND, CHOSEN or CLOSED",
        |name| Step::from_name(name).filter(|step| Step::OF_WIDGET.contains(step)),
    );
    let known = |id: &ProviderId| surface.app.linking.find_provider(surface.mode, id).is_some();
    let provider =
        fields.one_of("providerId", "the id of a provider", |text| text.parse().ok().filter(known));
    let step = fields.finish(step)?;
    surface.app.people.record_step(&acting, step, provider.as_ref()).await?;
    Ok(Reply::nothing().with_status(StatusCode::ACCEPTED))
}
