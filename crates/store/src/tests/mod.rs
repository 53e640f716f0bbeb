//! The conformance suite: every test runs on both engines.

mod archives;
mod attempts;
mod consent_templates;
mod cursors;
mod events;
mod idempotency;
mod installation;
mod invite_templates;
mod invites;
mod isolation;
mod items;
mod jobs;
mod links;
mod network;
mod origins;
mod paging;
mod privacy;
mod requests;
mod statements;
mod steps;
mod streams;
mod timing;
mod transactions;
mod wink_templates;

use sahod_model::{
    Account, AccountId, Amount, Clock as _, ConnectionStatus, Currency, Date, EventData, ExternalMetadata,
    MonitorStatus, ProviderId, SessionStatus, SourceId, User, UserId, UserSession,
};
use sahod_model::{
    event::AccountEvent,
    item::{Identity, Item, SourceItem, SourceRef, SourceType, Transaction},
};
use sahod_vault::DataKey;

use crate::{Scope, testing::TestStore};

pub(crate) fn provider() -> ProviderId {
    "grab".parse().unwrap()
}

impl TestStore {
    /// A user without metadata.
    pub(crate) async fn user(&self, scope: &Scope) -> UserId {
        let user = self.new_user(scope, &[]);
        let mut tx = self.store.begin().await.unwrap();
        tx.scoped(scope).insert_user(&user, None).await.unwrap();
        tx.commit().await.unwrap();
        user.id
    }

    pub(crate) fn new_user(&self, scope: &Scope, metadata: &[(&str, &str)]) -> User {
        let external_metadata: ExternalMetadata =
            metadata.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let id = UserId::new(scope.tenant(), &*self.clock, &*self.random);
        User {
            id,
            created_at: self.clock.now(),
            external_metadata,
            session_status: SessionStatus::InProgress,
        }
    }

    pub(crate) fn new_account(&self, user_id: &UserId) -> Account {
        let now = self.clock.now();
        Account {
            id: AccountId::new(&*self.clock, &*self.random),
            user_id: user_id.clone(),
            provider_id: provider(),
            created_at: now,
            status: ConnectionStatus::Pending,
            error_code: None,
            updated_at: now,
            monitor_status: MonitorStatus::Unsupported,
            monitor_updated_at: now,
            read_at: None,
        }
    }

    /// An account with a key of its own.
    pub(crate) async fn account(&self, scope: &Scope, user: &UserId, login: &str) -> (Account, DataKey) {
        let account = self.new_account(user);
        let key = self.store.create_key(account.id.as_str()).await.unwrap();
        let mut tx = self.store.begin().await.unwrap();
        tx.scoped(scope).insert_account(&account, login, &key).await.unwrap();
        tx.commit().await.unwrap();
        (account, key)
    }

    /// Stores items as if they had been read from that account.
    pub(crate) async fn ingest(
        &self,
        scope: &Scope,
        account: &Account,
        key: &DataKey,
        items: Vec<SourceItem>,
    ) -> crate::IngestOutcome {
        let mut tx = self.store.begin().await.unwrap();
        let now = self.clock.now();
        let outcome = tx.scoped(scope).upsert_items(&source_of(account), key, items, now).await.unwrap();
        tx.commit().await.unwrap();
        outcome
    }
}

pub(crate) fn source_of(account: &Account) -> SourceRef {
    SourceRef {
        user_id: account.user_id.clone(),
        source_id: SourceId::from(&account.id),
        source_type: SourceType::Account,
        provider_id: account.provider_id.clone(),
    }
}

/// A transaction of that day (counted from 1970) with that key at its source.
pub(crate) fn transaction(key: &str, day: i64, cents: i64) -> SourceItem {
    SourceItem {
        key: key.to_owned(),
        created_at: Date::from_days(day).start(),
        item: Item::Transaction(Transaction {
            date: Date::from_days(day),
            description: Some(format!("Delivery {key} from Makati to Quezon City, paid by wallet")),
            currency: Currency::Php,
            amount: Amount::from_cents(cents),
            reference_id: Some(format!("ref-{key}")),
        }),
    }
}

pub(crate) fn identity(name: &str) -> SourceItem {
    let none = || None::<String>;
    SourceItem {
        key: "profile".to_owned(),
        created_at: Date::from_days(19_000).start(),
        item: Item::Identity(Identity {
            full_name: name.to_owned(),
            first_name: none(),
            middle_name: none(),
            last_name: none(),
            suffix: none(),
            gender: none(),
            dob: None,
            marital_status: none(),
            country_residence: none(),
            citizenship: none(),
            photo_url: none(),
            reference_id: none(),
            profile_url: none(),
            latest_employer_name: none(),
            emails: Vec::new(),
            phones: Vec::new(),
            social_profiles: Vec::new(),
            addresses: Vec::new(),
        }),
    }
}

pub(crate) fn created(user: &UserId) -> EventData {
    let session = UserSession::new(user, SessionStatus::InProgress);
    EventData::UserCreated { user_id: user.clone(), session }
}

pub(crate) fn connected(account: &Account) -> EventData {
    let event = AccountEvent {
        user_id: account.user_id.clone(),
        account_id: account.id.clone(),
        providers: [account.provider_id.clone()],
    };
    EventData::AccountConnected(event)
}

/// The items of a page's body.
pub(crate) fn parse(body: &[u8]) -> Vec<serde_json::Value> {
    serde_json::from_slice(&[b"[", body, b"]"].concat()).unwrap()
}
