//! Signing in at the provider's own page, and back.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::harness::{Client, GEORGE, Widget, World, on_both_databases};

on_both_databases!(
    a_person_signs_in_at_the_providers_own_page,
    whoever_left_the_customers_page_comes_back_to_it,
    whoever_says_no_is_not_connected,
    nobody_comes_back_for_somebody_else,
    only_the_browser_that_left_comes_back,
    an_address_that_was_sent_to_somebody_leads_nowhere,
    the_page_sends_people_nowhere_else,
    production_has_no_such_page,
);

const CALLBACK: &str = "http://link-sandbox.test/v1/oauth/callback?";
const PAGE: &str = "http://link-sandbox.test";

/// A widget whose person is to go on at the provider's own page, the account and the prompt.
pub(crate) async fn at_the_own_page(world: &World) -> (Widget, String, Value) {
    let widget = world.widget().await;
    let form = json!({ "login": GEORGE.email });
    let progress = widget.api.post("/accounts", &widget.link_request("kawani_id", &form)).await.data(201);
    let account = progress["accountId"].as_str().unwrap().to_owned();
    let prompt = widget.until(&account, "WAITING_FOR_ANSWER").await["prompt"].take();
    assert_eq!(prompt["kind"], "REDIRECT");
    (widget, account, prompt)
}

/// The path of the page below its surface.
fn page_path(prompt: &Value) -> String {
    prompt["url"].as_str().unwrap().strip_prefix(&format!("{PAGE}/v1")).unwrap().to_owned()
}

/// A browser, with the one cookie that it may be given.
pub(crate) struct Browser {
    client: Client,
    cookie: Option<String>,
}

impl Browser {
    fn new(world: &World) -> Self {
        Self { client: world.stranger("link-sandbox"), cookie: None }
    }

    /// Leaves for the source's own page as the widget has a person do it.
    async fn leaving(world: &World, widget: &Widget, account: &str, body: &Value, page: &str) -> Self {
        let left = widget.api.post(&format!("/accounts/{account}/redirects"), body).await.data(201);
        let mut browser = Self::new(world);
        let response = browser.follow(left["url"].as_str().unwrap(), Some(page)).await;
        assert_eq!(response.status(), 303);
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        browser
    }

    /// Opens an address of the Link API, from a page at `referrer`.
    async fn follow(&mut self, url: &str, referrer: Option<&str>) -> axum::http::Response<Body> {
        let path = url.strip_prefix(&format!("{PAGE}/v1")).unwrap_or(url);
        let mut headers: Vec<_> = referrer.map(|page| (header::REFERER, page)).into_iter().collect();
        let cookie = self.cookie.clone().unwrap_or_default();
        if !cookie.is_empty() {
            headers.push((header::COOKIE, &cookie));
        }
        let response = self.client.raw(&Method::GET, path, &headers, Body::empty()).await;
        if let Some(given) = response.headers().get(header::SET_COOKIE) {
            let given = given.to_str().unwrap();
            assert!(given.ends_with("; HttpOnly; SameSite=Lax"), "{given}");
            let (pair, _) = given.split_once(';').unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| format!("other=1; {pair}"));
        }
        response
    }

    /// Comes back to where sign-ins come back to.
    async fn come_back(&mut self, path: &str) -> (u16, String) {
        let response = self.follow(path, None).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }
}

/// Where the widget's own page is.
const WIDGET: &str = "http://web.test/";

/// Presses a button of the page: where the browser is sent.
async fn press(browser: &Client, page: &str, button: &str) -> String {
    let path = page.replace("/authorize?", &format!("/authorize/{button}?"));
    let response = browser.raw(&Method::POST, &path, &[], Body::empty()).await;
    assert_eq!(response.status(), 303);
    let to = response.headers()["location"].to_str().unwrap();
    format!("/oauth/callback?{}", to.strip_prefix(CALLBACK).unwrap())
}

