//! Serves a recording again.

mod deliveries;
mod load;
mod matching;
mod serve;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use sahod_model::SecretString;
use tokio::sync::watch;

pub use load::LoadError;
use load::Recording;
use matching::Matcher;

use crate::{
    LINK_API,
    line::{Callback, Exchange},
    surface,
};

/// Where webhooks go, and what signs them.
#[derive(Clone, Debug)]
pub struct Target {
    /// The customer's server.
    pub url: String,
    /// Keys the signatures.
    pub secret: SecretString,
}

/// Serves a recording again. Cheap to clone; clones go on together.
#[derive(Clone)]
pub struct Replayer(Arc<Shared>);

struct Shared {
    recording: Recording,
    /// Where this server is.
    url: String,
    matcher: Mutex<Matcher>,
    /// The requests that changed something and were made again.
    done: watch::Sender<BTreeSet<u64>>,
    /// `None` until somebody says where webhooks go.
    target: watch::Sender<Option<Target>>,
    /// Where the widget tells its callbacks from.
    told: Mutex<usize>,
}

impl Replayer {
    /// Reads a recording, to be served at `url`. Without a target, webhooks go where the customer registers one.
    pub fn load(path: &Path, url: &str, target: Option<Target>) -> Result<Self, LoadError> {
        let recording = Recording::load(path)?;
        Ok(Self(Arc::new(Shared {
            matcher: Mutex::new(Matcher::new(&recording.exchanges)),
            recording,
            url: url.to_owned(),
            done: watch::Sender::new(BTreeSet::new()),
            target: watch::Sender::new(target),
            told: Mutex::new(0),
        })))
    }

    /// The recorded surfaces, and `/replay` beside them.
    pub fn router(&self) -> Router {
        serve::router(self)
    }
}

impl Shared {
    fn matcher(&self) -> MutexGuard<'_, Matcher> {
        self.matcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what followed that request may happen.
    fn is_due(&self, after: u64) -> bool {
        due(&self.done.borrow(), after)
    }

    /// Waits until what followed that request may happen.
    async fn due(&self, after: u64) {
        // The sender is in `self`, so it is there as long as anybody waits.
        let _ = self.done.subscribe().wait_for(|done| due(done, after)).await;
    }

    /// A request that changes something was answered again.
    fn did(&self, number: u64) {
        self.done.send_modify(|done| {
            done.insert(number);
        });
    }

    /// Does what the widget did, up to where somebody else has to do something: the callbacks that it made meanwhile, or the
    /// request that has to come first.
    fn play_widget(&self) -> Result<&[Callback], &Exchange> {
        let exchanges = &self.recording.exchanges;
        let (mut played, mut missing) = (false, None);
        for (place, exchange) in
            exchanges.iter().enumerate().filter(|(_, exchange)| exchange.request.changes())
        {
            if self.done.borrow().contains(&exchange.number) {
                continue;
            }
            if surface(&exchange.request.path) != LINK_API {
                missing = Some(exchange);
                break;
            }
            self.matcher().skip(place);
            self.did(exchange.number);
            played = true;
        }
        let callbacks = &self.recording.callbacks;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let from = *told;
        *told += callbacks[from..].iter().take_while(|callback| self.is_due(callback.after)).count();
        match missing {
            Some(missing) if !played && *told == from => Err(missing),
            _ => Ok(&callbacks[from..*told]),
        }
    }
}

fn due(done: &BTreeSet<u64>, after: u64) -> bool {
    after == 0 || done.contains(&after)
}
