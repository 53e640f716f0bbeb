//! What is shared by all: that nobody takes so much of it, or holds it so long, that others have none.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use futures_util::{
    StreamExt as _,
    future::join_all,
    stream::{self, FuturesUnordered},
};
use sahod_model::{Random, SeededRandom};
use serde_json::json;
use tokio::{net::TcpListener, sync::watch, time::timeout};

use crate::harness::{
    Client, PATIENCE, Receiver, World, on_both_databases, receiver::SECRET, world::NewUser,
};

on_both_databases!(
    webhooks_that_do_not_answer_delay_nobody_else,
    a_tenants_calls_that_wait_leave_room_for_others,
    test_events_are_bounded_as_deliveries_are,
    webhooks_that_are_switched_on_and_off_fall_silent_never,
);

/// A customer's server that takes every event and never answers.
struct TarPit {
    url: String,
    held: watch::Receiver<usize>,
    ended: Arc<AtomicUsize>,
}

/// Counts the end of an exchange, whoever ends it.
struct CountsEnd(Arc<AtomicUsize>);

impl Drop for CountsEnd {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl TarPit {
    async fn start() -> Self {
        let (sender, held) = watch::channel(0);
        let ended = Arc::new(AtomicUsize::new(0));
        let (sender, counter) = (Arc::new(sender), Arc::clone(&ended));
        let late = post(move || {
            let (sender, ends) = (Arc::clone(&sender), CountsEnd(Arc::clone(&counter)));
            async move {
                sender.send_modify(|held| *held += 1);
                let answer = std::future::pending::<StatusCode>().await;
                drop(ends);
                answer
            }
        });
        Self { url: serve(Router::new().route("/hooks", late), "/hooks").await, held, ended }
    }

    async fn subscribe(&self, api: &Client, count: usize) {
        let body = json!({
            "name": "late", "url": self.url, "secret": SECRET, "eventTypes": ["ALL_EVENTS"], "active": true,
        });
        stream::iter(0..count)
            .for_each_concurrent(16, |_| async { drop(api.post("/webhooks", &body).await.data(200)) })
            .await;
        // They are as many as may be.
        api.post("/webhooks", &body).await.faulty(&["webhooks"]);
    }

