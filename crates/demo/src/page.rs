//! The page itself, and what it has to know.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use serde_json::{Value, json};

use crate::{error::Problem, state::DemoState};

#[derive(RustEmbed)]
#[folder = "../../ui/dist/demo"]
struct Page;

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

pub(crate) async fn get_page() -> Result<Response, Problem> {
    file("index.html", ASK_EACH_TIME)
}

/// Built files carry a hash of their content in their names.
pub(crate) async fn get_asset(Path(path): Path<String>) -> Result<Response, Problem> {
    file(&format!("assets/{path}"), FOREVER)
}

fn file(path: &str, cache: &'static str) -> Result<Response, Problem> {
    let Some(file) = Page::get(path) else { return Err(Problem::NotFound("There is no such page here.")) };
    let content_type = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, cache)];
    Ok((headers, file.data).into_response())
}

/// `GET /api/config`: addresses, and a test person to sign in as. Test people exist in the sandbox of every
/// installation; their passwords are no secrets.
pub(crate) async fn get_config(State(demo): State<Arc<DemoState>>) -> Json<Value> {
    let config = &demo.config;
    Json(json!({
        "organisation": "Demo Lending",
        "widgetScript": format!("{}/v2/smile.v2.js", config.web_url),
        "openApiUrl": config.open_api_url,
        "docsUrl": config.docs_url,
        "testPeople": [{
            "name": "George Palomero Jr.",
            "email": "gpalomero1234@smileapi.io",
            "mobile": "+63 955 999 1234",
            "password": "123456",
            "code": "1234",
        }],
    }))
}
