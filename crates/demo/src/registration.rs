//! Telling the API where to send events.

use std::time::Duration;

use sahod_model::ExposeSecret as _;
use sahod_outbound::{HttpError, Method};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    error::DemoError,
    open_api::{ApiAnswer, with_query},
    state::DemoState,
};

const NAME: &str = "Demo page";
const PAGE_SIZE: &str = "150";
/// A customer has a handful of webhooks; this only keeps the loop finite.
const MAX_PAGES: usize = 20;
const TRIES: u32 = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WebhookPage {
    next_cursor: Option<String>,
    items: Vec<Webhook>,
}

#[derive(Deserialize)]
struct Webhook {
    id: String,
    name: String,
    url: String,
}

/// The secret of an earlier run is gone with it, so its webhook is of no use any more: it is deleted, and a new one made.
pub(crate) async fn register(demo: &DemoState) -> Result<(), DemoError> {
    let url = format!("{}/webhook", demo.config.demo_url);
    for webhook in list(demo).await? {
        if webhook.url == url || webhook.name == NAME {
            let deleted = call(demo, Method::Delete, &format!("/webhooks/{}", webhook.id), None).await;
            match deleted {
                // Someone else was faster.
                Err(DemoError::Refused { status: 404, .. }) => {}
                other => drop(other?),
            }
        }
    }
    let body = json!({
        "name": NAME,
        "url": url,
        "eventTypes": ["ALL_EVENTS"],
        "active": true,
        "includePayload": false,
        "secret": demo.webhook_secret.expose_secret(),
    });
    call(demo, Method::Post, "/webhooks", Some(&body)).await?;
    Ok(())
}

async fn list(demo: &DemoState) -> Result<Vec<Webhook>, DemoError> {
    let mut webhooks = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let path = with_query("/webhooks", &[("size", Some(PAGE_SIZE)), ("cursor", cursor.as_deref())]);
        let answer = call(demo, Method::Get, &path, None).await?;
        let page: WebhookPage = answer.data().map_err(|_| refused(Method::Get, &path, &answer))?;
        webhooks.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(webhooks)
}

/// Waits for an API that is still starting, or that asks for patience.
async fn call(
    demo: &DemoState,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<ApiAnswer, DemoError> {
    let mut tries_left = TRIES;
    loop {
        tries_left -= 1;
        match demo.open_api.call(method, path, body).await {
            Ok(answer) if answer.is_success() => return Ok(answer),
            Ok(answer) if tries_left == 0 || !matches!(answer.status, 429 | 503) => {
                return Err(refused(method, path, &answer));
            }
            Err(cause) if tries_left == 0 || cause != HttpError::RefusedConnection => {
                return Err(DemoError::Unreachable { url: demo.config.open_api_url.clone(), cause });
            }
            Ok(_) | Err(_) => tokio::time::sleep(BETWEEN_TRIES).await,
        }
    }
}

fn refused(method: Method, path: &str, answer: &ApiAnswer) -> DemoError {
    DemoError::Refused {
        request: format!("{} {path}", method.as_str()),
        status: answer.status,
        message: answer.message(),
    }
}
