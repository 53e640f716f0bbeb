//! How long things take. Not run by default:
//! `cargo test --release -p sahod-store timing -- --ignored --nocapture --test-threads 1`.

use std::{future::Future, time::Instant};

use sahod_model::{Account, Datapoint, Mode, SourceId};

use super::{connected, transaction};
use crate::{
    ItemFilter, PageRequest, Position, Scope,
    testing::{TestStore, each_store},
};

/// User and system time of this process so far, in microseconds (steps of 10 ms). PostgreSQL's own is not in it.
fn cpu_micros() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10_000
}

async fn measure<F: Future<Output = ()>>(name: &str, tasks: u32, rounds: u32, run: impl Fn(u32) -> F) {
    let (began, cpu) = (Instant::now(), cpu_micros());
    let all = (0..tasks).map(|task| {
        let run = &run;
        async move {
            for round in 0..rounds {
                run(task * rounds + round).await;
            }
        }
    });
    futures_util::future::join_all(all).await;
    let count = f64::from(tasks * rounds);
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let cpu = (cpu_micros() - cpu) as f64 / count;
    let elapsed = began.elapsed().as_secs_f64();
    eprintln!(
        "{name:<44} {tasks:>3} at once: {:>8.0}/s {:>8.1} µs each {cpu:>7.1} µs CPU here",
        count / elapsed,
        elapsed / f64::from(rounds) * 1e6
    );
}

/// Twenty accounts with a thousand transactions each.
async fn fill(test: &TestStore, scope: &Scope) -> Vec<Account> {
    let mut accounts = Vec::new();
    for _ in 0..20 {
        let user = test.user(scope).await;
        let (account, key) = test.account(scope, &user, "x").await;
        let items = (0..1_000).map(|at| transaction(&format!("{at:05}"), 19_000 - at / 3, 12_345)).collect();
        let began = Instant::now();
        test.ingest(scope, &account, &key, items).await;
        if accounts.is_empty() {
            eprintln!("first ingest of 1000 items: {:?}", began.elapsed());
        }
        accounts.push(account);
    }
    accounts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; run by hand, in release mode"]
async fn timing_of_reads() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let accounts = fill(test, &scope).await;
        let account = |at: u32| &accounts[at as usize % 20];
        let scoped = test.store.scoped(&scope);
        let page = PageRequest::first(150);
        let one = scoped.list_items(Datapoint::Transactions, &ItemFilter::default(), &page).await.unwrap();
        eprintln!("page of {} items, {} bytes", one.count, one.body.len());
        let by_user = |at| ItemFilter { user_id: Some(account(at).user_id.clone()), ..ItemFilter::default() };
        let by_source =
            |at| ItemFilter { source_id: Some(SourceId::from(&account(at).id)), ..ItemFilter::default() };
        let deep = |at: u32| {
            let day = sahod_model::Date::from_days(19_000 - i64::from(at % 250));
            let after = Position { sort: day.start(), id: "t-0".to_owned() };
            PageRequest { size: 150, after: Some(after) }
        };
        let list = async |filter: ItemFilter, page: PageRequest| {
            scoped.list_items(Datapoint::Transactions, &filter, &page).await.unwrap();
        };
        for tasks in [1, 32] {
            let rounds = 16_000 / tasks;
            measure("list 150 items by user", tasks, rounds, |at| list(by_user(at), deep(at))).await;
            measure("list 150 items by source", tasks, rounds, |at| list(by_source(at), deep(at))).await;
            measure("list 150 items of the tenant (20 sources)", tasks, rounds, |at| {
                list(ItemFilter::default(), deep(at))
            })
            .await;
            measure("list 10 items by user", tasks, rounds, |at| {
                list(by_user(at), PageRequest { size: 10, ..deep(at) })
            })
            .await;
            measure("get an account", tasks, rounds, async |at| {
                scoped.get_account(&account(at).id).await.unwrap();
            })
            .await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; run by hand, in release mode"]
async fn timing_of_writes() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let (account, _) = test.account(&scope, &user, "x").await;
        for tasks in [1, 64] {
            measure("insert a user (durable)", tasks, 3_200 / tasks, async |_| {
                test.user(&scope).await;
            })
            .await;
            measure("append an event (durable)", tasks, 3_200 / tasks, async |_| {
                let mut tx = test.store.begin().await.unwrap();
                tx.scoped(&scope).append_event(&connected(&account), None).await.unwrap();
                tx.commit().await.unwrap();
            })
            .await;
        }
    })
    .await;
}
