//! What the driver's faults mean here.

use std::{error::Error as StdError, io};

use deadpool_postgres::{HookError, PoolError, TimeoutType};
use tokio_postgres::error::SqlState;

use super::address::Name;
use crate::error::StoreError;

/// Why there is no connection to a database, in a sentence for whoever has to mend it.
pub(super) fn connect_error(name: &Name, error: &PoolError) -> StoreError {
    let why = match error {
        PoolError::Timeout(TimeoutType::Wait) => {
            "every connection is in use: the server is too slow, or too much is asked of it".to_owned()
        }
        PoolError::Timeout(_) => "it does not answer".to_owned(),
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            cause(name, error)
        }
        other => other.to_string(),
    };
    StoreError::Unavailable(format!("{name}: {why}"))
}

fn cause(name: &Name, error: &tokio_postgres::Error) -> String {
    let Name { user, database, .. } = name;
    if let Some(fault) = error.as_db_error() {
        let code = fault.code();
        return if *code == SqlState::INVALID_PASSWORD {
            format!("the password of the user {user} is wrong")
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            format!("the server has no database {database}")
        } else if *code == SqlState::TOO_MANY_CONNECTIONS {
            "the server has no connection left: raise its max_connections, or run fewer processes".to_owned()
        } else if *code == SqlState::CANNOT_CONNECT_NOW {
            "the server is starting or stopping".to_owned()
        } else {
            format!("the server refuses the user {user}: {} ({})", fault.message(), code.code())
        };
    }
    let causes = causes(error);
    if let Some(io) = causes.iter().find_map(|cause| cause.downcast_ref::<io::Error>()) {
        let told = io.to_string();
        if told.contains("lookup address") {
            return "its host is unknown: the name leads to no address".to_owned();
        }
        match io.kind() {
            io::ErrorKind::ConnectionRefused => {
                return "nothing listens there (connection refused)".to_owned();
            }
            io::ErrorKind::NotFound => return "there is no such socket".to_owned(),
            io::ErrorKind::TimedOut => return "it does not answer".to_owned(),
            _ => {}
        }
    }
    if error.to_string().contains("TLS") {
        let causes: Vec<_> = causes.iter().map(ToString::to_string).collect();
        return format!("TLS fails: {}", causes.join(": "));
    }
    let told = causes.last().map_or_else(String::new, |cause| format!(": {cause}"));
    format!("{error}{told}")
}

/// What an error came of, the nearest first.
fn causes(error: &tokio_postgres::Error) -> Vec<&(dyn StdError + 'static)> {
    let (mut causes, mut next) = (Vec::new(), error.source());
    while let Some(cause) = next {
        causes.push(cause);
        next = cause.source();
    }
    causes
}

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
