//! What webhooks brought: a bounded memory, and those who watch it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use sahod_model::Timestamp;
use tokio::sync::broadcast;

/// Enough for a few people who try everything. At the size that bodies are limited to, 32 MB.
const KEPT: usize = 500;

/// How far a slow page may fall behind before its stream is ended; the browser then asks again from where it was.
const BEHIND: usize = 256;

/// A received event.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Grows with every event, across restarts too: browsers send it back when they reconnect.
    pub(crate) number: u64,
    /// Whom the event is about.
    pub(crate) user_id: Option<String>,
    /// What the page is told: `{receivedAt, signatureValid, body}`.
    pub(crate) json: String,
}

pub(crate) struct EventLog {
    kept: Mutex<Kept>,
    watchers: broadcast::Sender<Arc<Entry>>,
}

struct Kept {
    entries: VecDeque<Arc<Entry>>,
    next_number: u64,
}

impl EventLog {
    pub(crate) fn new(now: Timestamp) -> Self {
        let kept = Kept { entries: VecDeque::new(), next_number: now.as_millis() };
        Self { kept: Mutex::new(kept), watchers: broadcast::Sender::new(BEHIND) }
    }

    pub(crate) fn add(&self, user_id: Option<String>, json: String) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = Arc::new(Entry { number: kept.next_number, user_id, json });
        kept.next_number += 1;
        if kept.entries.len() == KEPT {
            kept.entries.pop_front();
        }
        kept.entries.push_back(entry.clone());
        // Sent under the lock, so that a watcher who comes now sees it exactly once. Nobody watching is fine.
        let _ = self.watchers.send(entry);
    }

    /// The kept events of that user after number `after`, and all that come from now on, of whomever.
    pub(crate) fn watch(
        &self,
        user_id: &str,
        after: u64,
    ) -> (Vec<Arc<Entry>>, broadcast::Receiver<Arc<Entry>>) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.watchers.subscribe();
        let past = kept.entries.iter().filter(|entry| entry.number > after && entry.is_of(user_id));
        (past.cloned().collect(), receiver)
    }
}

impl Entry {
    pub(crate) fn is_of(&self, user_id: &str) -> bool {
        self.user_id.as_deref() == Some(user_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_events_are_kept() {
        let log = EventLog::new(Timestamp::from_micros(0));
        for number in 0..KEPT + 10 {
            log.add(Some("demo-1".to_owned()), number.to_string());
        }
        let (past, _) = log.watch("demo-1", 0);
        assert_eq!((past.len(), past[0].json.as_str()), (KEPT, "10"));
    }

    #[test]
    fn a_watcher_gets_what_it_missed_and_only_its_own() {
        let log = EventLog::new(Timestamp::from_micros(0));
        log.add(Some("demo-1".to_owned()), "a".to_owned());
        log.add(Some("demo-2".to_owned()), "b".to_owned());
        log.add(None, "c".to_owned());
        log.add(Some("demo-1".to_owned()), "d".to_owned());
        let (past, _) = log.watch("demo-1", 0);
        assert_eq!(past.iter().map(|entry| entry.json.as_str()).collect::<Vec<_>>(), ["d"], "0 was seen");
        let (past, mut coming) = log.watch("demo-2", 3);
        assert!(past.is_empty());
        log.add(Some("demo-2".to_owned()), "e".to_owned());
        assert_eq!(coming.try_recv().unwrap().json, "e");
    }
}
