//! Everything that is in a store's tables, as somebody would find it who has the databases, the keyring and the master key.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags, types::ValueRef};
use sahod_vault::{Aad, DataKey, KeySet};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::connect;
use crate::{
    DatabaseUrl, Store, StoreConfig,
    sealing::{
        ACCOUNT_LOGIN, ARCHIVE_CONTENT, ATTEMPT_DETAILS, FIRST_ANSWER, INVITE_CONTENT, INVITEE,
        SCENARIO_CONTENT, SOURCE_SESSION, TENANT_CONTACT, USER_METADATA, WEBHOOK_DETAILS,
    },
};

/// What the bytes of a column are.
enum Bytes {
    /// Sealed as that, in the place that the id in that column names.
    Sealed(i16, &'static str),
    /// Where to write to for a tenant.
    Contact,
    /// A data point, sealed as what its column `kind` says.
    Item,
    /// Nothing that opens: a hash, a fingerprint, a name of a process.
    Plain,
}

/// What is in the columns of bytes of every table. One that is missing here fails the test that looks.
const COLUMNS: &[(&str, &str, Bytes)] = &[
    ("tenants", "contact", Bytes::Contact),
    ("scenarios", "login_fingerprint", Bytes::Plain),
    ("scenarios", "content", Bytes::Sealed(SCENARIO_CONTENT, "id")),
    ("api_keys", "secret_hash", Bytes::Plain),
    ("users", "external", Bytes::Sealed(USER_METADATA, "id")),
    ("link_tokens", "session_hash", Bytes::Plain),
    ("invite_templates", "content", Bytes::Sealed(INVITE_CONTENT, "id")),
    ("invites", "token_hash", Bytes::Plain),
    ("invites", "invitee", Bytes::Sealed(INVITEE, "id")),
    ("accounts", "login_fingerprint", Bytes::Plain),
    ("accounts", "login_name", Bytes::Sealed(ACCOUNT_LOGIN, "id")),
    ("accounts", "network_fingerprint", Bytes::Plain),
    ("accounts", "source_session", Bytes::Sealed(SOURCE_SESSION, "id")),
    ("archives", "content", Bytes::Sealed(ARCHIVE_CONTENT, "id")),
    ("items", "item_key", Bytes::Plain),
    ("items", "item_hash", Bytes::Plain),
    ("items", "payload", Bytes::Item),
    ("webhooks", "details", Bytes::Sealed(WEBHOOK_DETAILS, "id")),
    ("streams", "holder", Bytes::Plain),
    ("idempotency_keys", "key_hash", Bytes::Plain),
    ("idempotency_keys", "request_hash", Bytes::Plain),
    ("idempotency_keys", "holder", Bytes::Plain),
    ("idempotency_keys", "answer", Bytes::Sealed(FIRST_ANSWER, "request_id")),
    ("attempts", "details", Bytes::Sealed(ATTEMPT_DETAILS, "id")),
    ("installation", "keyring_id", Bytes::Plain),
    ("installation", "key_check", Bytes::Plain),
    ("wrapped_keys", "wrapped", Bytes::Plain),
];

/// What is in one place.
#[derive(Debug)]
pub struct Content {
    /// The table and the column.
    pub place: String,
    /// What is there, or what was sealed there.
    pub bytes: Vec<u8>,
}

enum Cell {
    Text(String),
    Bytes(Vec<u8>),
}

type Row = BTreeMap<String, Cell>;

/// Every cell of every table, and what each sealed one opens to with the keys that are left.
pub async fn contents(config: &StoreConfig, store: &Store) -> Vec<Content> {
    let mut tables = Vec::new();
    let urls = [config.database.clone(), config.database.of_requests(), config.keyring.clone()];
    let mut seen = Vec::new();
    for url in urls {
        match url {
            DatabaseUrl::Sqlite(file) => tables.extend(of_sqlite(&file)),
            DatabaseUrl::Postgres(url) if !seen.contains(&url.expose_secret().to_owned()) => {
                seen.push(url.expose_secret().to_owned());
                tables.extend(of_postgres(url.expose_secret()).await);
            }
            DatabaseUrl::Postgres(_) => {}
        }
    }
    let mut keys = BTreeMap::new();
    for row in tables.iter().filter(|(table, _)| table == "wrapped_keys").flat_map(|(_, rows)| rows) {
        let Some(Cell::Text(id)) = row.get("id") else { continue };
        let key = store.key_now(id).await.expect("the keyring answers").expect("a key that is there opens");
        keys.insert(id.clone(), key);
    }
    let mut found = Vec::new();
    for (table, rows) in &tables {
        for row in rows {
            for (column, cell) in row {
                let place = format!("{table}.{column}");
                let bytes = match cell {
                    Cell::Text(text) => text.clone().into_bytes(),
                    Cell::Bytes(bytes) => {
                        found.extend(
                            opened(table, column, row, bytes, &keys)
                                .into_iter()
                                .map(|bytes| Content { place: format!("{place}, opened"), bytes }),
                        );
                        bytes.clone()
                    }
                };
                found.push(Content { place, bytes });
            }
        }
    }
    found
}

/// What those bytes open to: with the keys that the row names, or else with any.
fn opened(
    table: &str,
    column: &str,
    row: &Row,
    bytes: &[u8],
    keys: &BTreeMap<String, DataKey>,
) -> Option<Vec<u8>> {
    let listed = COLUMNS.iter().find(|(of, name, _)| *of == table && *name == column);
    #[expect(clippy::panic, reason = "a test that does not know where to look should stop there and say so")]
    let (_, _, what) =
        listed.unwrap_or_else(|| panic!("{table}.{column}: say in testing/contents.rs what is in it"));
    let text = |column: &str| match row.get(column) {
        Some(Cell::Text(text)) => text.as_str(),
        _ => "",
    };
    let (scope, kind, id) = match what {
        Bytes::Plain => return None,
        Bytes::Contact => ("number", TENANT_CONTACT, format!("contact-{}", text("id"))),
        Bytes::Sealed(kind, id) => ("scope", *kind, text(id).to_owned()),
        Bytes::Item => ("scope", text("kind").parse().expect("a kind is a number"), text("id").to_owned()),
    };
    let aad = Aad { scope: text(scope).parse().expect("a scope is a number"), kind, id: &id };
    if row.contains_key("sealed_with") {
        return KeySet::find(text("sealed_with"), |id| keys.get(id).cloned())?.open(&aad, bytes).ok();
    }
    keys.values().find_map(|key| key.open(&aad, bytes).ok())
}

fn of_sqlite(file: &std::path::Path) -> Vec<(String, Vec<Row>)> {
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the file opens");
    let tables: Vec<String> = {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(sql).expect("the catalogue is there");
        let names = statement.query_map([], |row| row.get(0)).expect("the catalogue can be read");
        names.collect::<Result<_, _>>().expect("names are texts")
    };
    let read = |table: &String| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).expect("a table");
        let columns: Vec<String> = statement.column_names().map(ToOwned::to_owned).collect();
        let rows = statement.query_map([], |row| {
            let mut cells = Row::new();
            for (number, column) in columns.iter().enumerate() {
                let cell = match row.get_ref(number)? {
                    ValueRef::Null => continue,
                    ValueRef::Integer(number) => Cell::Text(number.to_string()),
                    ValueRef::Real(number) => Cell::Text(number.to_string()),
                    ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
                };
                cells.insert(column.clone(), cell);
            }
            Ok(cells)
        });
        rows.expect("a table can be read").collect::<Result<Vec<_>, _>>().expect("so can its rows")
    };
    tables.iter().map(|table| (table.clone(), read(table))).collect()
}

async fn of_postgres(url: &str) -> Vec<(String, Vec<Row>)> {
    let (client, connection) = connect(url).await;
    let sql = "SELECT schemaname::text, tablename::text FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let mut tables = Vec::new();
    for name in client.query(sql, &[]).await.expect("the catalogue is there") {
        let (schema, table): (String, String) = (name.get(0), name.get(1));
        let sql = format!("SELECT to_jsonb(t)::text FROM {schema}.{table} t");
        let rows = client.query(&sql, &[]).await.expect("a table can be read");
        let rows = rows.iter().map(|row| {
            let value: Value = serde_json::from_str(row.get(0)).expect("a row is an object");
            let cells = value.as_object().expect("a row is an object").iter();
            let cell = |value: &Value| match value {
                Value::Null => None,
                Value::String(text) => match text.strip_prefix("\\x") {
                    Some(hex) => Some(Cell::Bytes(from_hex(hex))),
                    None => Some(Cell::Text(text.clone())),
                },
                other => Some(Cell::Text(other.to_string())),
            };
            cells.filter_map(|(column, value)| Some((column.clone(), cell(value)?))).collect()
        });
        tables.push((table, rows.collect()));
    }
    drop(client);
    let _ = connection.await;
    tables
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit =
        |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
