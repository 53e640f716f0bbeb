//! What a config must be to be used.

use sahod_store::DatabaseUrl;
use tracing_subscriber::EnvFilter;

use super::Config;

impl Config {
    /// Every fault, each with the key that it is about.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, key: &str, rule: &str| {
            if !holds {
                faults.push(format!("{key} {rule}"));
            }
        };
        must(EnvFilter::try_new(&self.log.filter).is_ok(), "log.filter", "is not a filter, such as info");
        must(
            self.tls.certificate.is_empty() == self.tls.private_key.is_empty(),
            "tls.certificate",
            "and tls.private_key must be set together",
        );
        must(
            !self.tls.self_signed || self.tls.certificate.is_empty(),
            "tls.self_signed",
            "must be false when there is a certificate",
        );
        must(
            self.storage.database_url.parse::<DatabaseUrl>().is_ok(),
            "storage.database_url",
            "must be sqlite:PATH or postgres://…",
        );
        let keyring = &self.storage.keyring_url;
        must(
            keyring.is_empty() || keyring.parse::<DatabaseUrl>().is_ok(),
            "storage.keyring_url",
            "must be sqlite:PATH or postgres://…",
        );
        must(
            !keyring.is_empty() || !matches!(self.storage.database_url.parse(), Ok(DatabaseUrl::Postgres(_))),
            "storage.keyring_url",
            "must be set where the data is on PostgreSQL: to a database of its own, the same for every process (up to version \
             0.2 the default was sqlite:var/keyring.db)",
        );
        must(!self.storage.keys_dir.is_empty(), "storage.keys_dir", "must name a folder");
        must(self.links.token_lifetime_s > 0, "links.token_lifetime_s", "must be at least 1");
        must(self.links.link_lifetime_s > 0, "links.link_lifetime_s", "must be at least 1");
        // One tenant has half of them at most, so that one would be for nobody.
        must(self.links.max_at_once > 1, "links.max_at_once", "must be at least 2");
        must(self.links.max_of_person > 0, "links.max_of_person", "must be at least 1");
        must(self.links.max_of_session > 0, "links.max_of_session", "must be at least 1");
        must(self.links.new_accounts_a_day > 0, "links.new_accounts_a_day", "must be at least 1");
        must(self.links.wrong_sign_ins > 0, "links.wrong_sign_ins", "must be at least 1");
        must(self.uploads.max_bytes_a_day > 0, "uploads.max_bytes_a_day", "must be at least 1");
        must(
            (1..=64).contains(&self.consent.version.chars().count()),
            "consent.version",
            "must have 1 to 64 characters",
        );
        must(self.webhooks.per_webhook > 0, "webhooks.per_webhook", "must be at least 1");
        must(self.webhooks.at_once > 0, "webhooks.at_once", "must be at least 1");
        must(self.webhooks.per_tenant > 0, "webhooks.per_tenant", "must be at least 1");
        must(self.webhooks.switch_off_after_s > 0, "webhooks.switch_off_after_s", "must be at least 1");
        must(self.jobs.concurrency > 0, "jobs.concurrency", "must be at least 1");
        must(
            self.sandbox.shortest_step_ms <= self.sandbox.longest_step_ms,
            "sandbox.shortest_step_ms",
            "must not be longer than sandbox.longest_step_ms",
        );
        for (key, rule) in self.server.faults() {
            faults.push(format!("server.{key} {rule}"));
        }
        for (key, rule) in self.files.faults() {
            faults.push(format!("files.{key} {rule}"));
        }
        for (key, rule) in self.outbound.faults() {
            faults.push(format!("outbound.{key} {rule}"));
        }
        for (key, rule) in self.mail.faults() {
            faults.push(format!("mail.{key} {rule}"));
        }
        for (key, rule) in self.webhook_retry.faults() {
            faults.push(format!("webhook_retry.{key} {rule}"));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound_and_all_faults_are_listed() {
        assert_eq!(Config::default().faults(), Vec::<String>::new());
        let mut config = Config::default();
        config.server.listen = "nowhere".into();
        config.storage.database_url = "mysql://x".into();
        config.tls.certificate = "cert.pem".into();
        let faults = config.faults();
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn a_keyring_of_postgresql_has_to_be_said_and_a_domain_has_to_fit() {
        let mut config = Config::default();
        config.storage.database_url = "postgres://db/sahod".into();
        config.server.base_domain = "example.com".into();
        config.server.public_url = "https://www.example.com:8443".into();
        config.log.filter = "a=b=c".into();
        let faults = config.faults().join("\n");
        for key in ["storage.keyring_url", "server.public_url", "log.filter"] {
            assert!(faults.contains(key), "{key}: {faults}");
        }
        config.storage.keyring_url = "postgres://db/sahod_keys".into();
        config.server.public_url = "https://example.com:8443".into();
        config.log.filter = "info".into();
        assert_eq!(config.faults(), Vec::<String>::new());
    }
}
