//! Exports: an account's data as a file, kept for as long as its address is good.

use std::time::Duration;

use futures_util::future::BoxFuture;
use md5::{Digest as _, Md5};
use sahod_exports::{Record, Report};
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{AccountId, Export, ExportFormat, ExportId, Right};
use sahod_store::{ItemPage, Scope};
use tokio::task::spawn_blocking;

use super::{
    Documents,
    files::{ADDRESS_LIFETIME, KeptFile},
};
use crate::{Acting, AppError, jobs::done_or_retry, sources::AccountPayload};

const DELETE_EXPORT: &str = "delete_export.v1";

impl Documents {
    /// Makes a file of everything that came from an account; the file and the address where it can be fetched for a while.
    pub async fn generate_export(
        &self,
        acting: &Acting,
        account: &AccountId,
        format: ExportFormat,
    ) -> Result<(Export, String), AppError> {
        let scope = acting.may(Right::Read)?;
        let payload = self.sources.read_account(scope, account).await?;
        let Some(key) = self.services.store.key_now(account.as_str()).await? else {
            return Err(AppError::invalid("id", "is of a revoked account: nothing of it is left to export"));
        };
        let report = self.report(scope, &payload)?;
        // Pages of thousands of rows take a while to be laid out.
        let made = spawn_blocking(move || match format {
            ExportFormat::Pdf => sahod_exports::pdf(&report),
            ExportFormat::Csv => sahod_exports::csv(&report),
        });
        let bytes = made.await.map_err(AppError::internal)?.map_err(AppError::internal)?;
        let export = Export {
            id: ExportId::new(self.services.clock.as_ref(), self.services.random.as_ref()),
            account_id: account.clone(),
            format,
            created_at: self.services.now(scope),
            md5: hex::encode(Md5::digest(&bytes)),
        };
        let file = KeptFile::Export { account: account.clone(), export: export.id.clone(), format };
        // First it is sure to be deleted, then it is kept.
        let payload = serde_json::to_string(&file).map_err(AppError::internal)?;
        self.services.enqueue_now(DELETE_EXPORT, payload, ADDRESS_LIFETIME).await?;
        self.put_file(scope, &file, &key, &bytes).await?;
        Ok((export, self.file_url(scope, file)?))
    }

    fn report(&self, scope: &Scope, payload: &AccountPayload) -> Result<Report, AppError> {
        let account = &payload.account;
        let provider = self.services.data_sources.catalogue.get(scope.mode(), &account.provider_id);
        let mut kinds = Vec::new();
        for (kind, page) in &payload.kinds {
            kinds.push((*kind, records(page)?));
        }
        Ok(Report {
            account: account.id.clone(),
            provider: provider
                .map_or_else(|| account.provider_id.to_string(), |provider| provider.long_name.clone()),
            made_at: self.services.now(scope),
            kinds,
        })
    }
}

/// Items as records. Their numbers keep every digit.
fn records(page: &ItemPage) -> Result<Vec<Record>, AppError> {
    let list = [b"[", page.body.as_slice(), b"]"].concat();
    serde_json::from_slice(&list).map_err(AppError::internal)
}

/// Deletes an export whose address has ended.
pub(crate) struct DeleteExport(Documents);

impl DeleteExport {
    pub(crate) const fn new(documents: Documents) -> Self {
        Self(documents)
    }
}

impl Handler for DeleteExport {
    fn kind(&self) -> &'static str {
        DELETE_EXPORT
    }

    fn run<'a>(&'a self, job: &'a ClaimedJob) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let Ok(file) = serde_json::from_str::<KeptFile>(&job.payload) else {
                return Outcome::Fail { reason: "the payload is not one of a file".into() };
            };
            done_or_retry(self.0.delete_file(&file).await, Duration::from_mins(1))
        })
    }
}
