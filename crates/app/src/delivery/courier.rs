//! Takes the webhooks that no other process has, and runs one stream for each.
//!
//! Leases are the courier's alone: it claims, renews and gives back, and a stream only says how it ended. So none is renewed
//! that nobody brings anything to, and none is given back while it runs.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sahod_model::WebhookId;
use sahod_store::{Holder, StoreError};
use tokio::{
    sync::{Notify, watch},
    task::{AbortHandle, JoinError, JoinSet},
    time::{Instant, sleep, timeout},
};

use super::{
    Delivery,
    stream::{self, StreamEnd},
    task::DeliveryTask,
};

/// A lease is renewed so often, and nothing is begun when it was not renewed for three times as long.
const RENEW_EVERY: Duration = Duration::from_secs(5);
const UNRENEWED: Duration = Duration::from_secs(15);

/// Brings events to the webhooks that this process has.
pub struct Courier {
    delivery: Delivery,
    holder: Holder,
    /// Those whose end was not seen yet.
    streams: HashMap<WebhookId, Running>,
    tasks: JoinSet<(WebhookId, StreamEnd)>,
    /// Until when deliveries may begin.
    begin_until: watch::Sender<Instant>,
    stopping: watch::Sender<bool>,
    renewed: Instant,
}

/// A stream that runs.
struct Running {
    scope: i64,
    look: Arc<Notify>,
    task: AbortHandle,
}

impl Courier {
    /// The courier of this process.
    #[must_use]
    pub fn new(delivery: Delivery) -> Self {
        Self {
            holder: delivery.services.random.array(),
            streams: HashMap::new(),
            tasks: JoinSet::new(),
            begin_until: watch::Sender::new(Instant::now()),
            stopping: watch::Sender::new(false),
            renewed: Instant::now(),
            delivery,
        }
    }

    /// Runs until `stop` is true, then lets deliveries that are under way end within the grace time, and gives all webhooks
    /// back.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut looked: Option<Instant> = None;
        while !*stop.borrow() {
            if looked.is_none_or(|looked| looked.elapsed() >= self.delivery.services.config.deliveries.poll) {
                looked = Some(Instant::now());
                if let Err(error) = self.look().await {
                    tracing::error!(%error, "cannot look for events to be delivered");
                }
            }
            let rest = self
                .delivery
                .services
                .config
                .deliveries
                .poll
                .saturating_sub(looked.map_or(Duration::ZERO, |at| at.elapsed()));
            tokio::select! {
                Some(ended) = self.tasks.join_next() => {
                    // What was switched on again meanwhile is taken at once.
                    self.see_off(ended).await;
                    looked = None;
                }
                scopes = self.delivery.services.store.deliveries_ready() => {
                    for running in self.streams.values().filter(|running| scopes.contains(&running.scope)) {
                        running.look.notify_one();
                    }
                }
                () = self.delivery.services.store.webhooks_ready() => looked = None,
                () = sleep(rest) => {}
                _ = stop.changed() => {}
            }
        }
        self.stop().await;
    }

    /// Renews what this process has, takes what nobody has, and wakes the streams that have something to do.
    async fn look(&mut self) -> Result<(), StoreError> {
        let (services, holder) = (Arc::clone(&self.delivery.services), self.holder);
        let (store, now) = (&services.store, services.clock.now());
        let lease_until = now.plus(UNRENEWED + services.http.longest());
        if self.renewed.elapsed() >= RENEW_EVERY && !self.streams.is_empty() {
            let asked = Instant::now();
            let held =
                store.renew_streams(holder, self.streams.keys().cloned().collect(), lease_until).await?;
            self.may_begin_from(asked);
            for (_, running) in self.streams.iter().filter(|(id, _)| !held.contains(id)) {
                running.task.abort();
            }
        }
        let asked = Instant::now();
        let claimed = store.claim_streams(holder, now, lease_until).await?;
        if self.streams.is_empty() {
            self.may_begin_from(asked);
        }
        for (id, scope) in claimed {
            // One whose end was not seen yet is given back when it is.
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
        let task = DeliveryTask {
            delivery: self.delivery.clone(),
            holder: self.holder,
            webhook: id.clone(),
            scope,
            begin_until: self.begin_until.subscribe(),
            stopping: self.stopping.subscribe(),
            look: Arc::clone(&look),
        };
        let webhook = id.clone();
        let task = self.tasks.spawn(async move { (webhook, stream::run(task).await) });
        self.streams.insert(id, Running { scope, look, task });
    }

    /// Forgets streams that have ended, this one and whatever else has, and gives back what they leave.
    async fn see_off(&mut self, first: Result<(WebhookId, StreamEnd), JoinError>) {
        let mut left = Vec::new();
        let mut next = Some(first);
        while let Some(ended) = next {
            match ended {
                Ok((id, end)) => {
                    self.streams.remove(&id);
                    if matches!(end, StreamEnd::GiveBack) {
                        left.push(id);
                    }
                }
                Err(error) => {
                    let cut_off = self.streams.extract_if(|_, running| running.task.is_finished());
                    let ids: Vec<_> = cut_off.map(|(id, _)| id.to_string()).collect();
                    if error.is_panic() {
                        // Its lease ends by itself, so that it is not begun again at full speed.
                        tracing::error!(
                            webhooks = ids.join(" "),
                            "deliveries ended by a fault of this program"
                        );
                    }
                }
            }
            next = self.tasks.try_join_next();
        }
        if !left.is_empty()
            && let Err(error) = self.delivery.services.store.release_streams(self.holder, &left).await
        {
            tracing::warn!(%error, webhooks = left.len(), "cannot give webhooks back; their leases end by themselves");
        }
    }

    async fn stop(&mut self) {
        self.stopping.send_replace(true);
        let ended = timeout(self.delivery.services.config.deliveries.grace, async {
            while let Some(ended) = self.tasks.join_next().await {
                self.see_off(ended).await;
            }
        });
        if ended.await.is_err() {
            tracing::warn!("deliveries were cut off; another process makes them when the lease ends");
        }
    }
}
