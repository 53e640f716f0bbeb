//! Where the events come from: the program itself, or its store while it does not run.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use sahod_model::{
    EventData, EventType, Mode, SessionStatus, SystemClock, SystemRandom, UserId, UserSession,
};
use sahod_outbound::{HttpClient, HttpRequest, Method};
use sahod_store::{EventFilter, PageRequest, Scope, Store, StoreConfig};
use sahod_vault::MasterKey;
use tokio::{task::JoinSet, time::interval};

use super::super::{failure::Failure, prepare::Prepared, seed::TENANT};

/// Events in one transaction.
const BATCH: usize = 1_000;

/// The database, while the program does not run.
pub(super) struct Source {
    pub(super) storage: StoreConfig,
    pub(super) master: PathBuf,
}

impl Source {
    async fn open(&self) -> Result<(Store, Scope), Failure> {
        let master = MasterKey::load_or_create(&self.master, &SystemRandom)?;
        let store = Store::open(&self.storage, master, Arc::new(SystemClock), Arc::new(SystemRandom)).await?;
        let scope = store.scope(&TENANT.parse()?, Mode::Sandbox).await?.ok_or("the tenant is gone")?;
        Ok((store, scope))
    }

    /// Appends events, each of another user.
    pub(super) async fn append(&self, events: usize) -> Result<(), Failure> {
        let (store, scope) = self.open().await?;
        for first in (0..events).step_by(BATCH) {
            let mut tx = store.begin().await?;
            for _ in first..events.min(first + BATCH) {
                tx.scoped(&scope).append_event(&created(&scope), None).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// When the last events happened, by id: taken in the transaction, before its commit.
    pub(super) async fn times(&self, count: usize) -> Result<HashMap<String, i64>, Failure> {
        let (store, scope) = self.open().await?;
        let (mut times, mut page) = (HashMap::new(), PageRequest::first(1_000));
        while times.len() < count {
            let listed = store.scoped(&scope).list_events(&EventFilter::default(), &page).await?;
            times.extend(listed.items.iter().map(|it| (it.id.to_string(), it.created_at.as_micros())));
            let Some(next) = listed.next else { break };
            page.after = Some(next);
        }
        Ok(times)
    }
}

/// What happens when a user is made.
pub(super) fn created(scope: &Scope) -> EventData {
    let user_id = UserId::new(scope.tenant(), &SystemClock, &SystemRandom);
    let session = UserSession::new(&user_id, SessionStatus::InProgress);
    EventData::UserCreated { user_id, session }
}

fn request(prepared: &Prepared, path: &str) -> HttpRequest {
    HttpRequest::new(Method::Post, format!("http://{}/sandbox/v1{path}", prepared.address))
        .header("Authorization", prepared.authorization.clone())
}

async fn call(client: &HttpClient, request: HttpRequest) -> Result<(), Failure> {
    let answer = client.request(request).await?;
    if answer.is_success() { Ok(()) } else { Err(format!("answered {}", answer.status).into()) }
}

/// Makes a webhook for events of that type.
pub(in super::super) async fn subscribe(
    client: &HttpClient,
    prepared: &Prepared,
    receiver: SocketAddr,
    event_type: EventType,
) -> Result<(), Failure> {
    let event_type = event_type.as_str();
    let body = format!(
        r#"{{"name":"bench","url":"http://{receiver}/","secret":"bench","eventTypes":["{event_type}"],"active":true}}"#
    );
    let request = request(prepared, "/webhooks").header("Content-Type", "application/json").body(body);
    call(client, request).await
}

/// Makes users through the API, one each time that `gap` has passed.
pub(super) async fn make_users(
    client: &HttpClient,
    prepared: &Prepared,
    count: u32,
    gap: Duration,
) -> Result<(), Failure> {
    let (mut ticks, mut calls) = (interval(gap), JoinSet::new());
    for _ in 0..count {
        ticks.tick().await;
        let (client, request) = (client.clone(), request(prepared, "/users"));
        calls.spawn(async move { call(&client, request).await });
    }
    while let Some(called) = calls.join_next().await {
        called??;
    }
    Ok(())
}
