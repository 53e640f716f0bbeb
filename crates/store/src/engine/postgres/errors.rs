//! What the driver's faults mean here.

use tokio_postgres::error::SqlState;

use crate::error::StoreError;

/// What a fault of PostgreSQL means here.
pub(crate) fn postgres_error(error: &tokio_postgres::Error) -> StoreError {
    let Some(fault) = error.as_db_error() else {
        return if error.is_closed()
            || std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        {
            StoreError::Unavailable(error.to_string())
        } else {
            StoreError::Internal(error.to_string())
        };
    };
    // Not the fault's detail: it quotes values of the row.
    let code = fault.code();
    let text = format!("{} ({})", fault.message(), code.code());
    let class = &code.code()[..2];
    if *code == SqlState::UNIQUE_VIOLATION {
        StoreError::Conflict(text)
    } else if [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
    ]
    .contains(code)
    {
        StoreError::Retry(text)
    } else if matches!(class, "08" | "53" | "57" | "58" | "25") {
        // Connection, resources (full disk), operator intervention and time-outs, system faults, idle or read-only transactions.
        StoreError::Unavailable(text)
    } else if class == "XX" {
        StoreError::Corrupt(text)
    } else {
        StoreError::Internal(text)
    }
}
