//! Who calls: API key pairs and how they are checked.

use std::{sync::Arc, time::Duration};

use sahod_model::{ApiKeyId, Mode, Rights, SecretString, TenantId, Timestamp};
use sahod_store::{ApiKeyRecord, ListedKey, NewApiKey};
use sahod_vault::same_bytes;

use super::{Organisations, known_keys::LookedUp};
use crate::{Acting, AppError};

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
        let record = self.api_key(&key, now).await?;
        let hash = self.secrets.hash(secret);
        let ended = [record.expires_at, record.revoked_at].into_iter().flatten().any(|end| end <= now);
        if !same_bytes(&hash, &record.secret_hash) || ended {
            tracing::warn!(%key, ended, "an API key was used that has ended, or with a wrong secret");
            return Err(AppError::InvalidCredentials);
        }
        if record.scope.mode() != mode {
            return Err(AppError::Forbidden);
        }
        Ok(Acting::key(key, record.rights, record.scope.clone()))
    }

    async fn api_key(&self, key: &ApiKeyId, now: Timestamp) -> Result<Arc<ApiKeyRecord>, AppError> {
        if let Some(record) = self.known_keys.get(key, now) {
            return Ok(record);
        }
        let at = LookedUp::now(now);
        let record = Arc::new(self.services.store.api_key(key).await?.ok_or(AppError::InvalidCredentials)?);
        self.known_keys.insert(key, at, &record);
        Ok(record)
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
        tracing::info!(%key, %tenant, %mode, %rights, by = %acting, "an API key was made");
        Ok(ApiKeyPair { key, secret })
    }

    /// The keys of a tenant, ended ones included, the oldest first.
    pub async fn list_api_keys(
        &self,
        acting: &Acting,
        tenant: &TenantId,
    ) -> Result<Vec<ListedKey>, AppError> {
        acting.may_operate()?;
        self.services.store.scope(tenant, Mode::Sandbox).await?.ok_or(AppError::Missing)?;
        Ok(self.services.store.api_keys(tenant).await?)
    }

    /// Ends an API key for good. Doing it again changes nothing.
    pub async fn revoke_api_key(&self, acting: &Acting, key: &ApiKeyId) -> Result<(), AppError> {
        acting.may_operate()?;
        let found = self.services.store.revoke_api_key(key, self.services.clock.now()).await?;
        self.known_keys.remove(key);
        if !found {
            return Err(AppError::Missing);
        }
        tracing::info!(%key, by = %acting, "an API key was revoked");
        Ok(())
    }
}
