//! The demo against an API of a few lines.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "these are tests, helpers included")]

mod mock;
mod streams;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};
use http_body_util::BodyExt as _;
use mock::{MockApi, OTHER_USER, USER};
use sahod_demo::{Demo, DemoConfig, DemoError};
use sahod_model::{ExposeSecret as _, FixedClock, SecretString, SeededRandom, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn config(open_api_url: &str) -> DemoConfig {
    DemoConfig {
        open_api_url: open_api_url.to_owned(),
        api_key: "key-1".to_owned(),
        api_secret: "secret-1".to_owned().into(),
        web_url: "http://web.test/".to_owned(),
        docs_url: "http://docs.test".to_owned(),
        demo_url: "http://demo.test".to_owned(),
    }
}

fn demo_at(open_api_url: &str) -> Demo {
    let clock = FixedClock::new(Timestamp::from_micros(1_790_000_000_000_000));
    Demo::new(config(open_api_url), Arc::new(clock), Arc::new(SeededRandom::new(7))).unwrap()
}

/// A demo that has registered its webhook, the API it uses, and the secret it told the API.
async fn started() -> (Demo, MockApi, SecretString) {
    let api = MockApi::default();
    let demo = demo_at(&api.serve().await);
    demo.start().await.unwrap();
    let registered = api.body_of("POST /sandbox/v1/webhooks");
    let secret = registered["secret"].as_str().unwrap().to_owned();
    (demo, api, secret.into())
}

async fn send(router: &Router, method: &str, path: &str, body: Option<Value>) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    if body.is_some() {
        request = request.header("Content-Type", "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    router.clone().oneshot(request.body(body).unwrap()).await.unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

async fn json_of(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    (status, serde_json::from_str(&text(response).await).unwrap())
}

#[tokio::test]
async fn at_its_start_it_replaces_the_webhooks_of_earlier_runs() {
    let (_, api, secret) = started().await;
    assert_eq!(
        api.lines(),
        [
            "GET /sandbox/v1/webhooks?size=150",
            "GET /sandbox/v1/webhooks?size=150&cursor=c%2B1",
            "DELETE /sandbox/v1/webhooks/wh-1",
            "DELETE /sandbox/v1/webhooks/wh-3",
            "POST /sandbox/v1/webhooks",
        ]
    );
    assert_eq!(
        api.body_of("POST /sandbox/v1/webhooks"),
        json!({
            "name": "Demo page",
            "url": "http://demo.test/webhook",
            "eventTypes": ["ALL_EVENTS"],
            "active": true,
            "includePayload": false,
            "secret": secret.expose_secret(),
        })
    );
    assert_eq!(secret.expose_secret().len(), 64, "no longer than the API takes");
}

#[tokio::test]
async fn a_visitor_becomes_an_applicant_once_and_comes_back_as_the_same() {
    let (demo, api, _) = started().await;
    let router = demo.router();
    let expected = json!({ "userId": USER, "userToken": "a.link.token" });
    assert_eq!(
        json_of(send(&router, "POST", "/api/session", Some(json!({}))).await).await,
        (StatusCode::OK, expected.clone())
    );
    let reference = api.body_of("POST /sandbox/v1/users")["externalMetadata"]["customerRef"].clone();
    assert!(reference.as_str().unwrap().starts_with("demo-"), "{reference}");

    let again = Some(json!({ "userId": USER }));
    let (_, session) = json_of(send(&router, "POST", "/api/session", again).await).await;
    assert_eq!(session, expected);
    assert!(api.lines().contains(&format!("POST /sandbox/v1/tokens?userId={USER}")));

    let unknown = Some(json!({ "userId": OTHER_USER }));
    let (status, answer) = json_of(send(&router, "POST", "/api/session", unknown).await).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("UNKNOWN_USER")));

    for body in [json!({ "userId": "../users" }), json!({ "userid": USER }), json!([])] {
        let (status, _) = json_of(send(&router, "POST", "/api/session", Some(body)).await).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn data_is_passed_on_as_it_is_with_the_request_that_got_it() {
    let (demo, api, _) = started().await;
    let router = demo.router();
    let path = format!("/api/data/eincomes?userId={USER}&size=50&cursor=a%2Bb");
    let answer = text(send(&router, "GET", &path, None).await).await;
    let line = format!("/sandbox/v1/eincomes?userId={USER}&size=50&cursor=a%2Bb");
    assert!(answer.contains(r#""amount":1234.50"#), "{answer}");
    assert!(answer.starts_with(&format!(r#"{{"request":{{"method":"GET","path":"{line}","url":"http://"#)));
    assert!(api.lines().contains(&format!("GET {line}")));

    let path = format!("/api/data/tasks?userId={USER}");
    let (status, answer) = json_of(send(&router, "GET", &path, None).await).await;
    assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!(404)), "the API's errors are shown");
}

#[tokio::test]
async fn nothing_but_the_listed_resources_is_passed_on() {
    let (demo, api, _) = started().await;
    let router = demo.router();
    let before = api.lines().len();
    for resource in ["users", "webhooks", "identities%2F..%2Fwebhooks", "Identities", "invites"] {
        let path = format!("/api/data/{resource}?userId={USER}");
        assert_eq!(send(&router, "GET", &path, None).await.status(), StatusCode::NOT_FOUND, "{resource}");
    }
    let unnamed = send(&router, "GET", "/api/data/identities", None).await;
    assert_eq!(unnamed.status(), StatusCode::BAD_REQUEST, "never the data of everyone");
    let no_account = send(&router, "DELETE", "/api/accounts/..%2Fwebhooks%2Fwh-1", None).await;
    assert_eq!(no_account.status(), StatusCode::BAD_REQUEST);
    assert_eq!(api.lines().len(), before);
}

#[tokio::test]
async fn an_account_can_be_revoked() {
    let (demo, api, _) = started().await;
    let id = "a-00000000000000000000000000000001";
    let (status, answer) =
        json_of(send(&demo.router(), "DELETE", &format!("/api/accounts/{id}"), None).await).await;
    assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!(200)));
    assert!(api.lines().contains(&format!("DELETE /sandbox/v1/accounts/{id}")));
}

#[tokio::test]
async fn when_the_api_is_down_the_page_is_told_so_in_words() {
    let demo = demo_at("http://127.0.0.1:1/sandbox/v1");
    let router = demo.router();
    let data = format!("/api/data/identities?userId={USER}");
    for (method, path, body) in [("POST", "/api/session", Some(json!({}))), ("GET", &*data, None)] {
        let (status, answer) = json_of(send(&router, method, path, body).await).await;
        let expected = json!({ "error": {
            "code": "API_UNREACHABLE",
            "message": "The API does not answer (refused connection). Is the server running?",
        } });
        assert_eq!((status, answer), (StatusCode::BAD_GATEWAY, expected), "{path}");
    }
}

#[tokio::test]
async fn a_limit_and_a_refusal_are_told_apart() {
    let (demo, api, _) = started().await;
    let router = demo.router();
    for (status, code, message) in [
        (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "The API is limiting"),
        (StatusCode::FORBIDDEN, "API_REFUSED", "The API answered 403: As expected."),
    ] {
        api.always(status);
        let (_, answer) = json_of(send(&router, "POST", "/api/session", Some(json!({}))).await).await;
        assert_eq!(answer["error"]["code"], code);
        assert!(answer["error"]["message"].as_str().unwrap().starts_with(message), "{answer}");
    }
}

#[tokio::test]
async fn a_wrong_key_stops_the_start_with_a_clear_error() {
    let api = MockApi::default();
    let wrong = DemoConfig { api_secret: "wrong".to_owned().into(), ..config(&api.serve().await) };
    let clock = FixedClock::new(Timestamp::from_micros(0));
    let demo = Demo::new(wrong, Arc::new(clock), Arc::new(SeededRandom::new(7))).unwrap();
    assert_eq!(
        demo.start().await.unwrap_err().to_string(),
        "demo: the API answered 401 to \"GET /webhooks?size=150\": As expected."
    );
}

#[test]
fn a_setting_that_is_no_address_is_named() {
    let wrong = DemoConfig { web_url: "http://a; script-src *".to_owned(), ..config("http://127.0.0.1:1") };
    let clock = FixedClock::new(Timestamp::from_micros(0));
    let error = Demo::new(wrong, Arc::new(clock), Arc::new(SeededRandom::new(7))).err().unwrap();
    assert!(matches!(error, DemoError::Address { name: "web_url" }), "{error}");
}

#[tokio::test]
async fn the_page_comes_with_a_strict_policy_and_without_the_secret() {
    let (demo, _, _) = started().await;
    let router = demo.router();
    let page = send(&router, "GET", "/", None).await;
    assert_eq!(
        (page.status(), &page.headers()["content-type"]),
        (StatusCode::OK, &"text/html; charset=utf-8".parse().unwrap())
    );
    assert_eq!(
        page.headers()["content-security-policy"],
        "default-src 'none'; script-src 'self' http://web.test; style-src 'self'; \
         img-src 'self' data: http://web.test; connect-src 'self'; frame-src http://web.test; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let html = text(page).await;
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains("<script>"), "{html}");

    let configuration = text(send(&router, "GET", "/api/config", None).await).await;
    assert!(configuration.contains("http://web.test/v2/smile.v2.js"), "{configuration}");
    assert!(!configuration.contains("secret-1") && !configuration.contains("key-1"), "{configuration}");

    for path in ["/assets/none.js", "/assets/../../sdk/smile.v2.js", "/nothing"] {
        assert_eq!(send(&router, "GET", path, None).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let huge = Request::post("/webhook").body(Body::from(vec![b' '; 70_000])).unwrap();
    let status = router.clone().oneshot(huge).await.unwrap().status();
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
