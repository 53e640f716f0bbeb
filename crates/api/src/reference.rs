//! The API reference on the `docs` surface: a page that reads the description of the API beside it and can call the API.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Redirect, Response},
    routing::get,
};
use sahod_web::Bundle;

use crate::assets::{ALWAYS_CHECKED, FOREVER, asset};

/// The reference below the docs. `open_origins` are the origins of the Open API, which the page may call.
pub(crate) fn router(open_origins: &[String]) -> Router {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        open_origins.join(" ")
    );
    let policy =
        HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    Router::new()
        .route("/reference", get(|| async { Redirect::permanent("reference/") }))
        .route("/reference/", get(page))
        .route("/reference/{*path}", get(file))
        .with_state(policy)
}

async fn page(State(policy): State<HeaderValue>, request: HeaderMap) -> Response {
    let mut response = asset(&request, Bundle::Reference.file("index.html"), ALWAYS_CHECKED);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn file(request: HeaderMap, Path(path): Path<String>) -> Response {
    asset(&request, Bundle::Reference.file(&path), FOREVER)
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use tower::ServiceExt as _;

    use super::*;

    async fn get(path: &str) -> Response {
        let router =
            router(&["https://sandbox.example.com".to_owned(), "https://open.example.com".to_owned()]);
        router.oneshot(Request::builder().uri(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn the_page_may_call_the_open_api_and_nothing_else() {
        let response = get("/reference/").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CACHE_CONTROL], ALWAYS_CHECKED);
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        let connect = "connect-src 'self' https://sandbox.example.com https://open.example.com; ";
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains(connect), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        let page = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
        let page = std::str::from_utf8(&page).unwrap();
        let (_, script) = page.split_once("src=\"./").unwrap();
        let (script, _) = script.split_once('"').unwrap();
        let script = get(&format!("/reference/{script}")).await;
        assert_eq!(
            (script.status(), &script.headers()[header::CACHE_CONTROL]),
            (StatusCode::OK, &FOREVER.parse().unwrap())
        );
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_found() {
        assert_eq!(get("/reference/nothing.js").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(get("/reference").await.headers()[header::LOCATION], "reference/");
    }
}
