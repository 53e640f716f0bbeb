//! One webhook's deliveries.
//!
//! Events are read ahead, sent several at a time (one user's one after the other), and what became of them is noted in one
//! transaction while others are under way: the more there is to do, the less each one costs. What an attempt came to is
//! written before the cursor moves past it, so every move has its record.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::future::{BoxFuture, OptionFuture};
use sahod_model::{DeliveryAttempt, SourceId, SwitchedOffReason, Timestamp};
use sahod_store::{
    Due, DueDelivery, FailedDelivery, Scope, StoreError, StoredEvent, StreamProgress, StreamState,
};
use sahod_webhooks::Directive;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    Delivery,
    attempt::{Ended, attempt},
    plan::Plan,
    task::DeliveryTask,
    throttle::Throttle,
};
use crate::AppError;

/// Events that are read at once.
const READ: u16 = 256;
/// Deliveries that are due by themselves and read at once.
const DUE: u16 = 64;
/// What the webhook did not want is noted as passed once it is so much, or so long ago.
const PASSED: i64 = 1_000;
const PASSED_FOR: Duration = Duration::from_secs(5);
/// How long to wait after a fault of the database.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Why a stream ends.
enum End {
    /// Somebody else has it, or it is deleted.
    Lost,
    /// This process is to give it back.
    GiveBack,
    /// Its receiver wants nothing any more, or has failed for too long.
    SwitchOff(SwitchedOffReason),
}

/// Brings events to one webhook until it is to stop, or the webhook is somebody else's, inactive or deleted.
pub(super) async fn run(task: DeliveryTask) {
    loop {
        match Stream::open(&task).await {
            Ok(None) => return,
            Ok(Some(stream)) => match stream.run(&task).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, webhook = %task.webhook, "deliveries are interrupted");
                }
            },
            Err(error) => tracing::error!(%error, webhook = %task.webhook, "cannot begin deliveries"),
        }
        if *task.stopping.borrow() {
            return;
        }
        sleep(RETRY_PAUSE).await;
    }
}

/// What of the database may have changed since it was read.
struct Unread {
    /// There may be more in the log.
    events: bool,
    /// There may be more that is due by itself.
    due: bool,
    /// The webhook may have changed, or be somebody else's.
    webhook: bool,
}

type Noting = BoxFuture<'static, Result<Option<i64>, StoreError>>;

struct Stream {
    scope: Scope,
    state: StreamState,
    plan: Plan,
    throttle: Throttle,
    sending: JoinSet<Ended>,
    /// Read, due by themselves, and not begun.
    due: VecDeque<DueDelivery>,
    /// The numbers of those that are under way or to be noted.
    retrying: HashSet<i64>,
    /// The numbers of what is being noted.
    noting: Vec<i64>,
    unread: Unread,
    /// Whether what is due by itself goes first the next time.
    retry_first: bool,
    /// What is to be noted.
    news: StreamProgress,
    records: Vec<(DeliveryAttempt, Option<SourceId>)>,
    noted_cursor: i64,
    noted_at: Instant,
    ending: Option<End>,
}

impl Stream {
    /// `None` when this process does not have it, or there is nothing to be brought to it.
    async fn open(task: &DeliveryTask) -> Result<Option<Self>, AppError> {
        let DeliveryTask { delivery, holder, webhook, scope: number, .. } = task;
        let services = &delivery.services;
        let Some(scope) = services.store.scope_by_number(*number).await? else { return Ok(None) };
        let Some(state) = services.store.open_stream(*holder, *number, webhook).await? else {
            return Ok(None);
        };
        let cursor = state.cursor;
        Ok(Some(Self {
            scope,
            state,
            plan: Plan::new(cursor),
            throttle: Throttle::new(services.config.deliveries.per_webhook),
            sending: JoinSet::new(),
            due: VecDeque::new(),
            retrying: HashSet::new(),
            noting: Vec::new(),
            unread: Unread { events: true, due: true, webhook: false },
            retry_first: false,
            news: StreamProgress::default(),
            records: Vec::new(),
            noted_cursor: cursor,
            noted_at: Instant::now(),
            ending: None,
        }))
    }

    async fn run(mut self, task: &DeliveryTask) -> Result<(), AppError> {
        let mut stopping = task.stopping.clone();
        let mut noting: Option<Noting> = None;
        loop {
            if *stopping.borrow() {
                self.ending.get_or_insert(End::GiveBack);
            }
            if self.ending.is_none() {
                self.fill(task).await?;
            }
            if noting.is_none() {
                noting = self.note(task);
            }
            if self.ending.is_some() && self.sending.is_empty() && noting.is_none() {
                return self.end(task).await;
            }
            tokio::select! {
                Some(ended) = self.sending.join_next() => self.settle(task, ended.map_err(AppError::internal)?),
                Some(noted) = OptionFuture::from(noting.as_mut()) => {
                    noting = None;
                    self.noted(task, noted?).await?;
                }
                () = task.look.notified() => {
                    self.unread = Unread { events: true, due: true, webhook: true };
                }
                _ = stopping.changed(), if self.ending.is_none() => {}
            }
        }
    }

