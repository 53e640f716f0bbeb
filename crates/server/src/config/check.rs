//! What a config must be to be used.

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
        must(
            self.server.listen.parse::<std::net::SocketAddr>().is_ok(),
            "server.listen",
            "must be an address with a port, such as 127.0.0.1:8080",
        );
        let url = &self.server.public_url;
        must(
            url.is_empty() || url.starts_with("http://") || url.starts_with("https://"),
            "server.public_url",
            "must begin with http:// or https://",
        );
        must(!url.ends_with('/'), "server.public_url", "must not end with a slash");
        must(self.server.max_requests > 0, "server.max_requests", "must be at least 1");
        must(self.server.timeout_ms > 0, "server.timeout_ms", "must be at least 1");
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
            self.storage.database_url.parse::<sahod_store::DatabaseUrl>().is_ok(),
            "storage.database_url",
            "must be sqlite:PATH or postgres://…",
        );
        must(
            self.storage.keyring_url.is_empty()
                || self.storage.keyring_url.parse::<sahod_store::DatabaseUrl>().is_ok(),
            "storage.keyring_url",
            "must be sqlite:PATH or postgres://…",
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
        must(self.webhooks.switch_off_after_s > 0, "webhooks.switch_off_after_s", "must be at least 1");
        must(self.jobs.concurrency > 0, "jobs.concurrency", "must be at least 1");
        must(
            self.sandbox.shortest_step_ms <= self.sandbox.longest_step_ms,
            "sandbox.shortest_step_ms",
            "must not be longer than sandbox.longest_step_ms",
        );
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
}
