//! Receipts: what a person agreed to, signed, for them to keep.

use sahod_model::{
    AccountId, ArchiveId, ArchiveStatus, ConnectionStatus, ConsentId, Datapoint, Mode, ProviderId, SourceId,
    Timestamp, UserId,
};
use sahod_vault::SigningJwk;
use serde::Serialize;

use super::Sharing;
use crate::{Acting, AppError, Session};

/// What a person agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The consent's id.
    pub id: ConsentId,
    /// The wording that was agreed to.
    pub version: String,
    /// When.
    pub agreed_at: Timestamp,
    /// Who asked.
    pub organisation: AskedBy,
    /// Who agreed.
    pub person: AgreedBy,
    /// What is shared.
    #[serde(flatten)]
    pub shared: Shared,
    /// What the data is for; `None`: as the widget says it.
    pub purpose: Option<String>,
    /// The kinds of data.
    pub datapoints: Vec<Datapoint>,
    /// Whether it is read again, month by month.
    pub continuous: bool,
    /// How long data stays after it was last refreshed.
    pub retention_days: u16,
    /// How to end it.
    pub revoke: String,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// Who asked for the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedBy {
    /// As people know them.
    pub name: String,
}

/// Who agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreedBy {
    /// The user's id.
    pub user_id: UserId,
}

/// What a receipt is about: a member `account` or a member `upload`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Shared {
    /// An account.
    Account(SharedAccount),
    /// Documents that were handed over.
    Upload(SharedUpload),
}

/// The documents that a receipt is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedUpload {
    /// The upload's id.
    pub id: ArchiveId,
    /// How many files.
    pub file_count: u16,
}

/// The account that a receipt is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedAccount {
    /// Its id.
    pub id: AccountId,
    /// Where it is.
    pub provider: NamedProvider,
}

/// A provider as people know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedProvider {
    /// Its id.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
}

/// A receipt with the proof that it is ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignedReceipt {
    /// The receipt, for reading.
    pub receipt: Receipt,
    /// The same receipt, signed (compact JWS).
    pub jws: String,
    /// Where the keys are with which that is checked.
    pub jwks: String,
}

impl Sharing {
    /// The receipt of what the session's person agreed to last for an account of theirs, revoked or not.
    pub async fn account_receipt(&self, acting: &Acting, id: &AccountId) -> Result<SignedReceipt, AppError> {
        let session = acting.may_share()?;
        let account = self.sources.find_own_account(session, id).await?;
        let name = match self.services.data_sources.catalogue.get(session.scope.mode(), &account.provider_id)
        {
            Some(provider) => provider.name.clone(),
            None => account.provider_id.to_string(),
        };
        let revoked = account.status == ConnectionStatus::Disconnected;
        let provider = NamedProvider { id: account.provider_id, name };
        let shared = Shared::Account(SharedAccount { id: account.id, provider });
        self.receipt(session, &id.into(), shared, revoked.then_some(account.updated_at)).await
    }

    /// The receipt of what the session's person agreed to when they handed documents over, revoked or not. Documents that
    /// the tenant handed over have none.
    pub async fn upload_receipt(&self, acting: &Acting, id: &ArchiveId) -> Result<SignedReceipt, AppError> {
        let session = acting.may_share()?;
        let archive = self.documents.find_own_archive(session, id).await?;
        let revoked = archive.status == ArchiveStatus::Revoked;
        let shared = Shared::Upload(SharedUpload { id: archive.id, file_count: archive.file_count });
        self.receipt(session, &id.into(), shared, revoked.then_some(archive.updated_at)).await
    }

    async fn receipt(
        &self,
        session: &Session,
        source: &SourceId,
        shared: Shared,
        revoked_at: Option<Timestamp>,
    ) -> Result<SignedReceipt, AppError> {
        let scoped = self.services.store.scoped(&session.scope);
        let consent = scoped.latest_consent(&session.user_id, source).await?.ok_or(AppError::Missing)?;
        let mode = session.scope.mode();
        let organisation = &session.tenant_name;
        let receipt = Receipt {
            id: consent.id,
            version: consent.version,
            agreed_at: consent.agreed_at,
            organisation: AskedBy { name: organisation.clone() },
            person: AgreedBy { user_id: session.user_id.clone() },
            shared,
            purpose: consent.purpose,
            datapoints: consent.datapoints,
            continuous: consent.continuous,
            retention_days: consent.retention_days,
            revoke: format!(
                "Open the same page of {organisation} again and remove it there, or ask {organisation} to do so. What \
                 was shared can then not be read any more."
            ),
            revoked_at,
        };
        let payload = serde_json::to_vec(&receipt).map_err(AppError::internal)?;
        let jws = self.signers.of(mode).sign(&payload);
        Ok(SignedReceipt {
            receipt,
            jws,
            jwks: format!("{}/.well-known/jwks.json", self.services.link_base(mode)),
        })
    }

    /// The keys with which receipts of that mode are checked.
    #[must_use]
    pub fn receipt_keys(&self, mode: Mode) -> [&SigningJwk; 1] {
        [self.signers.of(mode).public_key()]
    }
}
