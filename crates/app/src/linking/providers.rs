//! Providers: what a person can connect.

use sahod_model::{
    Mode, Provider, ProviderId, ProviderType,
    provider::{ProviderHealth, ProviderSubType},
};

use super::{Linking, health};
use crate::{Acting, AppError};

/// Which providers are wanted. An empty list or `None` is no condition.
#[derive(Clone, Debug, Default)]
pub struct ProviderFilter {
    /// Of that type.
    pub provider_type: Option<ProviderType>,
    /// Of that sub type.
    pub sub_type: Option<ProviderSubType>,
    /// Usable now, or not.
    pub active: Option<bool>,
    /// Switched on for the tenant, or not. Every provider of the catalogue is.
    pub enabled: Option<bool>,
    /// With account connection, or without.
    pub account_connection: Option<bool>,
    /// With this text in the name, the long name or the id, whatever the case.
    pub name: Option<String>,
    /// Of these ids.
    pub ids: Vec<ProviderId>,
    /// These first, in this order.
    pub top_ids: Vec<ProviderId>,
}

impl ProviderFilter {
    fn takes(&self, provider: &Provider) -> bool {
        let named = self.name.as_ref().is_none_or(|name| {
            let name = name.to_lowercase();
            [provider.name.as_str(), provider.long_name.as_str(), provider.id.as_str()]
                .into_iter()
                .any(|text| text.to_lowercase().contains(&name))
        });
        named
            && self.provider_type.is_none_or(|wanted| wanted == provider.provider_type)
            && self.sub_type.is_none_or(|wanted| wanted == provider.sub_type)
            && self.active.is_none_or(|wanted| wanted == provider.active)
            && self.enabled.is_none_or(|wanted| wanted)
            && self.account_connection.is_none_or(|wanted| wanted == provider.account_connection)
            && (self.ids.is_empty() || self.ids.contains(&provider.id))
    }
}

impl Linking {
    /// The provider of that id.
    pub fn get_provider(&self, acting: &Acting, id: &ProviderId) -> Result<&Provider, AppError> {
        let mode = acting.may_browse()?.mode();
        self.services.data_sources.catalogue.get(mode, id).ok_or(AppError::Missing)
    }

    /// The provider of that id, for what is on public pages, such as its picture.
    #[must_use]
    pub fn find_provider(&self, mode: Mode, id: &ProviderId) -> Option<&Provider> {
        self.services.data_sources.catalogue.get(mode, id)
    }

    /// How well a provider can be reached: what its manifest says or what attempts show, whichever is worse.
    #[must_use]
    pub fn provider_health(&self, mode: Mode, provider: &Provider) -> ProviderHealth {
        // What goes wrong in the sandbox is what a test asked for.
        match mode {
            Mode::Sandbox => provider.health,
            Mode::Production => {
                health::worse(provider.health, self.health.of(&provider.id, self.services.clock.now()))
            }
        }
    }

    /// Whether anything of that mode is read again, month by month, until somebody ends it.
    #[must_use]
    pub fn reads_again(&self, mode: Mode) -> bool {
        self.services.data_sources.catalogue.list(mode).iter().any(|provider| provider.monitor_supported)
    }

    /// At most `size` providers that follow the one named `after`, and whether there are more.
    pub fn list_providers(
        &self,
        acting: &Acting,
        filter: &ProviderFilter,
        size: usize,
        after: Option<&str>,
    ) -> Result<(Vec<&Provider>, bool), AppError> {
        let mode = acting.may_browse()?.mode();
        // The catalogue is in order by name already, and the sort keeps the order of equals.
        let mut wanted: Vec<&Provider> = self
            .services
            .data_sources
            .catalogue
            .list(mode)
            .iter()
            .filter(|provider| filter.takes(provider))
            .collect();
        let rank = |provider: &Provider| {
            filter.top_ids.iter().position(|id| *id == provider.id).unwrap_or(usize::MAX)
        };
        wanted.sort_by_key(|provider| rank(provider));
        let start = after
            .and_then(|last| wanted.iter().position(|provider| provider.id.as_str() == last))
            .map_or(0, |index| index + 1);
        let page: Vec<&Provider> = wanted.iter().skip(start).take(size).copied().collect();
        let has_next = start + page.len() < wanted.len();
        Ok((page, has_next))
    }
}
