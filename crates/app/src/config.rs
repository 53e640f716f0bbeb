//! What the operator decides about the use cases.

use std::time::Duration;

use sahod_webhooks::RetryPolicy;

/// Settings of the use cases.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The address of the `web` surface, for pictures.
    pub web_url: String,
    /// The address of the Open API in sandbox mode, without `/v1`, for files.
    pub sandbox_url: String,
    /// The same in production mode.
    pub production_url: String,
    /// The address of the Link API in sandbox mode, without `/v1`, for the way back from a source's own page.
    pub link_sandbox_url: String,
    /// The same in production mode.
    pub link_url: String,
    /// The address of the `user` surface, for landing pages.
    pub user_url: String,
    /// How long an invited person can open the landing page.
    pub invite_lifetime: Duration,
    /// How long a link token, and the session that it opens, is good.
    pub token_lifetime: Duration,
    /// How long a whole link attempt may take, waiting for the person included.
    pub link_lifetime: Duration,
    /// How many link attempts may run at the same time; more are told to come back later. One tenant has no more of these than
    /// are left for others.
    pub max_links: usize,
    /// How much of linking one person may do.
    pub link_limits: LinkLimits,
    /// How many bytes of files may be handed over for one person within 24 hours.
    pub max_upload_bytes_a_day: u64,
    /// What people agree to.
    pub consent: ConsentConfig,
    /// When failed deliveries are tried again.
    pub retry: RetryPolicy,
    /// Bounds of deliveries.
    pub deliveries: DeliveryConfig,
}

/// How much of linking one person may do.
#[derive(Clone, Copy, Debug)]
pub struct LinkLimits {
    /// Attempts that run at the same time.
    pub at_once: usize,
    /// Attempts that are begun in one session of the widget.
    pub per_session: u64,
    /// Accounts that are made within 24 hours, which each new login is.
    pub new_accounts_a_day: u64,
    /// Wrong passwords and codes at one provider within 24 hours. From then on the account is locked here, for a time that each
    /// further one doubles.
    pub wrong_sign_ins: u32,
}

impl Default for LinkLimits {
    fn default() -> Self {
        Self { at_once: 10, per_session: 50, new_accounts_a_day: 30, wrong_sign_ins: 10 }
    }
}

/// What people agree to before they share anything.
#[derive(Clone, Debug)]
pub struct ConsentConfig {
    /// Names this wording; it is kept with every consent.
    pub version: String,
    /// What the data is for; `None`: the widget says it in words of its own, in the person's language.
    pub purpose: Option<String>,
    /// How long data stays after it was last refreshed.
    pub retention_days: u16,
    /// Users who share nothing, and to whom nothing has happened for so long, are erased; 0: never.
    pub idle_user_days: u16,
}

impl Default for ConsentConfig {
    fn default() -> Self {
        Self { version: "2026-11-01".into(), purpose: None, retention_days: 60, idle_user_days: 365 }
    }
}

impl Default for AppConfig {
    fn default() -> Self {
        Self {
            web_url: String::new(),
            sandbox_url: String::new(),
            production_url: String::new(),
            link_sandbox_url: String::new(),
            link_url: String::new(),
            user_url: String::new(),
            invite_lifetime: Duration::from_hours(14 * 24),
            token_lifetime: Duration::from_hours(5),
            link_lifetime: Duration::from_mins(15),
            max_links: 1_000,
            link_limits: LinkLimits::default(),
            max_upload_bytes_a_day: 100 * 1024 * 1024,
            consent: ConsentConfig::default(),
            retry: RetryPolicy::default(),
            deliveries: DeliveryConfig::default(),
        }
    }
}

/// Bounds of the courier.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryConfig {
    /// Deliveries to one webhook at the same time at most; fewer while its receiver fails.
    pub per_webhook: usize,
    /// Deliveries at the same time at most. Nobody gets so many of them that nobody else finds one.
    pub at_once: usize,
    /// Webhooks of a tenant in each mode at most.
    pub per_tenant: usize,
    /// How long to wait at most before looking for what other processes wrote, and for what is due.
    pub poll: Duration,
    /// How long deliveries that are under way may go on after the stop.
    pub grace: Duration,
    /// A receiver that fails for so long is sent nothing any more.
    pub switch_off_after: Duration,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self {
            per_webhook: 16,
            at_once: 256,
            per_tenant: 50,
            poll: Duration::from_millis(500),
            grace: Duration::from_secs(10),
            switch_off_after: Duration::from_hours(5 * 24),
        }
    }
}
