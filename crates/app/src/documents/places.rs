//! Places for requests that carry files: each holds memory for as long as somebody's line takes to bring them.

use std::time::Duration;

use sahod_model::Right;

use super::Documents;
use crate::{Acting, AppError, Fault, NoPlace, Place};

/// When to look for a place again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Documents {
    /// A place for files that the session's person hands over.
    pub fn place_for_person(&self, acting: &Acting) -> Result<Place, AppError> {
        let session = acting.may_share()?;
        self.places.people.take(&session.scope, Some(&session.user_id)).map_err(refused)
    }

    /// A place for files that a tenant's server hands over.
    pub fn place_for_server(&self, acting: &Acting) -> Result<Place, AppError> {
        let scope = acting.may(Right::Write)?;
        self.places.servers.take(scope, None).map_err(refused)
    }
}

fn refused(none: NoPlace) -> AppError {
    match none {
        NoPlace::Taken => AppError::Busy(LOOK_AGAIN),
        NoPlace::TooMany => {
            let detail = "are on their way already in two requests: wait until one of them is answered";
            AppError::LimitReached(LOOK_AGAIN, Fault::new("files", detail))
        }
    }
}
