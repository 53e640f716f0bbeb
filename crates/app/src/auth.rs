//! Who calls: API key pairs and how they are checked.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;
use sahod_model::{ApiKeyId, ExposeSecret, Mode, SecretString, TenantId, Timestamp};
use sahod_store::{ApiKeyRecord, Scope, test_clock};
use sahod_vault::{MasterKey, keyed_hash, same_bytes};

use crate::{App, AppError};

/// How long a looked-up key is trusted without asking the store: the longest time that a key which another process revoked
/// still works. In the sandbox it is [`test_clock::KEPT`], so that a moved clock shows at once.
const CACHE_TIME: Duration = Duration::from_secs(5);
const CACHED_KEYS: usize = 10_000;

/// A caller of the Open API who proved who it is.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant and mode that it acts in.
    pub scope: Scope,
    /// The key that it used.
    pub key: ApiKeyId,
}

/// A new API key pair. The secret is shown now and never again: only its hash is kept.
#[derive(Debug)]
pub struct ApiKeyPair {
    /// The public half.
    pub key: ApiKeyId,
    /// The secret half.
    pub secret: SecretString,
}

/// Hashes secrets and remembers keys for a moment.
pub(crate) struct Secrets {
    pepper: [u8; 32],
    cache: Cache<ApiKeyId, Kept>,
}

/// A key that was looked up.
#[derive(Clone)]
struct Kept {
    /// From before it was read: by the machine's clock, and by one that nobody can set back or hold still.
    since: (Timestamp, Instant),
    record: Arc<ApiKeyRecord>,
}

impl Kept {
    fn holds(&self, now: Timestamp) -> bool {
        let longest = match self.record.scope.mode() {
            Mode::Production => CACHE_TIME,
            Mode::Sandbox => test_clock::KEPT,
        };
        now.since(self.since.0).max(self.since.1.elapsed()) < longest
    }
}

impl Secrets {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self { pepper: master.derive("api-secrets"), cache: Cache::new(CACHED_KEYS) }
    }

    /// A keyed hash. Secrets are random and long, so a slow password hash would add cost and no safety.
    pub(crate) fn hash(&self, secret: &str) -> [u8; 32] {
        keyed_hash(&self.pepper, secret.as_bytes())
    }
}

impl App {
    /// Checks a key pair for that mode.
    pub async fn authenticate(&self, key: &str, secret: &str, mode: Mode) -> Result<Caller, AppError> {
        let Ok(key) = key.parse::<ApiKeyId>() else { return Err(AppError::InvalidCredentials) };
        let now = self.clock.now();
        let record = self.api_key(&key, now).await?;
        let hash = self.secrets.hash(secret);
        let ended = [record.expires_at, record.revoked_at].into_iter().flatten().any(|end| end <= now);
        if !same_bytes(&hash, &record.secret_hash) || ended {
            return Err(AppError::InvalidCredentials);
        }
        if record.scope.mode() != mode {
            return Err(AppError::Forbidden);
        }
        Ok(Caller { scope: record.scope.clone(), key })
    }

    async fn api_key(&self, key: &ApiKeyId, now: Timestamp) -> Result<Arc<ApiKeyRecord>, AppError> {
        if let Some(kept) = self.secrets.cache.get(key).filter(|kept| kept.holds(now)) {
            return Ok(kept.record);
        }
        let since = (now, Instant::now());
        let record = self.store.api_key(key).await?.ok_or(AppError::InvalidCredentials)?;
        let record = Arc::new(record);
        if !record.clock_moves {
            self.secrets.cache.insert(key.clone(), Kept { since, record: Arc::clone(&record) });
        }
        Ok(record)
    }

    /// Makes a tenant, if there is none of that id yet, and says whether it made it.
    pub async fn ensure_tenant(&self, id: &TenantId, name: &str) -> Result<bool, AppError> {
        if self.store.scope(id, Mode::Sandbox).await?.is_some() {
            return Ok(false);
        }
        self.store.create_tenant(id, name, self.clock.now()).await?;
        Ok(true)
    }

    /// Makes a key pair for a tenant in that mode, for as long as `lifetime` or for good.
    pub async fn create_api_key(
        &self,
        tenant: &TenantId,
        mode: Mode,
        label: &str,
        lifetime: Option<Duration>,
    ) -> Result<ApiKeyPair, AppError> {
        let scope = self.store.scope(tenant, mode).await?.ok_or(AppError::Missing)?;
        let key = ApiKeyId::new(self.clock.as_ref(), self.random.as_ref());
        // The prefix lets secret scanners and people see at once what has leaked.
        let text = format!(
            "sahod_{}_{}",
            mode.as_str().to_ascii_lowercase(),
            hex::encode(self.random.array::<32>())
        );
        let secret = SecretString::from(text);
        let now = self.clock.now();
        let hash = self.secrets.hash(secret.expose_secret());
        let expires_at = lifetime.map(|lifetime| now.plus(lifetime));
        self.store.insert_api_key(&key, &scope, hash, label, now, expires_at).await?;
        Ok(ApiKeyPair { key, secret })
    }

    /// Ends an API key for good. Doing it again changes nothing.
    pub async fn revoke_api_key(&self, key: &ApiKeyId) -> Result<(), AppError> {
        let found = self.store.revoke_api_key(key, self.clock.now()).await?;
        self.secrets.cache.remove(key);
        if found { Ok(()) } else { Err(AppError::Missing) }
    }
}
