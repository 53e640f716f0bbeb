//! Data points, read. They stay JSON text from the store to the answer.

use sahod_model::{Datapoint, ItemId, Right};
use sahod_store::{ItemFilter, ItemPage, PageRequest};

use super::Sources;
use crate::{Acting, AppError};

impl Sources {
    /// The data point of that id, as JSON text.
    pub async fn get_item(&self, acting: &Acting, kind: Datapoint, id: &ItemId) -> Result<Vec<u8>, AppError> {
        let scope = acting.may(Right::Read)?;
        self.services.store.scoped(scope).get_item(kind, id).await?.ok_or(AppError::Missing)
    }

    /// A page of data points of one kind, newest first.
    pub async fn list_items(
        &self,
        acting: &Acting,
        kind: Datapoint,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> Result<ItemPage, AppError> {
        let scope = acting.may(Right::Read)?;
        Ok(self.services.store.scoped(scope).list_items(kind, filter, page).await?)
    }
}
