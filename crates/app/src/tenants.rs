//! Tenants' settings.

use sahod_model::{Mode, Origin, TenantId};
use sahod_outbound::check_mail_address;

use crate::{App, AppError};

impl App {
    /// Says where to write to about a tenant's webhooks; `None`: nowhere any more.
    pub async fn set_contact(&self, tenant: &TenantId, contact: Option<&str>) -> Result<(), AppError> {
        if let Some(contact) = contact {
            check_mail_address(contact).map_err(|error| AppError::invalid("contact", error.to_string()))?;
        }
        if self.store.update_tenant_contact(tenant, contact).await? { Ok(()) } else { Err(AppError::Missing) }
    }

    /// Says whether a tenant has accounts read again month by month, where their providers allow it. One that stops has each
    /// account's sync end when it would be due.
    pub async fn monitor_accounts(&self, tenant: &TenantId, monitors: bool) -> Result<(), AppError> {
        if self.store.update_monitors(tenant, monitors).await? { Ok(()) } else { Err(AppError::Missing) }
    }

    /// Says which sites' pages may have a tenant's widget in them; none: every page may.
    pub async fn set_origins(
        &self,
        tenant: &TenantId,
        mode: Mode,
        origins: Vec<Origin>,
    ) -> Result<(), AppError> {
        let scope = self.store.scope(tenant, mode).await?.ok_or(AppError::Missing)?;
        self.replace_origins(&scope, origins).await.map(|_| ())
    }

    /// Says whether a tenant shares with others, and is told, when a person linked. It holds for accounts that are connected
    /// from now on, because people are asked first; one that stops is forgotten at once.
    pub async fn share_links(&self, tenant: &TenantId, shares: bool) -> Result<(), AppError> {
        if self.store.update_shares_links(tenant, shares).await? { Ok(()) } else { Err(AppError::Missing) }
    }
}
