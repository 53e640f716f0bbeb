//! What the clients were told.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard},
};

use serde_json::Value;
use tokio::sync::watch;

use crate::harness::{Api, soon};

/// What the clients were told, over all rounds.
pub(crate) struct Ledger {
    book: Mutex<Book>,
    acknowledged: watch::Sender<u64>,
}

#[derive(Default)]
struct Book {
    users: Vec<String>,
    webhooks: BTreeMap<String, Deletion>,
    accounts: BTreeMap<String, Known>,
}

/// What is known of something that can be deleted.
#[derive(Clone, Copy, Default, PartialEq)]
enum Deletion {
    #[default]
    No,
    /// It was asked for, and no answer came.
    Asked,
    Acknowledged,
}

/// What is known of an account.
#[derive(Clone, Copy, Default)]
struct Known {
    done: bool,
    revoked: Deletion,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { book: Mutex::default(), acknowledged: watch::Sender::new(0) }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.book();
        let done = book.accounts.values().filter(|known| known.done).count();
        let revoked = book.accounts.values().filter(|known| known.revoked != Deletion::No).count();
        let (users, webhooks, accounts) = (book.users.len(), book.webhooks.len(), book.accounts.len());
        write!(f, "{users} users, {webhooks} webhooks, {accounts} accounts ({done} done, {revoked} revoked)")
    }
}

impl Ledger {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    fn note(&self, change: impl FnOnce(&mut Book)) {
        change(&mut self.book());
        self.acknowledged.send_modify(|count| *count += 1);
    }

    pub(crate) fn user(&self, id: &str) {
        self.note(|book| book.users.push(id.to_owned()));
    }

    pub(crate) fn webhook(&self, id: &str) {
        self.note(|book| {
            book.webhooks.insert(id.to_owned(), Deletion::No);
        });
    }

    /// A webhook is about to be deleted.
    pub(crate) fn deleting(&self, id: &str) {
        self.book().webhooks.insert(id.to_owned(), Deletion::Asked);
    }

    pub(crate) fn deleted(&self, id: &str) {
        self.note(|book| {
            book.webhooks.insert(id.to_owned(), Deletion::Acknowledged);
        });
    }

    pub(crate) fn account(&self, id: &str) {
        self.note(|book| {
            book.accounts.insert(id.to_owned(), Known::default());
        });
    }

    pub(crate) fn done(&self, id: &str) {
        self.note(|book| book.accounts.get_mut(id).unwrap().done = true);
    }

    /// An account is about to be revoked.
    pub(crate) fn revoking(&self, id: &str) {
        self.book().accounts.get_mut(id).unwrap().revoked = Deletion::Asked;
    }

    pub(crate) fn revoked(&self, id: &str) {
        self.note(|book| book.accounts.get_mut(id).unwrap().revoked = Deletion::Acknowledged);
    }

    /// How often something was acknowledged.
    pub(crate) fn acknowledged(&self) -> u64 {
        *self.acknowledged.borrow()
    }

    /// Waits until so often something was acknowledged.
    pub(crate) async fn until(&self, enough: u64) {
        let mut acknowledged = self.acknowledged.subscribe();
        soon("acknowledgements", acknowledged.wait_for(|count| *count >= enough)).await.unwrap();
    }

    /// Everything that was acknowledged is there, and what was deleted is not.
    pub(crate) async fn check_acknowledged(&self, api: &Api) {
        let (users, webhooks, accounts) = {
            let book = self.book();
            (book.users.clone(), book.webhooks.clone(), book.accounts.clone())
        };
        for id in users {
            assert_eq!(api.data(&format!("/users/{id}")).await["id"], id);
        }
        for (id, deletion) in webhooks {
            let status = api.get(&format!("/webhooks/{id}")).await.unwrap().status;
            match deletion {
                Deletion::No => assert_eq!(status, 200, "webhook {id}"),
                Deletion::Acknowledged => assert_eq!(status, 404, "webhook {id}"),
                Deletion::Asked => assert!(matches!(status, 200 | 404), "webhook {id}: {status}"),
            }
        }
        for (id, known) in accounts {
            let account = api.data(&format!("/accounts/{id}")).await;
            match known {
                Known { revoked: Deletion::Acknowledged, .. } => {
                    assert_eq!(account["connectionStatus"], "DISCONNECTED", "{account}");
                }
                Known { revoked: Deletion::No, done: true } => {
                    assert_eq!(account["connectionStatus"], "CONNECTED", "{account}");
                }
                Known { .. } => {}
            }
        }
    }

    /// Every account is in a state that makes sense, and its data with it; all accounts, those included of which nobody
    /// was told.
    pub(crate) async fn check_accounts(&self, api: &Api) -> Vec<Value> {
        let known = self.book().accounts.clone();
        let accounts = api.items("/accounts").await;
        for account in &accounts {
            let id = account["id"].as_str().unwrap();
            let known = known.get(id).copied().unwrap_or_default();
            let status = account["connectionStatus"].as_str().unwrap();
            let data = api.data(&format!("/transactions?sourceId={id}&size=150")).await;
            let data = data["items"].as_array().unwrap().len();
            match status {
                "CONNECTED" => {
                    assert!(known.revoked != Deletion::Acknowledged, "{account}");
                    // The page is full, or a crash came before this kind was stored.
                    assert!(data == 150 || data == 0 && !known.done, "{account} has {data} transactions");
                }
                "DISCONNECTED" => {
                    assert!(known.revoked != Deletion::No, "nobody revoked {account}");
                    assert_eq!(data, 0, "{account}");
                }
                "ERROR" => {
                    assert!(!known.done, "{account}");
                    assert_eq!(account["connection"]["errorCode"], "SYSTEM_ERROR", "{account}");
                    assert_eq!(data, 0, "{account}");
                }
                _ => panic!("still not ended: {account}"),
            }
        }
        for id in known.keys() {
            assert!(accounts.iter().any(|account| account["id"] == id.as_str()), "{id} is not listed");
        }
        accounts
    }
}
