//! The start of a link attempt: everything that can be refused is refused here, before anything is made.

use std::{sync::Arc, time::Duration};

use sahod_connectors::{Connector, Credentials};
use sahod_model::{
    Account, AccountId, ConnectionStatus, Datapoint, EventData, ExposeSecret, MonitorStatus, Provider,
    ProviderId, SecretString, Step, provider::ProviderHealth,
};
use sahod_store::{LinkAttempt, StoreError};
use sahod_vault::DataKey;
use tokio::sync::{mpsc, watch};
use zeroize::Zeroizing;

use super::{
    Linking, Progress,
    actor::{self, Actor},
    registry::Channels,
};
use crate::{
    Acting, AppError, Fault, Session, Slot,
    sources::{Reader, account_event, end_running_tasks, erase_later},
};

const OPEN_TRIES: u32 = 50;
const OPEN_PAUSE: Duration = Duration::from_millis(10);

/// What a person wants to link.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// Where.
    pub provider_id: ProviderId,
    /// The consent wording that they saw.
    pub consent_version: String,
    /// The filled form, encrypted in their browser (compact JWE).
    pub credentials: String,
}

/// An account that an attempt has to itself.
struct Opened {
    account: Account,
    key: DataKey,
    attempt: LinkAttempt,
}

impl Linking {
    /// Starts a link attempt. The account exists when this returns; the rest is told by its [`Progress`].
    pub async fn start_link(&self, acting: &Acting, request: LinkRequest) -> Result<Progress, AppError> {
        let session = acting.may_share()?;
        let mut faults = Vec::new();
        let provider = self.services.data_sources.catalogue.get(session.scope.mode(), &request.provider_id);
        match provider {
            None => faults.push(Fault::new("providerId", "is not in the list of providers")),
            Some(provider) if !provider.active || !provider.account_connection => {
                faults.push(Fault::new("providerId", "cannot be connected at the moment"));
            }
            Some(provider)
                if self.provider_health(session.scope.mode(), provider) == ProviderHealth::Down =>
            {
                faults.push(Fault::new("providerId", "is down at the moment: try again later"));
            }
            Some(_) => {}
        }
        faults.extend(self.people.consent_fault(&request.consent_version));
        let provider = match provider {
            Some(provider) if faults.is_empty() => provider,
            _ => return Err(AppError::Invalid(faults)),
        };
        let slot = self.slot(session)?;
        self.may_try(session, &provider.id).await?;

        let plain = self.open_browser_message(&request.credentials, "credentials").await?;
        let credentials = Credentials::from_json(&plain).map_err(|error| {
            AppError::invalid("credentials", format!("are not the encrypted form: {error}"))
        })?;
        drop(plain);
        let missing: Vec<Fault> = credentials
            .missing(provider)
            .map(|field| Fault::new(format!("credentials.{}", field.name), "is required"))
            .collect();
        if !missing.is_empty() {
            return Err(AppError::Invalid(missing));
        }
        let login = credentials
            .login(provider)
            .ok_or_else(|| AppError::invalid("credentials.login", "must name the person at the provider"))?;

        let connector = self.sandbox.connector_for(session, provider, &credentials).await?;
        let opened = self.open_account(session, provider, &login).await?;
        Ok(self.spawn_link(session, provider, opened, (connector, credentials), slot))
    }

    /// Opens what the widget encrypted, off the async threads.
    pub(super) async fn open_browser_message(
        &self,
        message: &str,
        parameter: &'static str,
    ) -> Result<Zeroizing<Vec<u8>>, AppError> {
        let keys = self.services.login_keys.get().await?;
        let message = message.to_owned();
        tokio::task::spawn_blocking(move || keys.browser.open(&message))
            .await
            .map_err(AppError::internal)?
            .map_err(|error| AppError::invalid(parameter, error.to_string()))
    }

    /// The account for that login: the person's earlier one, or a new one, with the consent for it.
    async fn open_account(
        &self,
        session: &Session,
        provider: &Provider,
        login: &SecretString,
    ) -> Result<Opened, AppError> {
        // At the same moment another attempt can make the account, or a revoke can end it. What the other wrote can be
        // found once it is committed, which is a moment away.
        for _ in 0..OPEN_TRIES {
            if let Some(opened) = self.try_open_account(session, provider, login).await? {
                return Ok(opened);
            }
            tokio::time::sleep(OPEN_PAUSE).await;
        }
        Err(AppError::Unavailable("others change the same account at the same moment".into()))
    }

