//! Tenants' settings.

use sahod_model::TenantId;

use crate::{App, AppError};

impl App {
    /// Says whether a tenant shares with others, and is told, when a person linked. It holds for accounts that are connected
    /// from now on, because people are asked first; one that stops is forgotten at once.
    pub async fn share_links(&self, tenant: &TenantId, shares: bool) -> Result<(), AppError> {
        if self.store.update_shares_links(tenant, shares).await? { Ok(()) } else { Err(AppError::Missing) }
    }
}
