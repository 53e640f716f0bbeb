//! What every test here stands on: a whole installation in one process, without a port of its own.

pub(crate) mod agreement;
pub(crate) mod clock;
pub(crate) mod contract;
pub(crate) mod crawl;
pub(crate) mod databases;
pub(crate) mod described;
pub(crate) mod document;
pub(crate) mod encrypt;
pub(crate) mod gate;
mod keys;
mod mailbox;
pub(crate) mod receiver;
pub(crate) mod requests;
mod services;
mod variants;
pub(crate) mod widget;
pub(crate) mod world;

pub(crate) use databases::{Engine, on_both_databases};
pub(crate) use receiver::Receiver;
pub(crate) use requests::{Answer, Client};
pub(crate) use widget::Widget;
pub(crate) use world::World;

use std::time::Duration;

/// Only keeps a broken test from hanging the whole run: nothing waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A test person, as the contract's page on the sandbox lists them.
pub(crate) struct Person {
    pub(crate) email: &'static str,
    pub(crate) mobile: &'static str,
    pub(crate) password: &'static str,
    pub(crate) code: &'static str,
}

pub(crate) const GEORGE: Person = Person {
    email: "gpalomero1234@smileapi.io",
    mobile: "(+63) 9559991234",
    password: "123456",
    code: "1234",
};

pub(crate) const RYAN: Person =
    Person { email: "ryan1234@smileapi.io", mobile: "(+62) 8119994321", password: "654321", code: "1234" };
