//! One webhook's deliveries.
//!
//! Events are read ahead, sent several at a time (one user's one after the other), and their outcomes are written in one
//! transaction while others are under way: the more there is to do, the less each one costs. The record of an attempt is
//! written before the cursor moves past it, so every move has its record.

use std::time::Duration;

use sahod_model::{SwitchedOffReason, Timestamp, WebhookId};
use sahod_store::{Due, DueDelivery, FailedDelivery, Scope, StoreError, StoredEvent, StreamProgress};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    Delivery,
    attempt::{AttemptOutcome, attempt},
    pace::Pace,
    pending::Pending,
    places::{Place, WaitingLine},
    plan::Plan,
    receiver::Receiver,
    retries::Retries,
    task::DeliveryTask,
};
use crate::AppError;

/// Events that are read at once.
const READ: u16 = 256;
/// How often the database is looked at for more, at most.
const LOOK_EVERY: Duration = Duration::from_millis(2);
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

/// What is left of a stream that has ended.
pub(super) enum StreamEnd {
    /// A lease that somebody else may have now.
    GiveBack,
    /// None, or one that is to end by itself: what cannot be begun is not tried again at full speed.
    Nothing,
}

/// Brings events to one webhook until it is to stop, or the webhook is somebody else's, inactive or deleted.
pub(super) async fn run(task: DeliveryTask) -> StreamEnd {
    loop {
        match Stream::open(&task).await {
            Ok(Opened::Gone) => return StreamEnd::Nothing,
            Ok(Opened::Inactive) => return StreamEnd::GiveBack,
            Ok(Opened::Stream(stream)) => match stream.run(&task).await {
                Ok(end) => return end,
                Err(error) => {
                    tracing::error!(%error, webhook = %task.webhook, "deliveries are interrupted");
                }
            },
            Err(error) => tracing::error!(%error, webhook = %task.webhook, "cannot begin deliveries"),
        }
        if *task.stopping.borrow() {
            return StreamEnd::GiveBack;
        }
        sleep(RETRY_PAUSE).await;
    }
}

/// What a webhook is found to be when its deliveries are to begin.
enum Opened {
    /// There is something to be brought to it.
    Stream(Box<Stream>),
    /// It was switched off after it was claimed.
    Inactive,
    /// This process does not have it, or it is deleted.
    Gone,
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

/// What was written: the numbers of what was due by itself, and the stream's revision.
struct Saved {
    seqs: Vec<i64>,
    revision: Option<i64>,
}

struct Stream {
    scope: Scope,
    receiver: Receiver,
    plan: Plan,
    retries: Retries,
    pending: Pending,
    sending: JoinSet<AttemptOutcome>,
    /// One at most. It goes on by itself: what it has of the database must not wait for this stream to have its turn there.
    saving: JoinSet<Result<Saved, StoreError>>,
    queue: WaitingLine<WebhookId>,
    unread: Unread,
    /// Whether what is due by itself goes first the next time.
    retry_first: bool,
    looks: Pace,
    ending: Option<End>,
}

impl Stream {
    async fn open(task: &DeliveryTask) -> Result<Opened, AppError> {
        let DeliveryTask { delivery, holder, webhook, scope: number, .. } = task;
        let services = &delivery.services;
        let _turn = delivery.turns.take(*number, webhook).await;
        let Some(scope) = services.store.scope_by_number(*number).await? else { return Ok(Opened::Gone) };
        let Some(state) = services.store.open_stream(*holder, *number, webhook).await? else {
            return Ok(Opened::Gone);
        };
        if !state.webhook.active {
            return Ok(Opened::Inactive);
        }
        Ok(Opened::Stream(Box::new(Self {
            scope,
            plan: Plan::new(state.cursor),
            retries: Retries::default(),
            pending: Pending::new(state.cursor),
            receiver: Receiver::new(state, services.config.deliveries.per_webhook),
            sending: JoinSet::new(),
            saving: JoinSet::new(),
            queue: WaitingLine::new(&delivery.places, *number, webhook.clone()),
            unread: Unread { events: true, due: true, webhook: false },
            retry_first: false,
            looks: Pace::new(LOOK_EVERY),
            ending: None,
        })))
    }

