//! What every test here stands on.

pub(crate) mod database;
pub(crate) mod encrypt;
pub(crate) mod http;
pub(crate) mod installation;
pub(crate) mod process;
pub(crate) mod receiver;
pub(crate) mod search;
pub(crate) mod widget;

pub(crate) use database::Engine;
pub(crate) use http::{Answer, Api, Gone};
pub(crate) use installation::Installation;
pub(crate) use process::Sahod;
pub(crate) use receiver::Receiver;
pub(crate) use widget::Widget;

use std::time::Duration;

use tokio::time::timeout;

/// Only keeps a broken test from hanging the whole run: nothing waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What the future gives, which must not take for ever.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let Ok(value) = timeout(PATIENCE, future).await else { panic!("waited too long for {what}") };
    value
}

/// Asks again until the answer is there. Only for what tells nobody when it has happened.
pub(crate) async fn poll<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    soon(what, async {
        loop {
            if let Some(value) = ask().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
}

/// George, as the contract's page on the sandbox lists him.
pub(crate) const EMAIL: &str = "gpalomero1234@smileapi.io";
pub(crate) const PASSWORD: &str = "123456";
pub(crate) const CODE: &str = "1234";
/// A provider that asks him for a code.
pub(crate) const PROVIDER: &str = "upwork";

/// Makes of each `async fn(Engine)` two tests, `<name>::sqlite` and `<name>::postgres`.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::$name(crate::harness::Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name(crate::harness::Engine::Postgres).await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;
