//! The calls.

use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use super::super::{failure::Failure, load::Connection, prepare::Prepared, webhooks::receiver::now_us};

/// The pause between two cheap calls.
const PAUSE: Duration = Duration::from_millis(5);

const TEMPLATE: &str = r#"{"name":"Bench","company":{"name":"Bench","logoUrl":"https://example.com/logo.png"},
    "email":{"sendEmail":false,"senderName":"${companyName}","replyAddress":"bench@example.com",
        "subject":"Hello","body":"Dear ${fullName}"},
    "landingPage":{"header":"Hello","description":"This takes a minute.","button":"Start"},
    "successPage":{"header":"Thank you","description":"Done.","button":"Done"}}"#;

/// What is called, and how.
pub(super) struct Calls<'a> {
    address: SocketAddr,
    headers: &'a str,
    connections: usize,
    invite: String,
    cheap: String,
}

impl<'a> Calls<'a> {
    /// Makes the invite template that invites are made with.
    pub(super) fn new(prepared: &'a Prepared, connections: usize) -> Result<Self, Failure> {
        let (address, headers) = (prepared.address, prepared.headers.as_str());
        let made = Connection::open(address)?.post("/sandbox/v1/inviteTemplates", headers, TEMPLATE)?;
        let template = made.member("id").ok_or("no invite template")?;
        let invite = format!(
            r#"{{"fullName":"George Palomero","firstName":"George","lastName":"Palomero","email":"george@example.com","templateId":"{template}"}}"#
        );
        let user = prepared.seeded.users.first().ok_or("no users")?;
        Ok(Self { address, headers, connections, invite, cheap: format!("/sandbox/v1/users/{user}") })
    }

    /// Makes so many invites; when the first was begun.
    pub(super) fn invites(&self, count: usize) -> Result<i64, Failure> {
        let began = now_us();
        self.post("/sandbox/v1/invites", &self.invite, count)?;
        Ok(began)
    }

    /// Makes so many users.
    pub(super) fn users(&self, count: usize) -> io::Result<()> {
        self.post("/sandbox/v1/users", "{}", count)
    }

    fn post(&self, path: &str, body: &str, count: usize) -> io::Result<()> {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let client = || {
                let mut connection = Connection::open(self.address)?;
                while next.fetch_add(1, Ordering::Relaxed) < count {
                    connection.post(path, self.headers, body)?;
                }
                Ok(())
            };
            let clients: Vec<_> = (0..self.connections).map(|_| scope.spawn(client)).collect();
            clients
                .into_iter()
                .try_for_each(|client| client.join().map_err(|_| io::Error::other("a client panicked"))?)
        })
    }

    /// How long a cheap call takes while nothing else is called.
    pub(super) fn cheap_alone(&self, count: usize) -> io::Result<Vec<Duration>> {
        let mut connection = Connection::open(self.address)?;
        (0..count).map(|_| self.cheap(&mut connection)).collect()
    }

    fn cheap(&self, connection: &mut Connection) -> io::Result<Duration> {
        sleep(PAUSE);
        let began = Instant::now();
        connection.get(&self.cheap, self.headers)?;
        Ok(began.elapsed())
    }

    /// Makes so many users: how long that takes, and how long a cheap call takes meanwhile.
    pub(super) fn users_beside_cheap(&self, count: usize) -> io::Result<(Duration, Vec<Duration>)> {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let mut connection = Connection::open(self.address)?;
                let mut took = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    took.push(self.cheap(&mut connection)?);
                }
                Ok(took)
            });
            let began = Instant::now();
            let made = self.users(count);
            let span = began.elapsed();
            done.store(true, Ordering::Relaxed);
            let took: io::Result<_> = beside.join().map_err(|_| io::Error::other("a client panicked"))?;
            made.and(took).map(|took| (span, took))
        })
    }
}