    async fn run(mut self, task: &DeliveryTask) -> Result<StreamEnd, AppError> {
        let mut stopping = task.stopping.clone();
        loop {
            if *stopping.borrow() {
                self.ending.get_or_insert(End::GiveBack);
            }
            let waits = self.ending.is_none() && self.fill(task).await?;
            if !waits {
                self.queue.leave();
            }
            if self.saving.is_empty() {
                self.save(task);
            }
            let to_save = self.saving.is_empty() && self.pending.has_outcomes();
            if self.ending.is_some() && self.sending.is_empty() && self.saving.is_empty() {
                return self.end(task).await;
            }
            tokio::select! {
                Some(ended) = self.sending.join_next() => match ended {
                    Ok(outcome) => self.settle(task, outcome),
                    // By this stream itself, as the webhook is not its own any more.
                    Err(error) if error.is_cancelled() => {}
                    Err(error) => return Err(AppError::internal(error)),
                },
                Some(saved) = self.saving.join_next() => {
                    let Saved { seqs, revision } = saved.map_err(AppError::internal)??;
                    self.retries.saved(&seqs);
                    self.compare(task, revision).await?;
                }
                () = self.pending.wait(), if to_save => {}
                () = self.queue.wait() => {}
                () = async { self.looks.wait().await; task.look.notified().await } => {
                    self.looks.done();
                    self.unread = Unread { events: true, due: true, webhook: true };
                }
                _ = stopping.changed(), if self.ending.is_none() => {}
            }
        }
    }

    /// Begins whatever may begin; whether more could if there were a place for it.
    async fn fill(&mut self, task: &DeliveryTask) -> Result<bool, AppError> {
        let services = &task.delivery.services;
        let now = services.clock.now();
        if self.receiver.is_paused(now) {
            return Ok(false);
        }
        while self.receiver.has_place(self.sending.len()) && *task.begin_until.borrow() > Instant::now() {
            if self.reads_events() || self.reads_due() || self.unread.webhook {
                self.read(task).await?;
                if self.ending.is_some() {
                    return Ok(false);
                }
            }
            let takes_new = self.receiver.takes_new(now);
            if self.retries.has_next() || takes_new && self.plan.has_next() {
                let Some(place) = self.queue.take() else { return Ok(true) };
                self.begin(task, takes_new, place);
            } else if !self.reads_events() {
                // What is not wanted is passed without being begun.
                break;
            }
        }
        Ok(false)
    }

    fn reads_events(&self) -> bool {
        self.unread.events && self.plan.has_room()
    }

    fn reads_due(&self) -> bool {
        self.unread.due && self.retries.has_room()
    }

    /// Reads what there is room for.
    async fn read(&mut self, task: &DeliveryTask) -> Result<(), AppError> {
        let (delivery, webhook) = (&task.delivery, &task.webhook);
        let (store, now) = (&delivery.services.store, delivery.services.clock.now());
        let _turn = delivery.turns.take(task.scope, webhook).await;
        let (mut events, mut due) = (Vec::new(), Vec::new());
        if self.reads_events() {
            events = store.events_after(task.scope, self.plan.read_to(), READ).await?;
            self.unread.events = events.len() == usize::from(READ);
        }
        if self.reads_due() {
            let limit = self.retries.limit();
            due = store.due_deliveries(webhook, now, limit).await?;
            self.unread.due = due.len() == usize::from(limit);
        }
        // After the reads: what happened after the webhook changed is judged by what it is now.
        if self.unread.webhook || !(events.is_empty() && due.is_empty()) {
            self.unread.webhook = false;
            let revision = store.stream_revision(task.holder, webhook).await?;
            self.compare(task, revision).await?;
        }
        if self.ending.is_none() {
            self.plan.read(events, self.receiver.webhook());
            self.retries.read(due, self.receiver.webhook(), &mut self.pending);
        }
        Ok(())
    }

    /// Begins what is next, if anything is. What is due by itself and new events take turns.
    fn begin(&mut self, task: &DeliveryTask, takes_new: bool, place: Place<WebhookId>) {
        let retry_first = self.retry_first;
        self.retry_first = !retry_first;
        for retry in [retry_first, !retry_first] {
            let next = if retry {
                self.retries.begin().map(|DueDelivery { due, event }| (event, Some(due)))
            } else {
                takes_new.then(|| self.plan.begin()).flatten().map(|event| (event, None))
            };
            if let Some((event, due)) = next {
                return self.send(task, event, due, place);
            }
        }
    }

