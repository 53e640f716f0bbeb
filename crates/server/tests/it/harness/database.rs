//! PostgreSQL databases of a test's own, on the server that `SAHOD_TEST_POSTGRES_URL` names.

use futures_util::StreamExt as _;
use sahod_model::{Random, SystemRandom};
use tokio_postgres::{Client, NoTls};

const SERVER: &str = "SAHOD_TEST_POSTGRES_URL";

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A database that is gone when it is dropped.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// An empty one.
    pub(crate) async fn create() -> Self {
        Self::copy_of("template0").await
    }

    /// A copy of this one, which nobody may be connected to.
    pub(crate) async fn copy(&self) -> Self {
        Self::copy_of(&self.name).await
    }

    async fn copy_of(template: &str) -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests have no config to read the server's URL from")]
        let server =
            std::env::var(SERVER).expect("SAHOD_TEST_POSTGRES_URL names a PostgreSQL server for tests");
        let random: &dyn Random = &SystemRandom;
        let name = format!("sahod_it_{:016x}", u64::from_le_bytes(random.array()));
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        connect(&server).await.batch_execute(&sql).await.unwrap();
        Self { server, name }
    }

    /// The server's URL with this database's name in place of its own.
    pub(crate) fn url(&self) -> String {
        let host = self.server.find("://").unwrap() + 3;
        let end = self.server[host..].find('/').map_or(self.server.len(), |at| host + at);
        format!("{}/{}", &self.server[..end], self.name)
    }

    pub(crate) async fn client(&self) -> Client {
        connect(&self.url()).await
    }

    /// Every row of every table, as PostgreSQL's binary format has them: text and bytes as they are.
    pub(crate) async fn dump(&self) -> Vec<(String, Vec<u8>)> {
        let client = self.client().await;
        let sql = "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
        let tables = client.query(sql, &[]).await.unwrap();
        let mut dump = Vec::new();
        for table in tables.iter().map(|row| row.get::<_, String>(0)) {
            let rows = client.copy_out(&format!("COPY {table} TO STDOUT (FORMAT binary)")).await.unwrap();
            let mut rows = std::pin::pin!(rows);
            let mut bytes = Vec::new();
            while let Some(chunk) = rows.next().await {
                bytes.extend_from_slice(&chunk.unwrap());
            }
            dump.push((format!("table {table}"), bytes));
        }
        assert!(dump.len() > 2, "all tables are found");
        dump
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    tokio::spawn(connection);
    client
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // A thread of its own: a runtime cannot wait within a runtime.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { connect(&server).await.batch_execute(&sql).await })
        });
        let _ = dropping.join();
    }
}