    async fn holds(&self, count: usize) {
        let mut held = self.held.clone();
        timeout(PATIENCE, held.wait_for(|held| *held >= count)).await.unwrap().unwrap();
    }
}

async fn serve(router: Router, path: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{path}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn webhooks_that_do_not_answer_delay_nobody_else(world: World) {
    let (pit, honest) = (TarPit::start().await, Receiver::start().await);
    let most = world.app.config().deliveries.per_tenant;
    assert!(most >= 500);
    pit.subscribe(&world.api(), most).await;
    let globex = world.open(&world.globex);
    honest.subscribe(&globex, &["ALL_EVENTS"]).await;
    let own = Receiver::start().await;
    own.subscribe(&world.production(&world.acme), &["ALL_EVENTS"]).await;

    world.user().await;
    // As many as one tenant gets: a fifth.
    pit.holds(world.app.config().deliveries.at_once / 5).await;
    for _ in 0..5 {
        NewUser::make(&globex).await;
        NewUser::make(&world.production(&world.acme)).await;
    }
    honest.wait(|got| got.len() == 5).await;
    own.wait(|got| got.len() == 5).await;
    assert_eq!(pit.ended.load(Ordering::SeqCst), 0, "they came while every one was held");
}

async fn a_tenants_calls_that_wait_leave_room_for_others(world: World) {
    let wait = |api: Client| async move { api.data("/events?after=0&wait=20").await["items"].clone() };
    let mut waits: FuturesUnordered<_> = (0..30).map(|_| wait(world.api())).collect();
    // Who is one too many is answered at once. All others wait.
    let mut answered = 0;
    while answered < 16 {
        assert_eq!(waits.next().await.unwrap(), json!([]));
        answered += 1;
    }
    let globex = world.open(&world.globex);
    let (waited, _) = tokio::join!(wait(globex.clone()), async {
        tokio::task::yield_now().await;
        NewUser::make(&globex).await
    });
    assert_eq!(waited[0]["type"], "USER_CREATED");
    let (rest, _) = tokio::join!(waits.collect::<Vec<_>>(), world.user());
    assert_eq!(rest.len(), 14);
    for waited in rest {
        assert_eq!(waited[0]["type"], "USER_CREATED", "it was still waiting");
    }
}

async fn test_events_are_bounded_as_deliveries_are(world: World) {
    let pit = TarPit::start().await;
    let body = json!({
        "name": "late", "url": pit.url, "secret": SECRET, "eventTypes": ["ALL_EVENTS"], "active": false,
    });
    let hook = world.api().post("/webhooks", &body).await.data(200)["id"].as_str().unwrap().to_owned();
    let path = format!("/webhooks/{hook}/test");
    let call = |api: Client, path: String| async move { api.post_empty(&path).await };
    let mut calls: FuturesUnordered<_> = (0..60).map(|_| call(world.api(), path.clone())).collect();
    for _ in 0..32 {
        calls.next().await.unwrap().refused("SERVER_UNAVAILABLE");
    }
    assert_eq!(pit.ended.load(Ordering::SeqCst), 0, "all others are held");
}

/// Which events each webhook got, by the path that it goes to.
type Got = BTreeMap<usize, BTreeSet<i64>>;

async fn note(
    State(got): State<Arc<watch::Sender<Got>>>,
    Path(number): Path<usize>,
    headers: HeaderMap,
) -> StatusCode {
    let sequence = headers["sahod-sequence"].to_str().unwrap().parse().unwrap();
    got.send_modify(|got| {
        got.entry(number).or_default().insert(sequence);
    });
    StatusCode::NO_CONTENT
}

const HOOKS: usize = 100;
/// So many of them are never switched off.
const STEADY: usize = 10;
const SWITCHERS: usize = 9;
const SWITCHES: usize = 20;

async fn webhooks_that_are_switched_on_and_off_fall_silent_never(world: World) {
    let (sender, mut got) = watch::channel(Got::new());
    let router = Router::new().route("/{number}", post(note)).with_state(Arc::new(sender));
    let (url, api) = (serve(router, "").await, world.api());
    let mut hooks = Vec::new();
    for number in 0..HOOKS {
        let body = json!({
            "name": "n", "url": format!("{url}/{number}"), "secret": SECRET, "eventTypes": ["ALL_EVENTS"],
            "active": true,
        });
        let made = api.post("/webhooks", &body).await.data(200);
        hooks.push(format!("/webhooks/{}", made["id"].as_str().unwrap()));
    }
    let switch = async |number: usize, active: bool| {
        api.patch(&hooks[number], &json!({ "active": active })).await.data(200);
    };
    // Each has ten of its own, and does with them as chance has it.
    let switcher = async |switcher: usize| {
        let random: &dyn Random = &SeededRandom::new(17 + switcher as u64);
        for _ in 0..SWITCHES {
            let [number, active]: [u8; 2] = random.array();
            switch(STEADY + switcher * 10 + usize::from(number % 10), active % 2 == 0).await;
        }
        for number in 0..10 {
            switch(STEADY + switcher * 10 + number, true).await;
        }
    };
    let flow = async {
        for _ in 0..SWITCHES {
            world.user().await;
        }
    };
    tokio::join!(join_all((0..SWITCHERS).map(switcher)), flow);
    world.user().await;

    let last = i64::try_from(SWITCHES + 1).unwrap();
    let all_have_it =
        |got: &Got| got.len() == HOOKS && got.values().all(|sequences| sequences.contains(&last));
    if !comes(&mut got, all_have_it).await {
        let got = got.borrow();
        let has_it = |number: &usize| got.get(number).is_some_and(|sequences| sequences.contains(&last));
        let silent: Vec<_> = (0..HOOKS).filter(|number| !has_it(number)).collect();
        panic!("these fell silent: {silent:?}");
    }
    let steady = |got: &Got| (0..STEADY).all(|number| got[&number].len() == SWITCHES + 1);
    assert!(comes(&mut got, steady).await, "what was never switched off got every event");
}

/// Whether it comes to that, for as long as anything comes: that takes as long as the machine is slow.
async fn comes(got: &mut watch::Receiver<Got>, enough: impl Fn(&Got) -> bool) -> bool {
    loop {
        if enough(&got.borrow_and_update()) {
            return true;
        }
        if timeout(PATIENCE, got.changed()).await.is_err() {
            return false;
        }
    }
}
