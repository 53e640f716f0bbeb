//! A whole installation: two tenants, both modes, a worker, and a database of its own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, Response, header},
};
use http_body_util::BodyExt as _;
use sahod_api::Surfaces;
use sahod_app::{Acting, App, Courier, KeyPurpose, LoginKeys};
use sahod_jobs::WorkerConfig;
use sahod_model::{Clock, ExposeSecret as _, Mode, Random, SecretString, TenantId};
use sahod_outbound::FileStore;
use sahod_store::{
    AttemptFilter, PageRequest, Scope, Store, StoreConfig, StoredEvent,
    testing::{TestStore, open_store},
};
use sahod_vault::MasterKey;
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};
use tower::ServiceExt as _;

use super::{
    Client, PATIENCE, Person, Widget,
    clock::TestClock,
    gate::Gate,
    keys::rsa_keys,
    mailbox::Mailbox,
    services::{POLL, services},
    variants::api_config,
};

/// The kinds of data points, by the names of their lists.
pub(crate) const ITEMS: [&str; 11] = [
    "identities",
    "ratings",
    "transactions",
    "documents",
    "employments",
    "incomes",
    "contributions",
    "liabilities",
    "eincomes",
    "links",
    "insights",
];

/// Every other list of a tenant's own, by its name.
pub(crate) const LISTS: [&str; 9] = [
    "users",
    "accounts",
    "archives",
    "tasks",
    "webhooks",
    "consentTemplates",
    "inviteTemplates",
    "winkTemplates",
    "invites",
];

/// How long a worker has a job to itself: longer than any retry that a test waits for.
const LEASE: Duration = Duration::from_mins(30);

/// Everything of one test.
pub(crate) struct World {
    pub(crate) app: App,
    /// What is stored, past every rule of the use cases.
    pub(crate) store: Store,
    pub(crate) random: Arc<dyn Random>,
    files: FileStore,
    pub(crate) clock: Arc<TestClock>,
    /// The tenant that tests act for.
    pub(crate) acme: Tenant,
    /// Another one, who must never see anything of it.
    pub(crate) globex: Tenant,
    /// What the sandbox source goes through.
    pub(crate) gate: Gate,
    /// Where mail goes.
    pub(crate) mailbox: Mailbox,
    surfaces: Surfaces,
    pub(super) master: MasterKey,
    /// Where it keeps things.
    pub(crate) config: StoreConfig,
    _stop: watch::Sender<bool>,
}

/// A tenant with a key pair of each mode.
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) sandbox: (String, String),
    pub(crate) production: (String, String),
}

/// A user that was just made.
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// A person whose account is linked.
pub(crate) struct Linked {
    pub(crate) user: String,
    pub(crate) account: String,
    pub(crate) widget: Widget,
}

impl World {
    pub(crate) async fn new(database: &TestStore) -> Self {
        let clock = Arc::new(TestClock::new());
        let time: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let (master, random) = (database.master.clone(), Arc::clone(&database.random));
        let store = open_store(&database.config, &master, Arc::clone(&time), Arc::clone(&random));
        let store = store.await.unwrap();
        let (gate, mailbox) = (Gate::open(), Mailbox::start().await);
        let files = FileStore::in_memory();
        let login_keys = LoginKeys::start(|| Ok(rsa_keys()));
        let services = services((&store, &time, &random), login_keys, (files.clone(), &mailbox), &gate);
        let app = App::new(services, &master);
        let (stop, stopped) = watch::channel(false);
        let config = WorkerConfig { poll: POLL, lease: LEASE, ..WorkerConfig::default() };
        tokio::spawn(app.requests.clone().write_requests(stopped.clone()));
        tokio::spawn(Courier::new(app.delivery.clone()).run(stopped.clone()));
        tokio::spawn(app.worker(config).run(stopped));
        Self {
            acme: Tenant::make(&app, "acme", "Acme Lending").await,
            globex: Tenant::make(&app, "globex", "Globex Bank").await,
            surfaces: sahod_api::router(&app, &api_config()),
            app,
            store,
            random,
            files,
            clock,
            gate,
            mailbox,
            master,
            config: database.config.clone(),
            _stop: stop,
        }
    }

    /// Nobody in particular at a surface.
    pub(crate) fn stranger(&self, surface: &'static str) -> Client {
        Client::new(self.surfaces.clone(), surface)
    }

    /// The Open API for a tenant in sandbox mode.
    pub(crate) fn open(&self, tenant: &Tenant) -> Client {
        let (key, secret) = &tenant.sandbox;
        self.stranger("sandbox").basic(key, secret)
    }

    /// The Open API for Acme in sandbox mode.
    pub(crate) fn api(&self) -> Client {
        self.open(&self.acme)
    }

    /// The Open API for a tenant in production mode.
    pub(crate) fn production(&self, tenant: &Tenant) -> Client {
        let (key, secret) = &tenant.production;
        self.stranger("open").basic(key, secret)
    }

    /// Who acts with the session of a widget.
    pub(crate) async fn session_of(&self, widget: &Widget) -> Acting {
        let token = SecretString::from(widget.session["sessionToken"].as_str().unwrap());
        self.app.people.authenticate_session(&token, Mode::Sandbox).await.unwrap()
    }

    pub(super) fn node(&self, keys: LoginKeys) -> App {
        self.node_over(&self.store, keys)
    }

    pub(super) fn node_over(&self, store: &Store, keys: LoginKeys) -> App {
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let outside = (self.files.clone(), &self.mailbox);
        App::new(services((store, &clock, &self.random), keys, outside, &self.gate), &self.master)
    }