    /// As [`Linking::open_account`]; `None` when the account was made or revoked meanwhile.
    async fn try_open_account(
        &self,
        session: &Session,
        provider: &Provider,
        login: &SecretString,
    ) -> Result<Option<Opened>, AppError> {
        let now = self.services.now(&session.scope);
        let found = self
            .services
            .store
            .scoped(&session.scope)
            .find_account_by_login(&session.user_id, &provider.id, login.expose_secret())
            .await?;
        let reused = found.is_some();
        if !reused {
            self.may_make_account(session).await?;
        }
        let account = found.unwrap_or_else(|| Account {
            id: AccountId::new(self.services.clock.as_ref(), self.services.random.as_ref()),
            user_id: session.user_id.clone(),
            provider_id: provider.id.clone(),
            created_at: now,
            status: ConnectionStatus::Pending,
            error_code: None,
            updated_at: now,
            monitor_status: MonitorStatus::Unsupported,
            monitor_updated_at: now,
            read_at: None,
        });
        let key = if reused {
            match self.services.store.key(account.id.as_str()).await? {
                Some(key) => key,
                None => return Ok(None),
            }
        } else {
            self.services.store.create_key(account.id.as_str()).await?
        };

        // An attempt that still runs must write nothing more once this one has begun.
        self.attempts.cancel(&account.id);
        let mut tx = self.services.store.begin().await?;
        let mut scoped = tx.scoped(&session.scope);
        scoped.lock_user(&session.user_id).await?;
        if !scoped.is_user_there(&session.user_id).await? {
            return Err(AppError::InvalidToken);
        }
        let attempt = if reused {
            let Some(attempt) = scoped.begin_link_attempt(&account.id, now).await? else { return Ok(None) };
            end_running_tasks(&mut scoped, &(&account.id).into(), now).await?;
            attempt
        } else {
            let attempt = match scoped.insert_account(&account, login.expose_secret(), &key).await {
                Err(StoreError::Conflict(_)) => {
                    tx.rollback();
                    self.services.store.destroy_key(account.id.as_str()).await?;
                    return Ok(None);
                }
                inserted => inserted?,
            };
            let source = (&account.id).into();
            let event = EventData::AccountCreated(account_event(&account));
            scoped.append_event(&event, Some(&source)).await?;
            erase_later(&self.services, &mut scoped, &source, now).await?;
            attempt
        };
        scoped.hold_link(&account.id, self.lease()).await?;
        let datapoints = session.datapoints().filter(|kind| provider.supported.contains(kind)).collect();
        let continuous = session.monitors && provider.monitor_supported;
        let consent = self.people.consent(session, (&account.id).into(), datapoints, continuous, now);
        scoped.insert_consent(&consent).await?;
        let shared = provider.supported.contains(&Datapoint::Links) && session.shares_links;
        let network = shared.then(|| (&provider.id, login.expose_secret()));
        scoped.update_account_network(&account.id, network).await?;
        scoped.insert_step(&session.reference, Step::Submitted, Some(&provider.id), None).await?;
        tx.commit().await?;
        let account =
            Account { status: ConnectionStatus::Pending, error_code: None, updated_at: now, ..account };
        Ok(Some(Opened { account, key, attempt }))
    }

    fn spawn_link(
        &self,
        session: &Session,
        provider: &Provider,
        Opened { account, key, attempt }: Opened,
        login: (Arc<dyn Connector>, Credentials),
        slot: Slot,
    ) -> Progress {
        let starting = Progress::starting(&account);
        let progress = watch::Sender::new(starting.clone());
        let (sender, answers) = mpsc::channel(1);
        let follow = Channels { progress: progress.clone(), answers: sender };
        self.attempts.start(&account.id, follow, slot, |registration| {
            let reader = Reader {
                sources: self.sources.clone(),
                scope: session.scope.clone(),
                provider: provider.clone(),
                account: account.clone(),
                key,
            };
            let actor = Actor::new(self.clone(), (reader, attempt), session, progress);
            tokio::spawn(actor::run(actor, login, answers, registration)).abort_handle()
        });
        starting
    }
}
