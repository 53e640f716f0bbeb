//! Clients that are at work when the process is killed.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::ledger::Ledger;
use crate::harness::{Api, Gone, PROVIDER, Sahod, Widget, soon, widget::text};

/// Clients at work, each until the process is gone.
pub(crate) struct Clients(JoinSet<Gone>);

/// What a client does, over and over.
#[derive(Clone, Copy)]
enum Work {
    MakeUsers,
    RegisterWebhooks,
    Link,
    LinkAndRevokeAsCustomer,
    LinkAndRevokeAsPerson,
    RevokeInTheMiddle,
}

const ALL: [Work; 6] = [
    Work::MakeUsers,
    Work::RegisterWebhooks,
    Work::Link,
    Work::LinkAndRevokeAsCustomer,
    Work::LinkAndRevokeAsPerson,
    Work::RevokeInTheMiddle,
];

impl Clients {
    pub(crate) fn start(sahod: &Sahod, keys: &Value, ledger: &Arc<Ledger>) -> Self {
        let (open, link) = (sahod.open_with(keys), sahod.at("linkSandboxUrl"));
        let mut clients = JoinSet::new();
        for work in ALL {
            let client = Client { open: open.clone(), link: link.clone(), ledger: Arc::clone(ledger) };
            clients.spawn(client.run(work));
        }
        Self(clients)
    }

    /// Waits until all have seen that the process is gone.
    pub(crate) async fn end(mut self) {
        soon("the end of the clients", async {
            while let Some(ended) = self.0.join_next().await {
                // A client that panicked saw a wrong answer.
                let Gone { .. } = ended.unwrap();
            }
        })
        .await;
    }
}

struct Client {
    open: Api,
    link: Api,
    ledger: Arc<Ledger>,
}

impl Client {
    async fn run(self, work: Work) -> Gone {
        loop {
            let done = match work {
                Work::MakeUsers => self.make_user().await.map(drop),
                Work::RegisterWebhooks => self.register().await,
                work => self.link(work).await,
            };
            if let Err(gone) = done {
                return gone;
            }
        }
    }

    async fn make_user(&self) -> Result<Value, Gone> {
        let body = json!({ "externalMetadata": { "ref": "42" } });
        let made = self.open.post("/users", &body).await?.data(201);
        self.ledger.user(made["user"]["id"].as_str().unwrap());
        Ok(made)
    }

    async fn link(&self, work: Work) -> Result<(), Gone> {
        let made = self.make_user().await?;
        let widget = Widget::open(&self.link, &text(&made["token"]["accessToken"])).await?;
        let account = widget.start_george(PROVIDER).await?;
        self.ledger.account(&account);
        if matches!(work, Work::RevokeInTheMiddle) {
            widget.follow(&account).await?;
        } else {
            let last = widget.finish(&account).await?;
            assert_eq!(last["stage"], "DONE", "{last}");
            self.ledger.done(&account);
        }
        let api = match work {
            Work::LinkAndRevokeAsCustomer => &self.open,
            Work::LinkAndRevokeAsPerson | Work::RevokeInTheMiddle => &widget.api,
            _ => return Ok(()),
        };
        self.ledger.revoking(&account);
        let revoked = api.delete(&format!("/accounts/{account}")).await?;
        assert_eq!(revoked.status, 200, "{revoked:?}");
        self.ledger.revoked(&account);
        Ok(())
    }

    /// Registers webhooks that are sent nothing, and deletes every other one.
    async fn register(&self) -> Result<(), Gone> {
        let body = json!({
            "name": "idle",
            "url": "http://127.0.0.1:9/nobody",
            "secret": "a secret",
            "eventTypes": ["INVITE_LINKED"],
            "active": true,
        });
        let kept = self.open.post("/webhooks", &body).await?.data(200);
        self.ledger.webhook(kept["id"].as_str().unwrap());
        let deleted = self.open.post("/webhooks", &body).await?.data(200);
        let id = deleted["id"].as_str().unwrap();
        self.ledger.webhook(id);
        self.ledger.deleting(id);
        let answer = self.open.delete(&format!("/webhooks/{id}")).await?;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.ledger.deleted(id);
        Ok(())
    }
}
