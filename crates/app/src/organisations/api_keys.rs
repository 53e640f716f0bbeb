//! Who calls: API key pairs and how they are checked.

use std::{sync::Arc, time::Duration};

use sahod_model::{ApiKeyId, Mode, Rights, SecretString, TenantId};
use sahod_store::NewApiKey;
use sahod_vault::same_bytes;

use super::Organisations;
use crate::{Acting, AppError};

/// How long a looked-up key is trusted without asking the store: the longest time that a key which another process revoked
/// still works.
const CACHE_TIME: Duration = Duration::from_secs(5);

/// A new API key pair. The secret is shown now and never again: only its hash is kept.
#[derive(Debug)]
pub struct ApiKeyPair {
    /// The public half.
    pub key: ApiKeyId,
    /// The secret half.
    pub secret: SecretString,
}

/// What an API key is for, and what it may do.
#[derive(Clone, Copy, Debug)]
pub struct KeyPurpose<'a> {
    /// What it is for, in words.
    pub label: &'a str,
    /// What it may do.
    pub rights: Rights,
    /// How long it works; `None`: until it is revoked.
    pub lifetime: Option<Duration>,
}

impl<'a> KeyPurpose<'a> {
    /// A key for that, which may do everything until it is revoked.
    #[must_use]
    pub const fn everything(label: &'a str) -> Self {
        Self { label, rights: Rights::ALL, lifetime: None }
    }
}

impl Organisations {
    /// Who acts with that key pair at a surface of that mode.
    pub async fn authenticate(
        &self,
        key: &str,
        secret: &SecretString,
        mode: Mode,
    ) -> Result<Acting, AppError> {
        let Ok(key) = key.parse::<ApiKeyId>() else { return Err(AppError::InvalidCredentials) };
        let now = self.services.clock.now();
        // In the sandbox a tenant's clock can be moved at any moment.
        let cache = (mode == Mode::Production).then_some(&self.known_keys.0);
        let record = match cache.and_then(|cache| cache.get(&key)) {
            Some((seen, record)) if now.since(seen) < CACHE_TIME => record,
            _ => {
                let record = self.services.store.api_key(&key).await?.ok_or(AppError::InvalidCredentials)?;
                let record = Arc::new(record);
                if let Some(cache) = cache {
                    cache.insert(key.clone(), (now, Arc::clone(&record)));
                }
                record
            }
        };
        let hash = self.secrets.hash(secret);
        let ended = [record.expires_at, record.revoked_at].into_iter().flatten().any(|end| end <= now);
        if !same_bytes(&hash, &record.secret_hash) || ended {
            return Err(AppError::InvalidCredentials);
        }
        if record.scope.mode() != mode {
            return Err(AppError::Forbidden);
        }
        Ok(Acting::key(key, record.rights, record.scope.clone()))
    }

    /// Makes a key pair for a tenant in that mode.
    pub async fn create_api_key(
        &self,
        acting: &Acting,
        tenant: &TenantId,
        mode: Mode,
        purpose: KeyPurpose<'_>,
    ) -> Result<ApiKeyPair, AppError> {
        acting.may_operate()?;
        let scope = self.services.store.scope(tenant, mode).await?.ok_or(AppError::Missing)?;
        let key = ApiKeyId::new(self.services.clock.as_ref(), self.services.random.as_ref());
        // The prefix lets secret scanners and people see at once what has leaked.
        let text = format!(
            "sahod_{}_{}",
            mode.as_str().to_ascii_lowercase(),
            hex::encode(self.services.random.array::<32>())
        );
        let secret = SecretString::from(text);
        let created_at = self.services.clock.now();
        let KeyPurpose { label, rights, lifetime } = purpose;
        let new = NewApiKey {
            id: &key,
            secret_hash: self.secrets.hash(&secret),
            label,
            rights,
            created_at,
            expires_at: lifetime.map(|lifetime| created_at.plus(lifetime)),
        };
        self.services.store.insert_api_key(&scope, &new).await?;
        Ok(ApiKeyPair { key, secret })
    }

    /// Ends an API key for good. Doing it again changes nothing.
    pub async fn revoke_api_key(&self, acting: &Acting, key: &ApiKeyId) -> Result<(), AppError> {
        acting.may_operate()?;
        let found = self.services.store.revoke_api_key(key, self.services.clock.now()).await?;
        self.known_keys.0.remove(key);
        if found { Ok(()) } else { Err(AppError::Missing) }
    }
}