async fn status_and_page(browser: &Client, path: &str) -> (u16, String) {
    let response = browser.raw(&Method::GET, path, &[], Body::empty()).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 100_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn a_person_signs_in_at_the_providers_own_page(world: World) {
    let (widget, account, prompt) = at_the_own_page(&world).await;
    widget.answer(&account, &prompt["id"], "code=guessed").await.faulty(&["promptId"]);
    let leave = json!({ "promptId": prompt["id"] });
    let mut browser = Browser::leaving(&world, &widget, &account, &leave, WIDGET).await;
    let page = page_path(&prompt);
    let (status, html) = status_and_page(&browser.client, &page).await;
    assert!(status == 200 && html.contains("Sandbox sign-in"), "{status} {html}");
    let back = press(&browser.client, &page, "allow").await;
    let (status, html) = browser.come_back(&back).await;
    assert!(status == 200 && html.contains("You can close this window"), "{status} {html}");
    assert_eq!(browser.cookie, None, "the trip is over");
    widget.until(&account, "DONE").await;
    let (status, html) = browser.come_back(&back).await;
    assert!(status == 410 && html.contains("took too long"), "a second time: {status} {html}");
}

async fn whoever_left_the_customers_page_comes_back_to_it(world: World) {
    let (widget, account, prompt) = at_the_own_page(&world).await;
    let path = format!("/accounts/{account}/redirects");
    let leave = |prompt: &Value, to: &str| json!({ "promptId": prompt, "returnTo": to });
    for odd in ["javascript:alert(1)", "/relative", "https://user@evil.test/", "ftp://files.test/", ""] {
        widget.api.post(&path, &leave(&prompt["id"], odd)).await.faulty(&["returnTo"]);
    }
    widget.api.post(&path, &leave(&json!("p-9"), "https://lender.test/")).await.faulty(&["promptId"]);
    let body = leave(&prompt["id"], "https://lender.test/apply?step=2");
    let mut browser = Browser::leaving(&world, &widget, &account, &body, "https://lender.test/").await;
    let back = press(&browser.client, &page_path(&prompt), "allow").await;
    let response = browser.follow(&back, None).await;
    assert_eq!(
        (response.status().as_u16(), response.headers()["location"].to_str().unwrap()),
        (303, "https://lender.test/apply?step=2")
    );
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    widget.until(&account, "DONE").await;
}

async fn whoever_says_no_is_not_connected(world: World) {
    let (widget, account, prompt) = at_the_own_page(&world).await;
    let leave = json!({ "promptId": prompt["id"] });
    let mut browser = Browser::leaving(&world, &widget, &account, &leave, WIDGET).await;
    let back = press(&browser.client, &page_path(&prompt), "deny").await;
    assert_eq!(browser.come_back(&back).await.0, 200);
    assert_eq!(widget.until(&account, "FAILED").await["errorCode"], "INVALID_AUTH");
}

async fn nobody_comes_back_for_somebody_else(world: World) {
    let (widget, account, prompt) = at_the_own_page(&world).await;
    let leave = json!({ "promptId": prompt["id"] });
    let mut browser = Browser::leaving(&world, &widget, &account, &leave, WIDGET).await;
    for query in ["", "?state=", "?code=abc", "?code=abc&state=guessed"] {
        let (status, _) = browser.come_back(&format!("/oauth/callback{query}")).await;
        assert_eq!(status, 410, "{query}");
    }
    assert_eq!(widget.progress(&account).await["prompt"], prompt, "the prompt is still open");
    // With the right state but a code that nobody was given, the attempt is over.
    let state = prompt["url"].as_str().unwrap().split("state=").nth(1).unwrap().split('&').next().unwrap();
    browser.come_back(&format!("/oauth/callback?code=abc&state={state}")).await;
    assert_eq!(widget.until(&account, "FAILED").await["errorCode"], "INVALID_AUTH");
}

async fn only_the_browser_that_left_comes_back(world: World) {
    let (widget, account, prompt) = at_the_own_page(&world).await;
    // Somebody is sent the address of the source's page, and says yes there, before and after the sender has left.
    let mut victim = Browser::new(&world);
    let back = press(&victim.client, &page_path(&prompt), "allow").await;
    let leave = json!({ "promptId": prompt["id"] });
    for _ in 0..2 {
        let (status, html) = victim.come_back(&back).await;
        assert!(status == 403 && html.contains("was not begun in this browser"), "{status} {html}");
        assert_eq!(widget.progress(&account).await["prompt"], prompt, "the sender's attempt goes on waiting");
        Browser::leaving(&world, &widget, &account, &leave, WIDGET).await;
    }
    // Nor does what a browser keeps for another attempt help.
    let (others, another, asked) = at_the_own_page(&world).await;
    let body = json!({ "promptId": asked["id"] });
    let mut victim = Browser::leaving(&world, &others, &another, &body, WIDGET).await;
    assert_eq!(victim.come_back(&back).await.0, 403);
    // It stays good for the one that it is of.
    let mut sender = Browser::leaving(&world, &widget, &account, &leave, WIDGET).await;
    assert_eq!(sender.come_back(&back).await.0, 200);
    widget.until(&account, "DONE").await;
}

async fn an_address_that_was_sent_to_somebody_leads_nowhere(world: World) {
    let (widget, account, prompt) = at_the_own_page(&world).await;
    let path = format!("/accounts/{account}/redirects");
    let leave = json!({ "promptId": prompt["id"], "returnTo": "https://lender.test/apply" });
    let url = widget.api.post(&path, &leave).await.data(201)["url"].take();
    let url = url.as_str().unwrap();
    let mut victim = Browser::new(&world);
    for page in [None, Some("https://mail.test/"), Some("http://lender.test/"), Some("null"), Some("")] {
        let response = victim.follow(url, page).await;
        assert_eq!((response.status().as_u16(), victim.cookie.as_ref()), (410, None), "{page:?}");
    }
    for odd in ["/oauth/leave", "/oauth/leave?ticket=", "/oauth/leave?ticket=guessed"] {
        assert_eq!(victim.follow(odd, Some(WIDGET)).await.status(), 410, "{odd}");
    }
    assert_eq!(victim.follow(url, Some("https://lender.test/")).await.status(), 303);
}

async fn the_page_sends_people_nowhere_else(world: World) {
    let (_, _, prompt) = at_the_own_page(&world).await;
    let browser = world.stranger("link-sandbox");
    let page = page_path(&prompt);
    for (from, to) in [("link-sandbox.test", "evil.test"), ("S256", "plain"), ("response_type=code", "x=y")] {
        let odd = page.replace(from, to);
        assert_ne!(odd, page);
        assert_eq!(status_and_page(&browser, &odd).await.0, 400, "{to}");
        let path = odd.replace("/authorize?", "/authorize/allow?");
        assert_eq!(browser.raw(&Method::POST, &path, &[], Body::empty()).await.status(), 400);
    }
    let (_, html) = status_and_page(&browser, &format!("{page}&x=%22%3E%3Cscript%3E")).await;
    assert!(!html.contains("<script>"), "{html}");
}

async fn production_has_no_such_page(world: World) {
    let (_, _, prompt) = at_the_own_page(&world).await;
    let page = page_path(&prompt).replace("link-sandbox.test", "link.test");
    assert_eq!(status_and_page(&world.stranger("link"), &page).await.0, 400);
}
