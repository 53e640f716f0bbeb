//! `/origins`

use axum::extract::State;
use sahod_app::MAX_ORIGINS;
use sahod_model::Origin;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    openapi::{Endpoints, Operation},
    state::{Authenticated, Surface},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Origins", "The sites whose pages may have the widget in them.")
        .get("/origins", get, Operation::new("get-origins", "Get the allowed origins").one::<Origins>())
        .put(
            "/origins",
            update,
            Operation::new("update-origins", "Replace the allowed origins")
                .about(
                    "As long as there is none, every page may have the widget in it. Once there is one, browsers show the \
                     widget only on pages at one of them, and people who sign in at a source's own page come back to \
                     nowhere else. In production mode they begin with https://.",
                )
                .body::<Origins>()
                .one::<Origins>(),
        )
}

/// The sites whose pages may have the widget in them.
#[derive(Debug, Serialize, JsonSchema)]
struct Origins {
    /// Scheme, host and perhaps port of each; none: every page may.
    #[schemars(length(max = 50))]
    origins: Vec<Origin>,
}

/// `GET /origins`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
) -> Result<Reply, ApiError> {
    Reply::object(&Origins { origins: surface.app.organisations.list_origins(&acting).await? })
}

/// `PUT /origins`
async fn update(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    if !fields.has("origins") {
        fields.fault("origins", "is required; an empty list allows every page");
    }
    let origins = fields.texts(
        "origins",
        MAX_ORIGINS,
        "an origin without a path or a placeholder, such as https://www.example.com",
        |text| text.parse().ok(),
    );
    let origins = fields.finish(origins)?;
    Reply::object(&Origins { origins: surface.app.organisations.replace_origins(&acting, origins).await? })
}
