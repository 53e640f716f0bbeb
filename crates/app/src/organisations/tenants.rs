//! Tenants' settings.

use sahod_model::{Mode, Origin, TenantId};
use sahod_outbound::check_mail_address;

use super::Organisations;
use crate::{Acting, AppError};

impl Organisations {
    /// Makes a tenant, if there is none of that id yet, and says whether it made it.
    pub async fn ensure_tenant(&self, acting: &Acting, id: &TenantId, name: &str) -> Result<bool, AppError> {
        acting.may_operate()?;
        if self.services.store.scope(id, Mode::Sandbox).await?.is_some() {
            return Ok(false);
        }
        self.services.store.create_tenant(id, name, self.services.clock.now()).await?;
        tracing::info!(tenant = %id, by = %acting, "a tenant was made");
        Ok(true)
    }

    /// Says where to write to about a tenant's webhooks; `None`: nowhere any more.
    pub async fn set_contact(
        &self,
        acting: &Acting,
        tenant: &TenantId,
        contact: Option<&str>,
    ) -> Result<(), AppError> {
        acting.may_operate()?;
        if let Some(contact) = contact {
            check_mail_address(contact).map_err(|error| AppError::invalid("contact", error.to_string()))?;
        }
        let found = self.services.store.update_tenant_contact(tenant, contact).await?;
        changed(acting, tenant, "contact", found)
    }

    /// Says whether a tenant has accounts read again month by month, where their providers allow it. One that stops has each
    /// account's sync end when it would be due.
    pub async fn monitor_accounts(
        &self,
        acting: &Acting,
        tenant: &TenantId,
        monitors: bool,
    ) -> Result<(), AppError> {
        acting.may_operate()?;
        let found = self.services.store.update_monitors(tenant, monitors).await?;
        changed(acting, tenant, "monitoring", found)
    }

    /// Says which sites' pages may have a tenant's widget in them; none: every page may.
    pub async fn set_origins(
        &self,
        acting: &Acting,
        tenant: &TenantId,
        mode: Mode,
        origins: Vec<Origin>,
    ) -> Result<(), AppError> {
        acting.may_operate()?;
        let scope = self.services.store.scope(tenant, mode).await?.ok_or(AppError::Missing)?;
        self.set_origins_in(&scope, origins).await?;
        changed(acting, tenant, "allowed origins", true)
    }

    /// Says whether a tenant shares with others, and is told, when a person linked. It holds for accounts that are connected
    /// from now on, because people are asked first; one that stops is forgotten at once.
    pub async fn share_links(
        &self,
        acting: &Acting,
        tenant: &TenantId,
        shares: bool,
    ) -> Result<(), AppError> {
        acting.may_operate()?;
        let found = self.services.store.update_shares_links(tenant, shares).await?;
        changed(acting, tenant, "sharing of links", found)
    }
}

/// Notes that something was set for a tenant, if there is one.
fn changed(acting: &Acting, tenant: &TenantId, what: &str, found: bool) -> Result<(), AppError> {
    if !found {
        return Err(AppError::Missing);
    }
    tracing::info!(%tenant, by = %acting, what, "a setting of a tenant was changed");
    Ok(())
}
