//! What was measured, as text.

use std::time::Duration;

use super::super::{
    database::Database,
    statistics::{median, range},
};

/// Of one endpoint, one figure a round.
pub(super) struct Figures {
    name: &'static str,
    per_second: Vec<f64>,
    /// CPU of a call in µs, the program's and PostgreSQL's.
    own: Vec<f64>,
    postgres: Vec<f64>,
}

/// What a process, and PostgreSQL, have used of the CPU.
type Used = (Duration, Duration);

impl Figures {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, per_second: Vec::new(), own: Vec::new(), postgres: Vec::new() }
    }

    pub(super) fn push(&mut self, calls: usize, span: Duration, before: Used, after: Used) {
        #[expect(clippy::cast_precision_loss, reason = "nobody asks for 2^53 calls")]
        let calls = calls as f64;
        let each =
            |before: Duration, after: Duration| after.saturating_sub(before).as_secs_f64() * 1e6 / calls;
        self.per_second.push(calls / span.as_secs_f64());
        self.own.push(each(before.0, after.0));
        self.postgres.push(each(before.1, after.1));
    }

    /// The aims that were missed; rates are not among them, as they say more about the machine.
    pub(super) fn faults(&self, database: &Database<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        for (what, used) in [("of our own", &self.own), ("in PostgreSQL", &self.postgres)] {
            let used = median(used.clone());
            if used > LIMIT_US {
                faults.push(format!(
                    "{}, {}: {used:.0} µs of CPU {what}, the limit is {LIMIT_US}",
                    database.name, self.name
                ));
            }
        }
        faults
    }
}

/// CPU of a call at most, in µs, of the program and of PostgreSQL.
const LIMIT_US: f64 = 250.0;

/// How long the cheap call took.
pub(super) struct Beside {
    pub(super) alone: Vec<Duration>,
    pub(super) meanwhile: Vec<Duration>,
}

fn percentile(took: &[Duration], percent: usize) -> f64 {
    let mut took = took.to_vec();
    took.sort_unstable();
    let index = (took.len() * percent / 100).min(took.len().saturating_sub(1));
    took.get(index).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

pub(super) fn print(database: &Database<'_>, all: &[&Figures], beside: &Beside) {
    println!("\n{}: calls a second, and CPU of a call; median of the rounds", database.name);
    println!("{:<14} {:>8} {:>13} {:>10} {:>12}", "", "calls/s", "low–high", "own", "PostgreSQL");
    for figures in all {
        println!(
            "{:<14} {:>8.0} {:>13} {:>7.0} µs {:>9.0} µs",
            figures.name,
            median(figures.per_second.clone()),
            range(&figures.per_second, 0),
            median(figures.own.clone()),
            median(figures.postgres.clone()),
        );
    }
    println!(
        "GET /users/{{id}}: alone median {:.2} ms, p99 {:.2} ms; beside POST /users median {:.2} ms, p99 {:.2} ms",
        percentile(&beside.alone, 50),
        percentile(&beside.alone, 99),
        percentile(&beside.meanwhile, 50),
        percentile(&beside.meanwhile, 99),
    );
}
