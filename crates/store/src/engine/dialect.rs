//! Where the two engines' SQL differs. Nothing outside this file knows a dialect.

use tokio_postgres::types::Type;

use super::Sql;

macro_rules! claim_jobs_update {
    () => {
        "UPDATE jobs SET due_at = $4, leased = 1, attempt = attempt + 1 WHERE id IN (SELECT id FROM due)
            RETURNING id, kind, payload, attempt, lost"
    };
}

super::statements! {
    CLAIM_JOBS_SQLITE = concat!(
        "WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE due_at <= $1 AND replace($2, ',' || kind || ',', '') <> $2
            ORDER BY due_at LIMIT $3) ",
        claim_jobs_update!()
    );
    CLAIM_JOBS_POSTGRES = concat!(
        "WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE due_at <= $1 AND replace($2, ',' || kind || ',', '') <> $2
            ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) ",
        claim_jobs_update!()
    );
    LOCK_ACCOUNT_SQLITE = "SELECT status FROM accounts WHERE id = $1 AND scope = $2";
    LOCK_ACCOUNT_POSTGRES = "SELECT status FROM accounts WHERE id = $1 AND scope = $2 FOR UPDATE";
    /// There is one writer on SQLite: every transaction holds every lock.
    LOCK_SQLITE = "SELECT length($1)";
    LOCK_POSTGRES = "SELECT length(pg_advisory_xact_lock(hashtextextended($1, 7253))::text)";
}

/// Claims due jobs: now, `,kind,kind,`, limit, lease end → id, kind, payload, attempt, how often it panicked in a row.
pub(crate) const fn claim_jobs(postgres: bool) -> Sql {
    if postgres { CLAIM_JOBS_POSTGRES } else { CLAIM_JOBS_SQLITE }
}

/// Locks an account's row up to the end of the transaction: id, scope → status.
pub(crate) const fn lock_account(postgres: bool) -> Sql {
    if postgres { LOCK_ACCOUNT_POSTGRES } else { LOCK_ACCOUNT_SQLITE }
}

/// Makes other transactions that want the lock of that name wait for the end of this one.
pub(crate) const fn lock(postgres: bool) -> Sql {
    if postgres { LOCK_POSTGRES } else { LOCK_SQLITE }
}

/// For PostgreSQL, a statement that inserts one row as one that inserts many: each parameter is an array, with a value of every
/// row. `types` are those of the one row's. `None` for what is no `INSERT … VALUES (…)`.
pub(crate) fn insert_many(sql: Sql, types: &[Type]) -> Option<String> {
    let (head, rest) = sql.text().strip_prefix("INSERT INTO ")?.split_once("VALUES (")?;
    let (values, after) = rest.split_once(')')?;
    if after.contains('$') || values.contains('(') {
        return None;
    }
    let values = values.replace('$', "r.c");
    let numbers = 1..=types.len();
    let arrays: Vec<_> =
        numbers.clone().zip(types).map(|(at, of)| format!("${at}::{}[]", of.name())).collect();
    let columns: Vec<_> = numbers.map(|at| format!("c{at}")).collect();
    let (arrays, columns) = (arrays.join(", "), columns.join(", "));
    Some(format!("INSERT INTO {head}SELECT {values} FROM unnest({arrays}) AS r ({columns}){after}"))
}

/// A migration's text for PostgreSQL. Migrations are written for SQLite (`STRICT`, so that types hold there as well), with
/// the type names `INTEGER`, `TEXT` and `BLOB` in upper case. Text is compared byte by byte on both. What stands between
/// `/*sqlite*/` and `/*end*/` is for SQLite alone.
pub(crate) fn postgres_ddl(sqlite: &str) -> String {
    let mut parts = sqlite.split("/*sqlite*/");
    let mut both = parts.next().unwrap_or_default().to_owned();
    both.extend(parts.map(|part| part.split_once("/*end*/").map_or(part, |(_, after)| after)));
    both.replace(" STRICT, WITHOUT ROWID", "")
        .replace(" INTEGER", " BIGINT")
        .replace(" TEXT", " TEXT COLLATE \"C\"")
        .replace(" BLOB", " BYTEA")
}