    /// What a path answers that belongs to no API.
    pub(crate) async fn page(&self, path: &str) -> Response<Body> {
        let peer = ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 40_000)));
        let request = Request::get(path).extension(peer).body(Body::empty()).unwrap();
        self.surfaces.clone().oneshot(request).await.unwrap()
    }

    /// The same, read to its end: status and text.
    pub(crate) async fn plain(&self, path: &str) -> (u16, String) {
        let (head, body) = self.page(path).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (head.status.as_u16(), String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// What is at the address of a file: status, media type, bytes.
    pub(crate) async fn fetch(&self, url: &Value) -> (u16, String, Vec<u8>) {
        let (base, path) = url.as_str().unwrap().split_once("/v1").unwrap();
        let surface = if base == self.app.config().sandbox_url { "sandbox" } else { "open" };
        self.fetch_at(surface, path).await
    }

    /// What is at the address of a file at that surface.
    pub(crate) async fn fetch_at(&self, surface: &'static str, path: &str) -> (u16, String, Vec<u8>) {
        let answer = self.stranger(surface).raw(&Method::GET, path, &[], Body::empty()).await;
        let (head, body) = answer.into_parts();
        let media_type = head.headers[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        (head.status.as_u16(), media_type, bytes)
    }

    /// A new user of Acme.
    pub(crate) async fn user(&self) -> NewUser {
        NewUser::make(&self.api()).await
    }

    /// A widget for a new user of Acme.
    pub(crate) async fn widget(&self) -> Widget {
        Widget::open(&self.stranger("link-sandbox"), &self.user().await.token).await
    }

    /// Another widget for that user.
    pub(crate) async fn widget_for(&self, user: &str) -> Widget {
        let token = self.api().post_empty(&format!("/tokens?userId={user}")).await.data(201);
        Widget::open(&self.stranger("link-sandbox"), token["accessToken"].as_str().unwrap()).await
    }

    /// A test person, linked at a provider, as a new user of Acme.
    pub(crate) async fn linked(&self, provider: &str, person: &Person) -> Linked {
        let widget = self.widget().await;
        let account = widget.link(provider, person).await;
        Linked { user: widget.session["userId"].as_str().unwrap().to_owned(), account, widget }
    }

    /// Has both tenants share links with each other.
    pub(crate) async fn share_links(&self) {
        for tenant in [&self.acme, &self.globex] {
            self.app.organisations.share_links(&Acting::operator(), &tenant.id, true).await.unwrap();
        }
    }

    /// Goes on for nearly two months, in which those accounts are not read: by then nothing is erased yet.
    pub(crate) async fn two_months_later(&self, accounts: &[&str]) {
        for account in accounts {
            self.api().post_empty(&format!("/accounts/{account}/disableMonitor")).await.done();
        }
        self.clock.advance(Duration::from_hours(24 * 59));
    }

    /// What is in Acme's outbox of sandbox mode, in order.
    pub(crate) async fn events(&self) -> Vec<StoredEvent> {
        let (scope, mut events) = (self.scope().await, Vec::new());
        for seq in 1.. {
            let Some(event) = self.store.event(scope.number(), seq).await.unwrap() else { break };
            events.push(event);
        }
        events
    }

    /// The types of what is in Acme's outbox of sandbox mode, in order.
    pub(crate) async fn event_types(&self) -> Vec<&'static str> {
        self.events().await.iter().map(|event| event.event_type.as_str()).collect()
    }

    /// How far off the next try is after that many that failed.
    pub(crate) async fn next_try_in(&self, webhook: &str, failed: usize) -> Duration {
        let scope = self.scope().await;
        let (store, filter) = (self.store.scoped(&scope), AttemptFilter::Failed(webhook.parse().unwrap()));
        let wait = async {
            loop {
                let attempts = store.list_attempts(&filter, &PageRequest::first(100)).await.unwrap().items;
                if attempts.len() == failed {
                    return attempts[0].next_at.unwrap().since(self.clock.peek());
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, wait).await.expect("an attempt")
    }

    /// Acme in sandbox mode.
    pub(crate) async fn scope(&self) -> Scope {
        self.store.scope(&self.acme.id, Mode::Sandbox).await.unwrap().unwrap()
    }

    /// How much Acme has of everything in sandbox mode. Two that are equal with a refused request between them show that
    /// it wrote nothing.
    pub(crate) async fn census(&self) -> Value {
        let mut counts = json!({ "events": self.events().await.len() });
        for list in LISTS.into_iter().chain(ITEMS) {
            counts[list] = json!(self.api().all(&format!("/{list}"), 150).await.len());
        }
        counts
    }
}

impl NewUser {
    /// A new user of that caller.
    pub(crate) async fn make(api: &Client) -> Self {
        let made = api.post_empty("/users").await.data(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { id: text(&made["user"]["id"]), token: text(&made["token"]["accessToken"]) }
    }
}

impl Tenant {
    async fn make(app: &App, id: &str, name: &str) -> Self {
        let id: TenantId = id.parse().unwrap();
        assert!(app.organisations.ensure_tenant(&Acting::operator(), &id, name).await.unwrap());
        let (sandbox, production) =
            (Self::key(app, &id, Mode::Sandbox).await, Self::key(app, &id, Mode::Production).await);
        Self { id, sandbox, production }
    }

    async fn key(app: &App, id: &TenantId, mode: Mode) -> (String, String) {
        let pair = app
            .organisations
            .create_api_key(&Acting::operator(), id, mode, KeyPurpose::everything("test"))
            .await
            .unwrap();
        (pair.key.to_string(), pair.secret.expose_secret().to_owned())
    }
}
