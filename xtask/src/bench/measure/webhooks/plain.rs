//! The plain loop: the same bodies, signed the same way, posted by the same client, and nothing kept of them.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use sahod_model::{
    Clock as _, EventId, EventType, SecretString, SessionStatus, SystemClock, SystemRandom, UserId,
    UserSession,
};
use sahod_outbound::HttpClient;
use sahod_webhooks::{EventBody, Message, Target, deliver};
use tokio::{sync::Semaphore, task::JoinSet, time::interval};

use super::receiver::now_us;

/// The body of an event in which a user is made.
fn body(id: &EventId) -> Bytes {
    let render = || {
        let user = UserId::new(&"bench".parse().ok()?, &SystemClock, &SystemRandom);
        let session = serde_json::to_string(&UserSession::new(&user, SessionStatus::InProgress)).ok()?;
        let data = format!(r#"{{"userId":"{user}","session":{session}}}"#);
        EventBody::new(id.clone(), EventType::UserCreated, SystemClock.now(), &data).ok()?.render().ok()
    };
    render().unwrap_or_default()
}

async fn post(client: &HttpClient, receiver: SocketAddr, secret: &SecretString, id: &EventId) {
    let Ok(url) = format!("http://{receiver}/").parse() else { return };
    let target = Target { url: &url, secret, previous_secret: None };
    let message = Message { id, sequence: Some(1), body: body(id), at: SystemClock.now() };
    deliver(client, target, message).await;
}

/// One each time that `gap` has passed; when each was begun, by id.
pub(super) async fn at_rate(
    client: &HttpClient,
    receiver: SocketAddr,
    count: u32,
    gap: Duration,
) -> HashMap<String, i64> {
    let (mut ticks, mut posts, mut begun) = (interval(gap), JoinSet::new(), HashMap::new());
    for _ in 0..count {
        ticks.tick().await;
        let (client, id) = (client.clone(), EventId::new(&SystemClock, &SystemRandom));
        begun.insert(id.to_string(), now_us());
        posts.spawn(async move {
            post(&client, receiver, &"bench".to_owned().into(), &id).await;
        });
    }
    posts.join_all().await;
    begun
}

/// So many, `at_once` of them at the same time.
pub(super) async fn flat_out(client: &HttpClient, receiver: SocketAddr, count: usize, at_once: usize) {
    let (places, mut posts) = (Arc::new(Semaphore::new(at_once)), JoinSet::new());
    for _ in 0..count {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let client = client.clone();
        posts.spawn(async move {
            let id = EventId::new(&SystemClock, &SystemRandom);
            post(&client, receiver, &"bench".to_owned().into(), &id).await;
            drop(place);
        });
        while posts.try_join_next().is_some() {}
    }
    posts.join_all().await;
}
