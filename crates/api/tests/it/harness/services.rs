//! What the installation of a test is made of, and how it is configured.

use std::{sync::Arc, time::Duration};

use sahod_app::{AppConfig, DataSources, DeliveryConfig, LinkLimits, LoginKeys, Services};
use sahod_model::{Clock, Random};
use sahod_outbound::{FileStore, HttpClient, HttpClientConfig};
use sahod_store::Store;

use super::{gate::Gate, mailbox::Mailbox};

/// How long to wait at most before looking for something to do.
pub(super) const POLL: Duration = Duration::from_millis(20);

/// What an installation of a test stands on.
pub(super) fn services(
    (store, clock, random): (&Store, &Arc<dyn Clock>, &Arc<dyn Random>),
    login_keys: LoginKeys,
    (files, mailbox): (FileStore, &Mailbox),
    gate: &Gate,
) -> Services {
    // Nothing waits for this: who does not answer never does.
    let timeout_ms = 600_000;
    let http = HttpClientConfig { allow_private_networks: true, timeout_ms, ..HttpClientConfig::default() };
    Services {
        store: store.clone(),
        data_sources: DataSources::new(gate.pace()).unwrap(),
        login_keys,
        http: HttpClient::new(http).unwrap(),
        files,
        mailer: Some(mailbox.mailer()),
        clock: Arc::clone(clock),
        random: Arc::clone(random),
        config: AppConfig {
            web_url: "http://web.test".to_owned(),
            sandbox_url: "http://sandbox.test".to_owned(),
            production_url: "http://open.test".to_owned(),
            link_sandbox_url: "http://link-sandbox.test".to_owned(),
            link_url: "http://link.test".to_owned(),
            user_url: "http://user.test".to_owned(),
            max_links: 6,
            max_upload_bytes_a_day: 16 * 1024 * 1024,
            link_limits: LinkLimits { at_once: 2, ..LinkLimits::default() },
            // One at a time: events of different users come in any order; here their order tells that of the events.
            deliveries: DeliveryConfig { per_webhook: 1, per_tenant: 500, poll: POLL, ..Default::default() },
            ..AppConfig::default()
        },
    }
}
