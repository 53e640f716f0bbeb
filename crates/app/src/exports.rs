//! Exports: an account's data as a file, kept for as long as its address is good.

use std::time::Duration;

use futures_util::future::BoxFuture;
use md5::{Digest as _, Md5};
use sahod_exports::{Record, Report};
use sahod_jobs::{ClaimedJob, Handler, Outcome};
use sahod_model::{AccountId, Export, ExportFormat, ExportId};
use sahod_store::{ItemPage, Scope};
use tokio::task::spawn_blocking;

use crate::{
    App, AppError,
    background::done_or_retry,
    files::{ADDRESS_LIFETIME, KeptFile},
    payloads::AccountPayload,
};

const DELETE_EXPORT: &str = "delete_export.v1";

impl App {
    /// Makes a file of everything that came from an account; the file and the address where it can be fetched for a while.
    pub async fn generate_export(
        &self,
        scope: &Scope,
        account: &AccountId,
        format: ExportFormat,
    ) -> Result<(Export, String), AppError> {
        let payload = self.read_account(scope, account).await?;
        let Some(key) = self.store.key(account.as_str()).await? else {
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
            id: ExportId::new(self.clock.as_ref(), self.random.as_ref()),
            account_id: account.clone(),
            format,
            created_at: self.now(scope),
            md5: hex::encode(Md5::digest(&bytes)),
        };
        let file = KeptFile::Export { account: account.clone(), export: export.id.clone(), format };
        // First it is sure to be deleted, then it is kept.
        let payload = serde_json::to_string(&file).map_err(AppError::internal)?;
        self.enqueue_now(DELETE_EXPORT, payload, ADDRESS_LIFETIME).await?;
        self.put_file(scope, &file, &key, &bytes).await?;
        Ok((export, self.file_url(scope, file)?))
    }

    fn report(&self, scope: &Scope, payload: &AccountPayload) -> Result<Report, AppError> {
        let account = &payload.account;
        let provider = self.get_provider(scope.mode(), &account.provider_id);
        let mut kinds = Vec::new();
        for (kind, page) in &payload.kinds {
            kinds.push((*kind, records(page)?));
        }
        Ok(Report {
            account: account.id.clone(),
            provider: provider
                .map_or_else(|_| account.provider_id.to_string(), |provider| provider.long_name.clone()),
            made_at: self.now(scope),
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
pub(crate) struct DeleteExport(App);

impl DeleteExport {
    pub(crate) const fn new(app: App) -> Self {
        Self(app)
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
