//! What was measured, as text.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        failure::Failure,
        statistics::{median, range},
    },
    receiver::Arrival,
};

/// How long events took, in milliseconds, shortest first.
pub(super) struct Latencies(Vec<f64>);

impl Latencies {
    /// From those moments to the first arrivals.
    pub(super) fn between(begun: &HashMap<String, i64>, arrivals: &[Arrival]) -> Result<Self, Failure> {
        let mut seen = HashSet::new();
        let first = arrivals.iter().filter(|(id, _)| seen.insert(id.as_str()));
        #[expect(clippy::cast_precision_loss, reason = "microseconds of seconds")]
        let took = first.filter_map(|(id, at)| Some((at - begun.get(id)?) as f64 / 1e3));
        let mut took: Vec<f64> = took.collect();
        if took.is_empty() {
            return Err("nothing arrived that was begun".into());
        }
        took.sort_by(f64::total_cmp);
        Ok(Self(took))
    }

    fn at(&self, percent: usize) -> f64 {
        let index = (self.0.len() * percent / 100).min(self.0.len() - 1);
        self.0[index]
    }
}

/// Events per second, one figure a round.
#[derive(Default)]
pub(super) struct Figures {
    sahod: Vec<f64>,
    plain: Vec<f64>,
}

impl Figures {
    pub(super) fn push(
        &mut self,
        sahod: &[Arrival],
        plain: &[Arrival],
        events: usize,
    ) -> Result<(), Failure> {
        self.sahod.push(per_second(sahod, events)?);
        self.plain.push(per_second(plain, events)?);
        Ok(())
    }

    pub(super) fn print(&self, name: &str, sahod: &Latencies, plain: &Latencies) {
        let ratios: Vec<f64> =
            self.sahod.iter().zip(&self.plain).map(|(sahod, plain)| sahod / plain).collect();
        let spread = range(&ratios, 2);
        println!(
            "{name:<11} {:>8.0} {:>8.0} {:>7.2} {:>11} {:>9.2} {:>9.2} {:>9.2} {:>9.2}",
            median(self.sahod.clone()),
            median(self.plain.clone()),
            median(ratios),
            spread,
            sahod.at(50),
            sahod.at(99),
            plain.at(50),
            plain.at(99),
        );
    }
}

/// Between the first and the last of the arrivals, which must be of so many events.
fn per_second(arrivals: &[Arrival], events: usize) -> Result<f64, Failure> {
    let ids: HashSet<&str> = arrivals.iter().map(|(id, _)| id.as_str()).collect();
    if ids.len() != events {
        return Err(format!("{} of {events} events came", ids.len()).into());
    }
    let times = || arrivals.iter().map(|(_, at)| *at);
    let span = times().max().zip(times().min()).map_or(0, |(last, first)| last - first);
    #[expect(clippy::cast_precision_loss, reason = "nobody asks for 2^53 events")]
    Ok(events as f64 / (span.max(1) as f64 / 1e6))
}

pub(super) fn print_head(events: usize, rounds: usize, rate: u32) {
    println!(
        "Events per second: {events} events that wait, median of {rounds} rounds, beside a loop that posts the same"
    );
    println!(
        "signed bodies and keeps nothing. From commit (of the loop: from its beginning) to receipt at {rate} a second:"
    );
    println!(
        "{:<11} {:>8} {:>8} {:>7} {:>11} {:>9} {:>9} {:>9} {:>9}",
        "", "events/s", "loop/s", "ratio", "low–high", "median ms", "p99 ms", "loop med.", "loop p99"
    );
}

pub(super) fn print_foot() {
    println!("aims on two cores: 5000 events/s, median under 5 ms");
}
