//! Deliveries that are due by themselves: retries, and what was asked for again.

use std::collections::{HashSet, VecDeque};

use sahod_model::Webhook;
use sahod_store::DueDelivery;

use super::pending::Pending;

/// Deliveries that are read at once.
const DUE: u16 = 64;

/// What is due by itself and is read, but not written as done yet.
#[derive(Debug, Default)]
pub(super) struct Retries {
    /// Read and not begun.
    due: VecDeque<DueDelivery>,
    /// The numbers of those that were read. The database has them as due until their outcome is written.
    read: HashSet<i64>,
}

impl Retries {
    /// Whether there is room to read on.
    pub(super) fn has_room(&self) -> bool {
        self.due.is_empty()
    }

    /// How many to read, so that there are others among them than those that are known.
    pub(super) fn limit(&self) -> u16 {
        DUE.saturating_add(u16::try_from(self.read.len()).unwrap_or(u16::MAX))
    }

    /// What the database has as due. What the webhook does not want is done with by that.
    pub(super) fn read(&mut self, due: Vec<DueDelivery>, webhook: &Webhook, pending: &mut Pending) {
        for delivery in due {
            let seq = delivery.event.seq;
            if !self.read.insert(seq) {
                continue;
            }
            if webhook.wants(delivery.event.event_type) {
                self.due.push_back(delivery);
            } else {
                pending.finish(seq, delivery.due.at);
            }
        }
    }

    /// Whether there is one to go out.
    pub(super) fn has_next(&self) -> bool {
        !self.due.is_empty()
    }

    /// The next one to go out.
    pub(super) fn begin(&mut self) -> Option<DueDelivery> {
        self.due.pop_front()
    }

    /// The outcomes of these are in the database.
    pub(super) fn saved(&mut self, seqs: &[i64]) {
        for seq in seqs {
            self.read.remove(seq);
        }
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::{EventType, Timestamp};
    use sahod_store::{Due, StreamProgress};

    use super::{
        super::fixture::{stored_event, webhook},
        *,
    };

    fn due(seq: i64, event_type: EventType) -> DueDelivery {
        let event = stored_event(seq, event_type);
        DueDelivery { due: Due { at: Timestamp::from_micros(0), tried: 1 }, event }
    }

    #[test]
    fn each_goes_out_once_until_its_outcome_is_written() {
        let webhook = webhook(&[EventType::UserCreated]);
        let (mut retries, mut pending) = (Retries::default(), Pending::new(0));
        let read = || vec![due(1, EventType::UserCreated), due(2, EventType::TaskFinished)];
        retries.read(read(), &webhook, &mut pending);
        assert!(!retries.has_room());
        assert_eq!(retries.begin().map(|next| next.event.seq), Some(1));
        retries.read(read(), &webhook, &mut pending);
        assert!(retries.begin().is_none(), "both are known");
        assert_eq!(retries.limit(), DUE + 2);
        let batch = pending.take(StreamProgress::default(), false).unwrap();
        assert_eq!(batch.retried, [2], "what is not wanted is done with");
        retries.saved(&[1, 2]);
        retries.read(read(), &webhook, &mut pending);
        assert!(retries.begin().is_some(), "it is due again");
    }
}
