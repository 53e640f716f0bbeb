//! Bringing events to webhooks.
//!
//! Events are a log, and each webhook reads it from where it has come to: an event that arrives at the first try leaves no
//! row but the record of that attempt. One process at a time has a webhook, by a lease; the [`Courier`] takes what nobody
//! has, and runs one [`stream`] for each webhook, which nothing but its own receiver can slow down.

mod pace;
mod plan;
mod record;
mod render;
mod stream;
mod test_event;
mod throttle;

use std::{collections::HashMap, sync::Arc, time::Duration};

use sahod_model::WebhookId;
use sahod_store::{Holder, StoreError};
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::{JoinError, JoinHandle},
    time::{Instant, sleep, timeout},
};

pub(crate) use render::PayloadIn;

use self::stream::Stream;
use crate::App;

/// Bounds of the courier.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryConfig {
    /// Deliveries to one webhook at the same time at most; fewer while its receiver fails.
    pub per_webhook: usize,
    /// Deliveries at the same time at most.
    pub at_once: usize,
    /// How long to wait at most before looking for what other processes wrote, and for what is due.
    pub poll: Duration,
    /// How long deliveries that are under way may go on after the stop.
    pub grace: Duration,
    /// A receiver that fails for so long is sent nothing any more.
    pub switch_off_after: Duration,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self {
            per_webhook: 16,
            at_once: 256,
            poll: Duration::from_millis(500),
            grace: Duration::from_secs(10),
            switch_off_after: Duration::from_hours(5 * 24),
        }
    }
}

/// How long to wait after a fault of the database.
const BREATH: Duration = Duration::from_secs(1);
/// A lease is renewed so often, and nothing is begun when it was not renewed for three times as long.
const RENEW_EVERY: Duration = Duration::from_secs(5);
const UNRENEWED: Duration = Duration::from_secs(15);

/// Brings events to the webhooks that this process has.
pub struct Courier {
    app: App,
    holder: Holder,
    streams: HashMap<WebhookId, Running>,
    at_once: Arc<Semaphore>,
    /// Until when deliveries may begin.
    begin_until: watch::Sender<Instant>,
    stopping: watch::Sender<bool>,
    renewed: Instant,
}

/// What a stream needs.
struct Errand {
    app: App,
    holder: Holder,
    webhook: WebhookId,
    scope: i64,
    at_once: Arc<Semaphore>,
    /// Until when deliveries may begin.
    begin_until: watch::Receiver<Instant>,
    stopping: watch::Receiver<bool>,
    /// There may be something to do.
    look: Arc<Notify>,
}

/// A stream that runs.
struct Running {
    scope: i64,
    look: Arc<Notify>,
    task: JoinHandle<()>,
}

/// Brings events to one webhook until it is to stop, or the webhook is somebody else's, inactive or deleted.
async fn run(errand: Errand) {
    loop {
        match Stream::open(&errand).await {
            Ok(None) => return,
            Ok(Some(stream)) => match stream.run(&errand).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, webhook = %errand.webhook, "deliveries are interrupted");
                }
            },
            Err(error) => tracing::error!(%error, webhook = %errand.webhook, "cannot begin deliveries"),
        }
        if *errand.stopping.borrow() {
            return;
        }
        sleep(BREATH).await;
    }
}

impl Courier {
    /// The courier of this process.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self {
            holder: app.random.array(),
            streams: HashMap::new(),
            at_once: Arc::new(Semaphore::new(app.config.deliveries.at_once)),
            begin_until: watch::Sender::new(Instant::now()),
            stopping: watch::Sender::new(false),
            renewed: Instant::now(),
            app,
        }
    }

    /// Runs until `stop` is true, then lets deliveries that are under way end within the grace time, and gives all webhooks
    /// back.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut looked: Option<Instant> = None;
        while !*stop.borrow() {
            if looked.is_none_or(|looked| looked.elapsed() >= self.app.config.deliveries.poll) {
                looked = Some(Instant::now());
                if let Err(error) = self.look().await {
                    tracing::error!(%error, "cannot look for events to be delivered");
                }
            }
            let rest = self
                .app
                .config
                .deliveries
                .poll
                .saturating_sub(looked.map_or(Duration::ZERO, |at| at.elapsed()));
            tokio::select! {
                scopes = self.app.store.deliveries_ready() => {
                    for running in self.streams.values().filter(|running| scopes.contains(&running.scope)) {
                        running.look.notify_one();
                    }
                }
                () = self.app.store.webhooks_ready() => looked = None,
                () = sleep(rest) => {}
                _ = stop.changed() => {}
            }
        }
        self.stop().await;
    }

    /// Renews what this process has, takes what nobody has, and wakes the streams that have something to do.
    async fn look(&mut self) -> Result<(), StoreError> {
        let (app, holder) = (self.app.clone(), self.holder);
        let (store, now) = (&app.store, app.clock.now());
        let lease_until = now.plus(UNRENEWED + app.http.longest());
        self.streams.retain(|_, running| !running.task.is_finished());
        if self.renewed.elapsed() >= RENEW_EVERY && !self.streams.is_empty() {
            let asked = Instant::now();
            let held = store.renew_streams(holder, lease_until).await?;
            self.may_begin_from(asked);
            self.streams.retain(|id, running| {
                let kept = held.contains(id);
                if !kept {
                    running.task.abort();
                }
                kept
            });
        }
        let asked = Instant::now();
        let claimed = store.claim_streams(holder, now, lease_until).await?;
        if self.streams.is_empty() {
            self.may_begin_from(asked);
        }
        for (id, scope) in claimed {
            if !self.streams.contains_key(&id) {
                self.start(id, scope);
            }
        }
        for id in store.streams_with_work(holder, now).await? {
            if let Some(running) = self.streams.get(&id) {
                running.look.notify_one();
            }
        }
        Ok(())
    }

    /// Every lease was made to last from that moment.
    fn may_begin_from(&mut self, asked: Instant) {
        self.renewed = asked;
        self.begin_until.send_replace(asked + UNRENEWED);
    }

    fn start(&mut self, id: WebhookId, scope: i64) {
        let look = Arc::new(Notify::new());
        let errand = Errand {
            app: self.app.clone(),
            holder: self.holder,
            webhook: id.clone(),
            scope,
            at_once: Arc::clone(&self.at_once),
            begin_until: self.begin_until.subscribe(),
            stopping: self.stopping.subscribe(),
            look: Arc::clone(&look),
        };
        self.streams.insert(id, Running { scope, look, task: tokio::spawn(run(errand)) });
    }

    async fn stop(&mut self) {
        self.stopping.send_replace(true);
        let ended = timeout(self.app.config.deliveries.grace, async {
            for running in self.streams.values_mut() {
                let _: Result<(), JoinError> = (&mut running.task).await;
            }
        });
        if ended.await.is_err() {
            tracing::warn!("deliveries were cut off; another process makes them when the lease ends");
        }
        for running in self.streams.values() {
            running.task.abort();
        }
    }
}
