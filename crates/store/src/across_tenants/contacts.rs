//! Whom to write to about a tenant: a mail address, sealed with a key of its own.

use sahod_model::TenantId;
use sahod_vault::Aad;
use zeroize::Zeroizing;

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    sealing::TENANT_CONTACT,
};

statements! {
    GET_CONTACT = "SELECT number, contact FROM tenants WHERE id = $1";
    UPDATE_CONTACT = "UPDATE tenants SET contact = $1 WHERE id = $2";
}

fn key_id(tenant: &TenantId) -> String {
    format!("contact-{tenant}")
}

/// Contacts.
impl Store {
    /// Where to write to about a tenant; `None` when nobody said, or there is no such tenant.
    pub async fn tenant_contact(&self, tenant: &TenantId) -> Result<Option<String>, StoreError> {
        let Some((number, Some(sealed))) = self.contact_row(tenant).await? else { return Ok(None) };
        let id = key_id(tenant);
        let Some(key) = self.key(&id).await? else { return Ok(None) };
        let aad = Aad { scope: number, kind: TENANT_CONTACT, id: &id };
        let address = Zeroizing::new(key.open(&aad, &sealed)?);
        Ok(Some(std::str::from_utf8(&address).map_err(corrupt)?.to_owned()))
    }

    /// Says where to write to about a tenant; `None`: nowhere any more. The one before is forgotten for good. Whether there
    /// is such a tenant.
    pub async fn update_tenant_contact(
        &self,
        tenant: &TenantId,
        contact: Option<&str>,
    ) -> Result<bool, StoreError> {
        let Some((number, _)) = self.contact_row(tenant).await? else { return Ok(false) };
        let id = key_id(tenant);
        self.destroy_key(&id).await?;
        let sealed = match contact {
            Some(contact) => {
                let aad = Aad { scope: number, kind: TENANT_CONTACT, id: &id };
                Some(self.create_key(&id).await?.seal(&*self.0.random, &aad, contact.as_bytes()))
            }
            None => None,
        };
        Ok(self.data().write(UPDATE_CONTACT, params![sealed, tenant]).await? > 0)
    }

    async fn contact_row(&self, tenant: &TenantId) -> Result<Option<(i64, Option<Vec<u8>>)>, StoreError> {
        let read = |row: Row<'_>| Ok((row.int(0)?, row.opt_blob(1)?.map(<[u8]>::to_vec)));
        self.data().query_opt(GET_CONTACT, params![tenant], read).await
    }
}
