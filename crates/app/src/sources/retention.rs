//! Retention: data that was not refreshed for as long as people were told becomes unreadable for good, as when it is revoked.

use std::time::Duration;

use sahod_model::{SourceId, Timestamp};
use sahod_store::{NewJob, ScopedTx};

use super::SourceJob;
use crate::{AppError, services::Services};

pub(crate) const ERASE_SOURCE: &str = "erase_source.v1";
const DAY: Duration = Duration::from_hours(24);

/// Has what comes from a source erased that many days after `refreshed_at`, and no earlier.
pub(crate) async fn erase_later(
    services: &Services,
    scoped: &mut ScopedTx<'_>,
    source: &SourceId,
    refreshed_at: Timestamp,
) -> Result<(), AppError> {
    let at = refreshed_at.plus(DAY * u32::from(services.config.consent.retention_days));
    let payload = SourceJob::new(scoped.scope(), source).to_payload()?;
    let run_at = scoped.scope().machine_time(at);
    Ok(scoped.schedule(source, &NewJob { kind: ERASE_SOURCE, payload, run_at }).await?)
}
