//! People of a tenant's own in the sandbox. What one is made of is sealed under a key of its own, and found again by a keyed
//! fingerprint of the login.

use sahod_model::{ProviderId, ScenarioId, Timestamp};
use sahod_vault::{Aad, DataKey, keyed_hash};

use crate::{
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    page::{Page, PageRequest, Position, window},
    scope::{Scoped, ScopedTx},
    sealing::SCENARIO_CONTENT,
    store::{Inner, Store},
};

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, created_at, provider_id, content FROM scenarios WHERE ", $rest)
    };
}

statements! {
    GET_SCENARIO = select!("id = $1 AND scope = $2");
    FIND_SCENARIO = select!("scope = $1 AND login_fingerprint = $2");
    LIST_SCENARIOS = select!("scope = $1 AND created_at >= $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    INSERT_SCENARIO = "INSERT INTO scenarios (scope, created_at, id, provider_id, login_fingerprint, content)
        VALUES ($1, $2, $3, $4, $5, $6)";
    DELETE_SCENARIO = "DELETE FROM scenarios WHERE id = $1 AND scope = $2";
}

/// Somebody whom a tenant made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredScenario {
    /// Its id.
    pub id: ScenarioId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where the person can sign in.
    pub provider_id: ProviderId,
    /// What it is made of, as JSON.
    pub content: String,
}

struct Sealed {
    id: ScenarioId,
    created_at: Timestamp,
    provider_id: ProviderId,
    content: Vec<u8>,
}

fn read(row: Row<'_>) -> Result<Sealed, StoreError> {
    Ok(Sealed {
        id: row.parsed(0)?,
        created_at: row.timestamp(1)?,
        provider_id: row.parsed(2)?,
        content: row.blob(3)?.to_vec(),
    })
}

fn aad(scope: i64, id: &ScenarioId) -> Aad<'_> {
    Aad { scope, kind: SCENARIO_CONTENT, id: id.as_str() }
}

/// The same for the same login at the same provider, and telling nothing without the master key.
fn fingerprint(store: &Inner, scope: i64, provider: &ProviderId, login: &str) -> [u8; 32] {
    keyed_hash(&store.login_key, format!("scenario\0{scope}\0{provider}\0{login}").as_bytes())
}

/// Opens what was sealed; what has no key any more is left out, as if deleted.
async fn open(store: &Store, scope: i64, sealed: Vec<Sealed>) -> Result<Vec<StoredScenario>, StoreError> {
    let keys = store.live_keys_by_id(sealed.iter().map(|scenario| scenario.id.as_str())).await?;
    let open = |sealed: &Sealed, key: &DataKey| {
        let content = key.open(&aad(scope, &sealed.id), &sealed.content)?;
        Ok(StoredScenario {
            id: sealed.id.clone(),
            created_at: sealed.created_at,
            provider_id: sealed.provider_id.clone(),
            content: String::from_utf8(content).map_err(corrupt)?,
        })
    };
    sealed.iter().filter_map(|sealed| keys.get(sealed.id.as_str()).map(|key| open(sealed, key))).collect()
}

impl Scoped<'_> {
    /// The scenario of that id.
    pub async fn get_scenario(&self, id: &ScenarioId) -> Result<Option<StoredScenario>, StoreError> {
        let scope = self.scope.number();
        let found = self.store.data().query_opt(GET_SCENARIO, params![id, scope], read).await?;
        Ok(open(self.store, scope, found.into_iter().collect()).await?.pop())
    }

    /// The scenario of whoever signs in there with that normalised login name.
    pub async fn find_scenario(
        &self,
        provider: &ProviderId,
        login: &str,
    ) -> Result<Option<StoredScenario>, StoreError> {
        let scope = self.scope.number();
        let params = params![scope, fingerprint(&self.store.0, scope, provider, login)];
        let found = self.store.data().query_opt(FIND_SCENARIO, params, read).await?;
        Ok(open(self.store, scope, found.into_iter().collect()).await?.pop())
    }

    /// A page of scenarios, newest first.
    pub async fn list_scenarios(&self, page: &PageRequest) -> Result<Page<StoredScenario>, StoreError> {
        let scope = self.scope.number();
        let params = window(scope, None, None, page.after.as_ref());
        let page = self
            .store
            .data()
            .page(LIST_SCENARIOS, params, page, read, |scenario| {
                Position::of(scenario.created_at, &scenario.id)
            })
            .await?;
        Ok(Page { items: open(self.store, scope, page.items).await?, next: page.next })
    }
}

impl ScopedTx<'_> {
    /// Inserts a scenario; `key` is its own, made before. [`StoreError::Conflict`] when that login has one there.
    pub async fn insert_scenario(
        &mut self,
        scenario: &StoredScenario,
        login: &str,
        key: &DataKey,
    ) -> Result<(), StoreError> {
        let StoredScenario { id, created_at, provider_id, content } = scenario;
        let scope = self.scope.number();
        let fingerprint = fingerprint(self.tx.store(), scope, provider_id, login);
        let sealed = key.seal(self.tx.random(), &aad(scope, id), content.as_bytes());
        let params = params![scope, *created_at, id, provider_id, fingerprint, sealed];
        self.tx.execute(INSERT_SCENARIO, params).await.map(|_| ())
    }

    /// Deletes a scenario; whether there was one.
    pub async fn delete_scenario(&mut self, id: &ScenarioId) -> Result<bool, StoreError> {
        Ok(self.tx.execute(DELETE_SCENARIO, params![id, self.scope.number()]).await? > 0)
    }
}
