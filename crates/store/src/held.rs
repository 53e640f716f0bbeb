//! Transactions that are held back: what a request writes becomes durable together with its answer, or not at all.
//!
//! Use cases begin and commit transactions as ever and know nothing of this. Within [`Store::hold`] a commit only lays the
//! open transaction aside; the next one goes on in it, reads see it, and whoever holds it writes the answer into it and
//! commits. If the process dies before, nothing of the request has happened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    alarm::Wakes,
    engine::EngineTx,
    error::StoreError,
    store::{Inner, Store},
};

tokio::task_local! {
    /// Of the request that runs in this task, if its transactions are held.
    static HELD: Arc<Held>;
}

/// Where the one transaction of a piece of work lies while no statement of it runs.
pub(crate) struct Held {
    store: Arc<Inner>,
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    tx: Option<EngineTx>,
    /// Something was committed into it.
    wrote: bool,
    /// Who is to be woken when it becomes durable.
    wakes: Wakes,
}

/// What a piece of work committed, not durable yet. Dropping it undoes all of it.
pub struct HeldTx(Arc<Held>);

impl Store {
    /// Does `work` and holds back what its transactions commit. What it starts in other tasks is not held.
    ///
    /// On SQLite the one writing thread waits from the first write to the end of [`HeldTx`]: `work` must wait for nothing
    /// slow once it has written.
    pub async fn hold<T>(&self, work: impl Future<Output = T>) -> (T, HeldTx) {
        let held = Arc::new(Held { store: Arc::clone(&self.0), slot: Mutex::default() });
        let done = HELD.scope(Arc::clone(&held), work).await;
        (done, HeldTx(held))
    }
}

impl HeldTx {
    /// Whether the work committed anything.
    #[must_use]
    pub fn wrote(&self) -> bool {
        self.0.slot().wrote
    }

    /// The open transaction, the store that it is of, and who is to be woken when it becomes durable. An error when a later
    /// part of the work was rolled back: an earlier part, which it took for durable, went with it.
    pub(crate) fn into_parts(self) -> Result<(EngineTx, Arc<Inner>, Wakes), StoreError> {
        let engine = self.0.take()?;
        let wakes = std::mem::take(&mut self.0.slot().wakes);
        Ok((engine, Arc::clone(&self.0.store), wakes))
    }
}

impl Held {
    /// The one of the running task, when that store's transactions are held. The keyring's never are: keys must be durable
    /// before what they seal. Nor are those of the requests log, which is no effect of a request.
    pub(crate) fn current(store: &Arc<Inner>) -> Option<Arc<Self>> {
        HELD.try_with(Arc::clone).ok().filter(|held| Arc::ptr_eq(&held.store, store))
    }

    /// The laid aside transaction, for a read outside of any: else it would not see what the work wrote before.
    pub(crate) fn take_for_read(&self) -> Option<EngineTx> {
        self.slot().tx.take()
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The laid aside transaction, or a new one.
    pub(crate) fn take(&self) -> Result<EngineTx, StoreError> {
        let mut slot = self.slot();
        match slot.tx.take() {
            Some(tx) => Ok(tx),
            None if slot.wrote => {
                Err(StoreError::Internal("a later part of the held work was rolled back".to_owned()))
            }
            None => Ok(self.store.engine.begin()),
        }
    }

    /// Lays a transaction aside after a read.
    pub(crate) fn put_back(&self, tx: EngineTx) {
        self.slot().tx = Some(tx);
    }

    /// Lays a transaction aside in place of a commit.
    pub(crate) fn put_committed(&self, tx: EngineTx, wakes: Wakes) -> Result<(), StoreError> {
        let mut slot = self.slot();
        if slot.tx.is_some() {
            return Err(StoreError::Internal("held work had two transactions open at once".to_owned()));
        }
        slot.tx = Some(tx);
        slot.wrote = true;
        slot.wakes.merge(wakes);
        Ok(())
    }
}