    /// Begins whatever may begin.
    async fn fill(&mut self, task: &DeliveryTask) -> Result<(), AppError> {
        let services = &task.delivery.services;
        let now = services.clock.now();
        if self.state.paused_until.is_some_and(|until| until > now) {
            return Ok(());
        }
        while self.sending.len() < self.throttle.places() && *task.begin_until.borrow() > Instant::now() {
            let events = self.read_events(task).await?;
            let due = self.read_due(task).await?;
            // After the reads: what happened after the webhook changed is judged by what it is now.
            if self.unread.webhook || !(events.is_empty() && due.is_empty()) {
                self.unread.webhook = false;
                self.check(task).await?;
                if self.ending.is_some() {
                    return Ok(());
                }
            }
            self.plan.read(events, &self.state.webhook);
            self.take_due(due);
            let takes_new = self.throttle.takes_new(now);
            // What is not wanted is passed without being begun.
            if !(self.begin(task, takes_new) || self.unread.events && self.plan.has_room()) {
                break;
            }
        }
        Ok(())
    }

    async fn read_events(&mut self, task: &DeliveryTask) -> Result<Vec<StoredEvent>, AppError> {
        if !(self.unread.events && self.plan.has_room()) {
            return Ok(Vec::new());
        }
        let events = task.delivery.services.store.events_after(task.scope, self.plan.read_to(), READ).await?;
        self.unread.events = events.len() == usize::from(READ);
        Ok(events)
    }

    async fn read_due(&mut self, task: &DeliveryTask) -> Result<Vec<DueDelivery>, AppError> {
        if !(self.unread.due && self.due.is_empty()) {
            return Ok(Vec::new());
        }
        let (store, now) = (&task.delivery.services.store, task.delivery.services.clock.now());
        let limit = DUE.saturating_add(u16::try_from(self.retrying.len()).unwrap_or(u16::MAX));
        let due = store.due_deliveries(&task.webhook, now, limit).await?;
        self.unread.due = due.len() == usize::from(limit);
        Ok(due)
    }

    fn take_due(&mut self, due: Vec<DueDelivery>) {
        for delivery in due {
            let seq = delivery.event.seq;
            if !self.retrying.insert(seq) {
                continue;
            }
            if self.state.webhook.wants(delivery.event.event_type) {
                self.due.push_back(delivery);
            } else {
                self.news.done.push((seq, delivery.due.at));
            }
        }
    }

    /// Begins what is next, if anything is. What is due by itself and new events take turns.
    fn begin(&mut self, task: &DeliveryTask, takes_new: bool) -> bool {
        let retry_first = self.retry_first;
        self.retry_first = !retry_first;
        for retry in [retry_first, !retry_first] {
            let next = if retry {
                self.due.pop_front().map(|DueDelivery { due, event }| (event, Some(due)))
            } else {
                takes_new.then(|| self.plan.begin()).flatten().map(|event| (event, None))
            };
            if let Some((event, due)) = next {
                self.send(task, event, due);
                return true;
            }
        }
        false
    }

    fn send(&mut self, task: &DeliveryTask, event: StoredEvent, due: Option<Due>) {
        let (delivery, at_once) = (task.delivery.clone(), Arc::clone(&task.at_once));
        let (scope, webhook) = (self.scope.clone(), self.state.webhook.clone());
        self.sending.spawn(async move {
            // Never closed, so this only waits for its turn.
            let _place = at_once.acquire().await;
            attempt(&delivery, &scope, &webhook, event, due).await
        });
    }

    /// Takes in how an attempt ended.
    fn settle(&mut self, task: &DeliveryTask, ended: Ended) {
        let services = &task.delivery.services;
        let now = services.clock.now();
        if ended.is_delivered() {
            self.throttle.succeeded(Duration::from_micros(ended.record.duration_us));
            self.state.failing_since = None;
        } else if !ended.ours {
            self.throttle.failed(now);
            let since = *self.state.failing_since.get_or_insert(ended.record.at);
            if now.since(since) >= services.config.deliveries.switch_off_after {
                self.ending.get_or_insert(End::SwitchOff(SwitchedOffReason::Failing));
            }
        }
        match ended.directive {
            Some(Directive::RetryAfter(pause)) => self.state.paused_until = Some(now.plus(pause)),
            Some(Directive::Gone) => self.ending = Some(End::SwitchOff(SwitchedOffReason::Gone)),
            None => {}
        }
        if ended.due.is_none() {
            self.plan.settle(ended.seq, ended.user.as_ref());
        }
        if !ended.is_delivered() {
            let (attempt, due_at) = (ended.record.number, ended.record.next_at);
            self.news.failed.push(FailedDelivery { seq: ended.seq, attempt, due_at });
        } else if let Some(due) = ended.due {
            self.news.done.push((ended.seq, due.at));
        }
        self.records.push((ended.record, ended.source));
    }

