//! Following cursors while the list changes under them: rows come, are read again with another content or day, and go with
//! their account. Every page is held against a plain model of the list, on both engines.

use std::{cmp::Reverse, collections::BTreeMap};

use proptest::{
    prelude::*,
    test_runner::{RngSeed, TestRunner},
};
use sahod_model::{
    Account, Clock as _, ConnectionStatus, Datapoint, Date, ItemId, Mode, SourceId, Timestamp, UserId,
};
use sahod_vault::DataKey;

use super::{identity, parse, transaction};
use crate::{
    ItemFilter, PageRequest, Position, Scope,
    testing::{TestStore, stores},
};

/// The first two accounts belong to one user, the third to another.
const ACCOUNTS: usize = 3;
/// Few days, so that many rows share one and their ids decide.
const DAYS: std::ops::Range<i64> = 0..8;

/// What is done to a list between two pages.
#[derive(Clone, Debug)]
enum Change {
    /// A row of that account and day comes.
    Add(usize, i64),
    /// A row, by its rank, is read again: it has another content, and perhaps another day.
    Sync(usize, Option<i64>),
    /// An account's key is destroyed: the first half of revoking it, and all of it when the process dies then.
    Destroy(usize),
    /// An account is revoked.
    Revoke(usize),
}

#[derive(Clone, Debug)]
struct Wanted {
    user: Option<usize>,
    source: Option<usize>,
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Clone, Debug)]
struct Case {
    /// Account and day of the rows that are there at first.
    rows: Vec<(usize, i64)>,
    wanted: Wanted,
    /// Each page may have a size of its own.
    sizes: Vec<u16>,
    /// Before the second page, the third, and so on.
    changes: Vec<Vec<Change>>,
}

fn cases() -> impl Strategy<Value = Case> {
    let account = 0..ACCOUNTS;
    let change = prop_oneof![
        6 => (account.clone(), DAYS).prop_map(|(account, day)| Change::Add(account, day)),
        6 => (any::<usize>(), prop::option::of(DAYS)).prop_map(|(rank, day)| Change::Sync(rank, day)),
        1 => account.clone().prop_map(Change::Destroy),
        1 => account.clone().prop_map(Change::Revoke),
    ];
    let wanted = (
        prop::option::weighted(0.3, 0..2_usize),
        prop::option::weighted(0.3, account.clone()),
        prop::option::weighted(0.3, DAYS),
        prop::option::weighted(0.3, DAYS),
    );
    let wanted = wanted.prop_map(|(user, source, from, to)| Wanted { user, source, from, to });
    (
        prop::collection::vec((account, DAYS), 0..40),
        wanted,
        prop::collection::vec(1..9_u16, 1..4),
        prop::collection::vec(prop::collection::vec(change, 0..4), 0..12),
    )
        .prop_map(|(rows, wanted, sizes, changes)| Case { rows, wanted, sizes, changes })
}

/// A row as it should be.
#[derive(Clone, Debug)]
struct Row {
    account: usize,
    key: String,
    day: i64,
    cents: i64,
    /// It was on another day before.
    moved: bool,
}

impl Row {
    fn sort(&self) -> Timestamp {
        Date::from_days(19_000 + self.day).start()
    }
}

/// An account and whether its rows can still be read.
struct Source {
    account: Account,
    key: DataKey,
    readable: bool,
}

/// A tenant's transactions, in the store and as they should be.
struct List<'a> {
    test: &'a TestStore,
    scope: Scope,
    users: [UserId; 2],
    sources: Vec<Source>,
    rows: BTreeMap<ItemId, Row>,
    made: i64,
}

impl<'a> List<'a> {
    async fn new(test: &'a TestStore, tenant: &str) -> Self {
        let scope = test.tenant(tenant, Mode::Sandbox).await;
        let users = [test.user(&scope).await, test.user(&scope).await];
        let mut sources = Vec::new();
        for (number, user) in [0, 0, 1].into_iter().enumerate() {
            let (account, key) = test.account(&scope, &users[user], &number.to_string()).await;
            // Of another kind, and so in no list of transactions.
            test.ingest(&scope, &account, &key, vec![identity("George")]).await;
            sources.push(Source { account, key, readable: true });
        }
        Self { test, scope, users, sources, rows: BTreeMap::new(), made: 0 }
    }

    async fn change(&mut self, change: &Change) {
        match *change {
            Change::Add(account, day) => self.add(account, &[day]).await,
            Change::Sync(rank, day) => {
                self.made += 1;
                let Some(row) = self.rows.values().nth(rank % self.rows.len().max(1)) else { return };
                let to = day.unwrap_or(row.day);
                let moved = row.moved || to != row.day;
                let row = Row { day: to, cents: self.made, moved, ..row.clone() };
                self.write(row.account, vec![row]).await;
            }
            Change::Destroy(account) => {
                self.test.store.destroy_key(self.sources[account].account.id.as_str()).await.unwrap();
                self.sources[account].readable = false;
            }
            Change::Revoke(account) => self.revoke(account).await,
        }
    }

    async fn add(&mut self, account: usize, days: &[i64]) {
        let mut new = |day: &i64| {
            self.made += 1;
            Row { account, key: self.made.to_string(), day: *day, cents: self.made, moved: false }
        };
        let rows = days.iter().map(&mut new).collect();
        self.write(account, rows).await;
    }

