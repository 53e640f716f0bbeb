//! The mixed load: a few clients, each with a pace of its own, so that a quick machine does not do more than a slow one.

use std::{
    io,
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use super::super::{
    failure::Failure,
    load::Connection,
    prepare::{LIST, Prepared, SIZE},
};

const USERS_EVERY: Duration = Duration::from_millis(50);
const PAGES_EVERY: Duration = Duration::from_millis(20);
/// People who link at the same time: each takes a second or two, as the sandbox's sources do.
const PEOPLE: u64 = 4;

/// What was done so far.
#[derive(Default)]
pub(super) struct Done {
    pub(super) users: AtomicU64,
    pub(super) pages: AtomicU64,
    pub(super) accounts: AtomicU64,
}

/// Runs the load for so long, and tells `look` what was done every now and then.
pub(super) fn run(
    prepared: &Prepared,
    span: Duration,
    every: Duration,
    mut look: impl FnMut(&Done) -> io::Result<()>,
) -> Result<(), Failure> {
    let (done, over) = (Done::default(), AtomicBool::new(false));
    let looked = std::thread::scope(|scope| {
        let users = scope.spawn(|| paced(&over, USERS_EVERY, |number| user(prepared, number, &done)));
        let pages = scope.spawn(|| paced(&over, PAGES_EVERY, |number| page(prepared, number, &done)));
        let people: Vec<_> = (0..PEOPLE)
            .map(|_| scope.spawn(|| paced(&over, Duration::ZERO, |_| account(prepared, &done))))
            .collect();
        let end = Instant::now() + span;
        let mut looked = Ok(());
        while looked.is_ok() && Instant::now() < end {
            sleep(every.min(end.saturating_duration_since(Instant::now())));
            looked = look(&done);
        }
        over.store(true, Ordering::Relaxed);
        let clients = people.into_iter().chain([users, pages]);
        let panicked = |_| io::Error::other("a client panicked");
        clients.fold(looked, |looked, client| looked.and(client.join().map_err(panicked)?))
    });
    Ok(looked?)
}

/// Does something again and again, not more often than that. What fails because the server is busy is done again.
fn paced(over: &AtomicBool, every: Duration, mut step: impl FnMut(u64) -> io::Result<()>) -> io::Result<()> {
    let mut faults = 0;
    for number in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        match step(number) {
            Ok(()) => faults = 0,
            Err(error) if faults > 20 => return Err(error),
            Err(_) => faults += 1,
        }
        sleep(every.saturating_sub(began.elapsed()));
    }
    Ok(())
}

/// A user, made with a key of its own, on a connection of its own every now and then.
fn user(prepared: &Prepared, number: u64, done: &Done) -> io::Result<()> {
    let headers = format!("{}Idempotency-Key: soak-{}-{number}\r\n", prepared.headers, std::process::id());
    Connection::open(prepared.address)?.post("/sandbox/v1/users", &headers, "{}")?;
    done.users.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// A page of one user's transactions, or of everybody's.
fn page(prepared: &Prepared, number: u64, done: &Done) -> io::Result<()> {
    let users = &prepared.seeded.users;
    let path = match usize::try_from(number).ok().and_then(|number| users.get(number % (users.len() + 1))) {
        Some(user) => format!("{LIST}userId={user}&size={SIZE}"),
        None => format!("{LIST}size={SIZE}"),
    };
    Connection::open(prepared.address)?.get(&path, &prepared.headers)?;
    done.pages.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// An account that a test person links, by the program's own command, and that is revoked when it was read.
fn account(prepared: &Prepared, done: &Done) -> io::Result<()> {
    let linked = prepared.trigger("TASK_FINISHED").stderr(Stdio::null()).output()?;
    if !linked.status.success() {
        return Err(io::Error::other("nobody could link an account"));
    }
    let mut connection = Connection::open(prepared.address)?;
    let accounts = connection.read("/sandbox/v1/accounts?size=10", &prepared.headers)?;
    // Others may be revoking the same one.
    for id in accounts.members("id").into_iter().filter(|id| id.starts_with("a-")).take(2) {
        let _ = connection.delete(&format!("/sandbox/v1/accounts/{id}"), &prepared.headers);
    }
    done.accounts.fetch_add(1, Ordering::Relaxed);
    Ok(())
}
