//! What the driver's faults mean here.

use rusqlite::ErrorCode;

use crate::error::StoreError;

/// What a fault of SQLite means here.
pub(crate) fn sqlite_error(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

    let text = error.to_string();
    let rusqlite::Error::SqliteFailure(code, _) = error else {
        return StoreError::Internal(text);
    };
    match code.code {
        ErrorCode::ConstraintViolation
            if [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(&code.extended_code) =>
        {
            StoreError::Conflict(text)
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Retry(text),
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::OutOfMemory
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed => StoreError::Unavailable(text),
        _ => StoreError::Internal(text),
    }
}
