//! Data points, read. They stay JSON text from the store to the answer.

use sahod_model::{Datapoint, ItemId};
use sahod_store::{ItemFilter, ItemPage, PageRequest, Scope};

use crate::{App, AppError};

impl App {
    /// The data point of that id, as JSON text.
    pub async fn get_item(&self, scope: &Scope, kind: Datapoint, id: &ItemId) -> Result<Vec<u8>, AppError> {
        self.store.scoped(scope).get_item(kind, id).await?.ok_or(AppError::Missing)
    }

    /// A page of data points of one kind, newest first.
    pub async fn list_items(
        &self,
        scope: &Scope,
        kind: Datapoint,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> Result<ItemPage, AppError> {
        Ok(self.store.scoped(scope).list_items(kind, filter, page).await?)
    }
}
