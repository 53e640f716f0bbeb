//! The memory of a process over time, and whether it has become level.

use std::{fmt, io, sync::atomic::Ordering, time::Instant};

use super::{
    super::{process, statistics::median},
    load::Done,
};

/// By how much the last quarter may be above the second: what is left to fill by then, and what swings.
const LIMIT: f64 = 1.05;

/// What was seen of a process.
pub(super) struct Samples {
    process: u32,
    began: Instant,
    anonymous: Vec<f64>,
}

/// One look at it.
pub(super) struct Sample {
    minutes: f64,
    users: u64,
    pages: u64,
    accounts: u64,
    resident: f64,
    anonymous: f64,
}

impl Samples {
    pub(super) fn new(process: u32) -> Self {
        Self { process, began: Instant::now(), anonymous: Vec::new() }
    }

    pub(super) fn take(&mut self, done: &Done) -> io::Result<Sample> {
        let memory = |name| Ok::<_, io::Error>(mebibytes(process::memory(self.process, name)?));
        let sample = Sample {
            minutes: self.began.elapsed().as_secs_f64() / 60.0,
            users: done.users.load(Ordering::Relaxed),
            pages: done.pages.load(Ordering::Relaxed),
            accounts: done.accounts.load(Ordering::Relaxed),
            resident: memory("VmRSS")?,
            anonymous: memory("RssAnon")?,
        };
        self.anonymous.push(sample.anonymous);
        Ok(sample)
    }

    /// That it grew, if it did: the last quarter beside the second.
    pub(super) fn fault(&self, database: &str) -> Option<String> {
        let quarter = self.anonymous.len() / 4;
        let of = |from: usize| median(self.anonymous.iter().skip(from).take(quarter).copied().collect());
        let (second, last) = (of(quarter), of(self.anonymous.len() - quarter));
        println!("anonymous memory, median: second quarter {second:.1} MiB, last quarter {last:.1} MiB");
        (last > second * LIMIT).then(|| {
            format!(
                "{database}: memory grew from {second:.1} to {last:.1} MiB; the limit is a ratio of {LIMIT}"
            )
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "kilobytes of memory are few")]
fn mebibytes(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1_024.0
}

pub(super) fn print_heading() {
    println!(
        "{:>7} {:>8} {:>8} {:>8} {:>13} {:>14}",
        "minutes", "users", "pages", "accounts", "resident", "anonymous"
    );
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>7.1} {:>8} {:>8} {:>8} {:>9.1} MiB {:>10.1} MiB",
            self.minutes, self.users, self.pages, self.accounts, self.resident, self.anonymous
        )
    }
}
