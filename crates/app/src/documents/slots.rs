//! Slots for requests that carry files: each holds memory for as long as somebody's line takes to bring them.

use std::time::Duration;

use sahod_model::Right;

use super::Documents;
use crate::{Acting, AppError, Fault, NoSlot, Slot};

/// When to look for a slot again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Documents {
    /// A slot for files that the session's person hands over.
    pub fn slot_for_person(&self, acting: &Acting) -> Result<Slot, AppError> {
        let session = acting.may_share()?;
        self.slots.people.take(&session.scope, Some(&session.user_id)).map_err(refused)
    }

    /// A slot for files that a tenant's server hands over.
    pub fn slot_for_server(&self, acting: &Acting) -> Result<Slot, AppError> {
        let scope = acting.may(Right::Write)?;
        self.slots.servers.take(scope, None).map_err(refused)
    }
}

fn refused(none: NoSlot) -> AppError {
    match none {
        NoSlot::Taken => AppError::Busy(LOOK_AGAIN),
        NoSlot::TooMany => {
            let detail = "are on their way already in two requests: wait until one of them is answered";
            AppError::LimitReached(LOOK_AGAIN, Fault::new("files", detail))
        }
    }
}
