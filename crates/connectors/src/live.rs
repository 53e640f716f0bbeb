//! The `live:` section of a manifest: the provider is offered in production.
//!
//! No connector to a live source exists yet, so the section has no keys: it is written `live: {}`, and people can hand over
//! documents of such a provider but not sign in to it.

use sahod_model::Mode;
use serde::Deserialize;

use crate::{catalogue::Catalogue, manifest::Manifests};

/// The section as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LiveSection {}

/// Offers every provider that has a `live:` section in the catalogue's production.
pub fn offer(manifests: &mut Manifests, catalogue: &mut Catalogue) {
    for (provider, ()) in manifests.sections(Mode::Production, |LiveSection {}, _, _| ()) {
        catalogue.add(Mode::Production, provider, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVIDER: &str = "
id: rides
name: Rides
longName: Rides Ltd
type: GIG
subType: TRANSPORTATION
redirect: true
monitor: true
supports: [IDENTITIES]
login: [{ name: login, kind: LOGIN, accepts: [EMAIL], label: E-mail }]
";

    fn listed(section: &str) -> (Catalogue, Result<(), String>) {
        let text = format!("{PROVIDER}{section}");
        let mut manifests = Manifests::read([("rides", text.as_str())]);
        let mut catalogue = Catalogue::default();
        offer(&mut manifests, &mut catalogue);
        (catalogue, manifests.finish().map_err(|faults| faults.to_string()))
    }

    #[test]
    fn production_lists_what_has_a_live_section() {
        for section in ["live: {}", "live:"] {
            let (catalogue, result) = listed(section);
            assert_eq!(result, Ok(()));
            let [provider] = catalogue.list(Mode::Production) else { panic!("one provider") };
            assert_eq!(provider.id.as_str(), "rides");
            assert!(!provider.account_connection && !provider.monitor_supported, "documents only");
            let error = catalogue.connector_for(Mode::Production, &provider.id).err().unwrap();
            let told = "accounts of provider rides cannot be connected in mode PRODUCTION";
            assert_eq!(error.to_string(), told);
            assert!(catalogue.list(Mode::Sandbox).is_empty());
        }
        assert!(listed("sandbox: {}").0.list(Mode::Production).is_empty());
    }

    #[test]
    fn what_a_live_section_does_not_have_is_a_fault() {
        for (section, fault) in [
            ("live: { engine: x }", "live: engine: unknown field `engine`"),
            ("live: soon", "live: invalid type: string"),
        ] {
            let told = listed(section).1.unwrap_err();
            assert!(told.contains(&format!("providers/rides/manifest.yaml: {fault}")), "{section}: {told}");
        }
    }
}