    /// Has the store read rows, all new or all known, from their source.
    async fn write(&mut self, account: usize, rows: Vec<Row>) {
        let source = &self.sources[account];
        if !source.readable {
            return;
        }
        let read = rows.iter().map(|row| transaction(&row.key, 19_000 + row.day, row.cents)).collect();
        let stored = self.test.ingest(&self.scope, &source.account, &source.key, read).await;
        let kind = Datapoint::Transactions;
        let updated = stored.updated(kind).iter().map(|(id, _)| id);
        let ids = stored.added(kind).iter().chain(updated).cloned();
        self.rows.extend(ids.zip(rows));
    }

    async fn revoke(&mut self, account: usize) {
        let (store, now) = (&self.test.store, self.test.clock.now());
        let id = &self.sources[account].account.id;
        store.destroy_key(id.as_str()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let mut writes = tx.scoped(&self.scope);
        writes.update_account_status(id, ConnectionStatus::Disconnected, None, now).await.unwrap();
        writes.delete_items(&SourceId::from(id)).await.unwrap();
        tx.commit().await.unwrap();
        self.sources[account].readable = false;
        self.rows.retain(|_, row| row.account != account);
    }

    fn filter(&self, wanted: &Wanted) -> ItemFilter {
        let day = |day: i64| Date::from_days(19_000 + day);
        ItemFilter {
            user_id: wanted.user.map(|user| self.users[user].clone()),
            source_id: wanted.source.map(|at| SourceId::from(&self.sources[at].account.id)),
            from: wanted.from.map(|from| day(from).start()),
            to: wanted.to.map(|to| day(to).end()),
        }
    }

    /// The rows that the filter takes, newest first.
    fn matching(&self, wanted: &Wanted) -> Vec<(&ItemId, &Row)> {
        let takes = |row: &Row| {
            wanted.user.is_none_or(|user| self.sources[row.account].account.user_id == self.users[user])
                && wanted.source.is_none_or(|source| row.account == source)
                && wanted.from.is_none_or(|from| row.day >= from)
                && wanted.to.is_none_or(|to| row.day <= to)
        };
        let mut rows: Vec<_> = self.rows.iter().filter(|(_, row)| takes(row)).collect();
        rows.sort_by_key(|(id, row)| Reverse((row.sort(), *id)));
        rows
    }

    /// Gets a page and holds it against the model; what is on it, and where it ended.
    async fn page(
        &self,
        wanted: &Wanted,
        request: &PageRequest,
    ) -> (Vec<(Timestamp, ItemId)>, Option<Position>) {
        let left = self.matching(wanted).into_iter().filter(|(id, row)| {
            let place = (row.sort(), id.as_str());
            request.after.as_ref().is_none_or(|after| place < (after.sort, after.id.as_str()))
        });
        let left: Vec<_> = left.collect();
        let (now, later) = left.split_at(left.len().min(request.size.into()));
        let visible: Vec<_> = now.iter().filter(|(_, row)| self.sources[row.account].readable).collect();

        let scoped = self.test.store.scoped(&self.scope);
        let filter = self.filter(wanted);
        let page = scoped.list_items(Datapoint::Transactions, &filter, request).await.unwrap();
        let items = parse(&page.body);
        let found: Vec<_> =
            items.iter().map(|item| (item["id"].as_str().unwrap(), item["amount"].to_string())).collect();
        let right: Vec<_> = visible
            .iter()
            .map(|(id, row)| (id.as_str(), format!("{}.{:02}", row.cents / 100, row.cents % 100)))
            .collect();
        assert_eq!(found, right);
        assert_eq!(page.count, right.len());
        let end = now.last().filter(|_| !later.is_empty());
        let end = end.map(|(id, row)| Position { sort: row.sort(), id: id.to_string() });
        assert_eq!(page.next, end);
        (visible.iter().map(|(id, row)| (row.sort(), (*id).clone())).collect(), page.next)
    }
}

async fn follow(test: &TestStore, tenant: &str, case: &Case) {
    let mut list = List::new(test, tenant).await;
    for account in 0..ACCOUNTS {
        let days: Vec<_> = case.rows.iter().filter(|row| row.0 == account).map(|row| row.1).collect();
        list.add(account, &days).await;
    }
    let at_first: Vec<ItemId> = list.matching(&case.wanted).into_iter().map(|(id, _)| id.clone()).collect();
    let (mut seen, mut after) = (Vec::new(), None);
    for number in 0.. {
        let size = case.sizes[number % case.sizes.len()];
        let (rows, next) = list.page(&case.wanted, &PageRequest { size, after }).await;
        seen.extend(rows);
        after = next;
        if after.is_none() {
            break;
        }
        for change in case.changes.get(number).into_iter().flatten() {
            list.change(change).await;
        }
    }
    assert!(seen.is_sorted_by(|newer, older| newer > older), "in order, and never twice: {seen:?}");
    for id in at_first {
        let Some(row) = list.rows.get(&id).filter(|row| !row.moved && list.sources[row.account].readable)
        else {
            continue;
        };
        let times = seen.iter().filter(|(_, found)| *found == id).count();
        assert_eq!(times, 1, "{id} was there all the time, at its place: {row:?}");
    }
}

#[test]
fn following_cursors_never_repeats_or_misses_a_row() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for test in runtime.block_on(stores()) {
        eprintln!("on {}", test.engine);
        // The same cases at each run, in one database: what other tenants have is never in the way.
        let config = ProptestConfig {
            cases: 64,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(3),
            ..ProptestConfig::default()
        };
        let number = std::cell::Cell::new(0);
        let followed = TestRunner::new(config).run(&cases(), |case| {
            number.set(number.get() + 1);
            runtime.block_on(follow(&test, &format!("tenant{}", number.get()), &case));
            Ok(())
        });
        followed.unwrap_or_else(|error| panic!("on {}: {error}", test.engine));
    }
}