    /// Begins to note what there is to be noted.
    fn note(&mut self, task: &DeliveryTask) -> Option<Noting> {
        let cursor = self.plan.cursor();
        let passed = cursor - self.noted_cursor;
        let nothing = self.records.is_empty() && self.news.done.is_empty() && self.news.failed.is_empty();
        let passed_long = passed > 0 && self.noted_at.elapsed() >= PASSED_FOR;
        if nothing && passed < PASSED && !passed_long && !(self.ending.is_some() && passed > 0) {
            return None;
        }
        (self.noted_cursor, self.noted_at) = (cursor, Instant::now());
        let progress = StreamProgress {
            cursor,
            paused_until: self.state.paused_until,
            failing_since: self.state.failing_since,
            ..std::mem::take(&mut self.news)
        };
        let done = progress.done.iter().map(|(seq, _)| *seq);
        self.noting = done.chain(progress.failed.iter().map(|one| one.seq)).collect();
        let records = std::mem::take(&mut self.records);
        let (store, holder) = (task.delivery.services.store.clone(), task.holder);
        let (scope, webhook) = (task.scope, task.webhook.clone());
        Some(Box::pin(async move {
            // The log of attempts must not stand in the way of deliveries.
            if let Err(error) = store.insert_attempts(scope, &webhook, &records).await {
                tracing::warn!(%error, attempts = records.len(), "attempts are missing in their log");
            }
            store.save_progress(holder, scope, &webhook, progress).await
        }))
    }

    /// What was to be noted is.
    async fn noted(&mut self, task: &DeliveryTask, revision: Option<i64>) -> Result<(), AppError> {
        // Not before: until then the database has them as due still.
        for seq in self.noting.drain(..) {
            self.retrying.remove(&seq);
        }
        self.compare(task, revision).await
    }

    /// Looks whether the webhook has changed.
    async fn check(&mut self, task: &DeliveryTask) -> Result<(), AppError> {
        let revision = task.delivery.services.store.stream_revision(task.holder, &task.webhook).await?;
        self.compare(task, revision).await
    }

    async fn compare(&mut self, task: &DeliveryTask, revision: Option<i64>) -> Result<(), AppError> {
        match revision {
            None => self.lost(),
            Some(revision) if revision != self.state.revision => self.reopen(task).await?,
            Some(_) => {}
        }
        Ok(())
    }

    /// Reads the webhook anew.
    async fn reopen(&mut self, task: &DeliveryTask) -> Result<(), AppError> {
        let DeliveryTask { delivery, holder, webhook, scope, .. } = task;
        let services = &delivery.services;
        match services.store.open_stream(*holder, *scope, webhook).await? {
            None => self.lost(),
            Some(state) if !state.webhook.active => {
                self.ending.get_or_insert(End::GiveBack);
            }
            // What is not noted yet is known here alone.
            Some(state) => {
                let StreamState { paused_until, failing_since, .. } = self.state;
                let moved = self.clock_moved(delivery).await?;
                let (paused_until, failing_since) = (paused_until.map(&moved), failing_since.map(&moved));
                self.state = StreamState { paused_until, failing_since, ..state };
                // It was inactive meanwhile: what happened then is not sent.
                if self.state.cursor > self.noted_cursor {
                    self.plan.skip_to(self.state.cursor);
                    self.noted_cursor = self.state.cursor;
                }
            }
        }
        Ok(())
    }

    /// Reads the scope anew; how a moment of the machine's clock moves with the tenant's test clock, if that was moved.
    async fn clock_moved(
        &mut self,
        delivery: &Delivery,
    ) -> Result<impl Fn(Timestamp) -> Timestamp + use<>, AppError> {
        let before = self.scope.clone();
        let after =
            delivery.services.store.scope_by_number(before.number()).await?.unwrap_or_else(|| before.clone());
        if before != after {
            self.scope = after.clone();
            // However long it was to be left alone, that is over.
            self.throttle = Throttle::new(delivery.services.config.deliveries.per_webhook);
        }
        Ok(move |at| after.machine_time(before.tenant_time(at)))
    }

    fn lost(&mut self) {
        self.sending.abort_all();
        self.ending = Some(End::Lost);
    }

    async fn end(mut self, task: &DeliveryTask) -> Result<(), AppError> {
        let DeliveryTask { delivery, holder, webhook, scope, .. } = task;
        let services = &delivery.services;
        let Some(ending) = self.ending.take() else { return Ok(()) };
        if matches!(ending, End::Lost) {
            return Ok(());
        }
        let now = services.clock.now();
        let left = self.plan.give_back().into_iter();
        let progress = StreamProgress {
            failed: left.map(|seq| FailedDelivery { seq, attempt: 0, due_at: Some(now) }).collect(),
            cursor: self.plan.cursor(),
            paused_until: self.state.paused_until,
            failing_since: self.state.failing_since,
            done: Vec::new(),
        };
        services.store.save_progress(*holder, *scope, webhook, progress).await?;
        if let End::SwitchOff(reason) = ending {
            delivery.switch_webhook_off(&self.scope, webhook, reason, self.state.failing_since).await?;
        }
        Ok(services.store.release_stream(*holder, webhook).await?)
    }
}
