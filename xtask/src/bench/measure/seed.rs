//! A database full of transactions, written through the store, each sealed with its source's own key.

use std::{path::Path, process::Command, sync::Arc};

use sahod_model::{
    Account, AccountId, Clock, ConnectionStatus, Currency, Date, ExternalMetadata, Mode, MonitorStatus,
    Random, SessionStatus, SourceId, SystemClock, SystemRandom, User, UserId,
    item::{Item, SourceItem, SourceRef, SourceType, Transaction},
    money::Amount,
};
use sahod_store::{PageRequest, Scope, Store, StoreConfig, UserFilter};
use sahod_vault::MasterKey;

use super::failure::Failure;

/// Transactions of each user.
pub(super) const PER_USER: usize = 1_000;
/// Whose they are.
pub(super) const TENANT: &str = "bench";
/// 2024-12-31.
const NEWEST_DAY: i64 = 20_088;

/// What the load needs to know.
pub(super) struct Seeded {
    pub(super) users: Vec<String>,
    pub(super) key: String,
    pub(super) secret: String,
}

/// Makes an API key with the program itself, then users with one account and [`PER_USER`] transactions each,
/// as far as they are not there yet.
pub(super) async fn seed(
    program: &Path,
    config: &Path,
    storage: &StoreConfig,
    master: &Path,
    rows: usize,
) -> Result<Seeded, Failure> {
    let made = Command::new(program)
        .args(["keys", "create", "--tenant", TENANT, "--config"])
        .arg(config)
        .output()?;
    let text = String::from_utf8(made.stdout)?;
    let line = |name: &str| {
        let value =
            text.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
        value.ok_or_else(|| format!("no key: {}", String::from_utf8_lossy(&made.stderr)))
    };
    let (key, secret) = (line("API key")?, line("API secret")?);

    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let master = MasterKey::load_or_create(master, &*random)?;
    let store = Store::open(storage, master, Arc::clone(&clock), Arc::clone(&random)).await?;
    let scope = store.scope(&TENANT.parse()?, Mode::Sandbox).await?.ok_or("the tenant is gone")?;
    let mut users = users(&store, &scope).await?;
    if users.is_empty() {
        println!("writing {rows} transactions …");
    }
    for _ in users.len()..rows.div_ceil(PER_USER) {
        let user = UserId::new(scope.tenant(), &*clock, &*random);
        insert_user(&store, &scope, &user, &*clock, &*random).await?;
        users.push(user.to_string());
    }
    Ok(Seeded { users, key, secret })
}

/// The users that an earlier measurement left.
async fn users(store: &Store, scope: &Scope) -> Result<Vec<String>, Failure> {
    let (mut users, mut request) = (Vec::new(), PageRequest::first(1_000));
    loop {
        let page = store.scoped(scope).list_users(&UserFilter::default(), &request).await?;
        users.extend(page.items.iter().map(|user| user.id.to_string()));
        if page.next.is_none() {
            return Ok(users);
        }
        request.after = page.next;
    }
}

async fn insert_user(
    store: &Store,
    scope: &Scope,
    user_id: &UserId,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<(), Failure> {
    let now = clock.now();
    let user = User {
        id: user_id.clone(),
        created_at: now,
        external_metadata: ExternalMetadata::new(),
        session_status: SessionStatus::InProgress,
    };
    let account = Account {
        id: AccountId::new(clock, random),
        user_id: user_id.clone(),
        provider_id: "upwork".parse()?,
        created_at: now,
        status: ConnectionStatus::Connected,
        error_code: None,
        updated_at: now,
        monitor_status: MonitorStatus::Unsupported,
        monitor_updated_at: now,
        read_at: None,
    };
    let source = SourceRef {
        user_id: user_id.clone(),
        source_id: SourceId::from(&account.id),
        source_type: SourceType::Account,
        provider_id: account.provider_id.clone(),
    };
    let key = store.create_key(account.id.as_str()).await?;
    let mut tx = store.begin().await?;
    let mut scoped = tx.scoped(scope);
    scoped.insert_user(&user, None).await?;
    scoped.insert_account(&account, "george@example.com", &key).await?;
    scoped.upsert_items(&source, &key, (0..PER_USER).map(transaction).collect(), now).await?;
    tx.commit().await?;
    Ok(())
}

/// The `number`th newest transaction of a user: one a day.
fn transaction(number: usize) -> SourceItem {
    let days = i64::try_from(number).unwrap_or(0);
    let date = Date::from_days(NEWEST_DAY - days);
    SourceItem {
        key: format!("T{number:08}"),
        created_at: date.start(),
        item: Item::Transaction(Transaction {
            date,
            description: Some(format!("Invoice for website design, part {number:04}")),
            currency: Currency::Php,
            amount: Amount::from_cents(1_000_000 + days * 137),
            reference_id: Some(format!("T{number:08}")),
        }),
    }
}