    fn send(&mut self, task: &DeliveryTask, event: StoredEvent, due: Option<Due>, place: Place<WebhookId>) {
        let delivery = task.delivery.clone();
        let (scope, webhook) = (self.scope.clone(), self.receiver.webhook().clone());
        self.sending.spawn(async move {
            let outcome = attempt(&delivery, &scope, &webhook, event, due).await;
            drop(place);
            outcome
        });
    }

    /// Takes in the outcome of an attempt.
    fn settle(&mut self, task: &DeliveryTask, outcome: AttemptOutcome) {
        let services = &task.delivery.services;
        let switch_off_after = services.config.deliveries.switch_off_after;
        match self.receiver.learn(&outcome, services.clock.now(), switch_off_after) {
            // It says so itself, whatever else the stream would end for.
            Some(SwitchedOffReason::Gone) => self.ending = Some(End::SwitchOff(SwitchedOffReason::Gone)),
            Some(reason) => {
                self.ending.get_or_insert(End::SwitchOff(reason));
            }
            None => {}
        }
        if outcome.due.is_none() {
            self.plan.settle(outcome.seq, outcome.user.as_ref());
        }
        self.pending.add(outcome);
    }

    /// Begins to write what there is to be written.
    fn save(&mut self, task: &DeliveryTask) {
        let progress = self.receiver.progress(self.plan.cursor());
        let Some(batch) = self.pending.take(progress, self.ending.is_some()) else { return };
        let (delivery, holder) = (task.delivery.clone(), task.holder);
        let (scope, webhook) = (task.scope, task.webhook.clone());
        self.saving.spawn(async move {
            let (store, _turn) = (&delivery.services.store, delivery.turns.take(scope, &webhook).await);
            // The log of attempts must not stand in the way of deliveries.
            if let Err(error) = store.insert_attempts(scope, &webhook, &batch.records).await {
                tracing::warn!(%error, attempts = batch.records.len(), "attempts are missing in their log");
            }
            let revision = store.save_progress(holder, scope, &webhook, batch.progress).await?;
            Ok(Saved { seqs: batch.retried, revision })
        });
    }

    /// Looks whether the webhook has changed since it was of that revision.
    async fn compare(&mut self, task: &DeliveryTask, revision: Option<i64>) -> Result<(), AppError> {
        match revision {
            None => self.lost(),
            Some(revision) if self.receiver.is_of(revision) => {}
            Some(_) => self.reopen(task).await?,
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
            Some(state) => {
                let cursor = state.cursor;
                let moved = self.clock_moved(delivery).await?;
                self.receiver.change(state, moved);
                // It was inactive meanwhile: what happened then is not sent.
                if self.pending.skip_to(cursor) {
                    self.plan.skip_to(cursor);
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
            self.receiver.trust_again(delivery.services.config.deliveries.per_webhook);
        }
        Ok(move |at| after.machine_time(before.tenant_time(at)))
    }

    fn lost(&mut self) {
        self.sending.abort_all();
        self.ending = Some(End::Lost);
    }

    async fn end(mut self, task: &DeliveryTask) -> Result<StreamEnd, AppError> {
        let DeliveryTask { delivery, holder, webhook, scope, .. } = task;
        let services = &delivery.services;
        let Some(ending) = self.ending.take().filter(|ending| !matches!(ending, End::Lost)) else {
            return Ok(StreamEnd::Nothing);
        };
        let now = services.clock.now();
        let left = self.plan.give_back().into_iter();
        let progress = StreamProgress {
            failed: left.map(|seq| FailedDelivery { seq, attempt: 0, due_at: Some(now) }).collect(),
            ..self.receiver.progress(self.plan.cursor())
        };
        services.store.save_progress(*holder, *scope, webhook, progress).await?;
        if let End::SwitchOff(reason) = ending {
            delivery.switch_webhook_off(&self.scope, webhook, reason, self.receiver.failing_since()).await?;
        }
        Ok(StreamEnd::GiveBack)
    }
}
