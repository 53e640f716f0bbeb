//! Every test runs twice: on `SQLite` and on `PostgreSQL`.

use sahod_store::testing::{self, TestStore};

use super::World;

/// A database engine.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    async fn fresh(self) -> TestStore {
        match self {
            Self::Sqlite => testing::sqlite().await,
            Self::Postgres => testing::postgres().await,
        }
    }
}

/// Runs a test in a world on a fresh database.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(World) -> F) {
    // A test that fails shows what the log said. Each test has a thread of its own, and its runtime stays on it.
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_test_writer().finish();
    let _log = tracing::subscriber::set_default(log);
    // Dropped in reverse order, also when the test fails: everything that runs and every connection is gone before the
    // database goes. Dropping a database waits for connections that are still being made, and these wait for the runtime.
    let database;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    database = runtime.block_on(engine.fresh());
    runtime.block_on(async { test(World::new(&database).await).await });
    drop(runtime);
}

/// Makes of each `async fn(World)` two tests, `<name>::sqlite` and `<name>::postgres`. A function that is forgotten in
/// the list is dead code, and the compiler says so.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                crate::harness::databases::run(crate::harness::Engine::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                crate::harness::databases::run(crate::harness::Engine::Postgres, super::$name);
            }
        }
    )+};
}
pub(crate) use on_both_databases;
