//! What was measured, as text.

use std::time::Duration;

use super::{
    cases::Case,
    database::Database,
    statistics::{median, range},
};

/// A list's server CPU in µs per request, one figure a round.
pub(super) struct Figures<'a> {
    case: &'a Case,
    sahod: Vec<f64>,
    bare: Vec<f64>,
    postgres: Option<Vec<f64>>,
}

impl<'a> Figures<'a> {
    pub(super) fn new(case: &'a Case, on_postgres: bool) -> Self {
        Self { case, sahod: Vec::new(), bare: Vec::new(), postgres: on_postgres.then(Vec::new) }
    }

    pub(super) fn push(&mut self, requests: usize, sahod: Duration, bare: Duration, postgres: Duration) {
        #[expect(clippy::cast_precision_loss, reason = "nobody asks for 2^53 requests")]
        let each = |used: Duration| used.as_secs_f64() * 1e6 / requests as f64;
        self.sahod.push(each(sahod));
        self.bare.push(each(bare));
        if let Some(figures) = &mut self.postgres {
            figures.push(each(postgres));
        }
    }

    /// Of each round, as noise hits both servers of a round alike.
    fn ratios(&self) -> Vec<f64> {
        self.sahod.iter().zip(&self.bare).map(|(sahod, bare)| sahod / bare).collect()
    }
}

/// The highest ratio that is accepted.
fn limit(database: &Database<'_>) -> f64 {
    if database.is_postgres() { 15.0 } else { 8.0 }
}

pub(super) fn print_cpu(database: &Database<'_>, rows: usize, figures: &[Figures<'_>], memory: (u64, u64)) {
    println!("\n{}, {rows} rows, pages of 150: server CPU per request, median of the rounds", database.name);
    let backends = if database.is_postgres() { "  PostgreSQL" } else { "" };
    println!("{:<26} {:>9} {:>9} {:>7} {:>15}{backends}", "", "sahod", "bare", "ratio", "lowest–highest");
    for rounds in figures {
        let ratios = rounds.ratios();
        let spread = range(&ratios, 2);
        let backends = rounds.postgres.clone().map(|used| format!("  {:7.1} µs", median(used)));
        println!(
            "{:<26} {:>6.1} µs {:>6.1} µs {:>7.2} {:>15}{}",
            rounds.case.name,
            median(rounds.sahod.clone()),
            median(rounds.bare.clone()),
            median(ratios),
            spread,
            backends.unwrap_or_default(),
        );
    }
    let bytes = figures.first().map_or(0, |rounds| rounds.case.answer.body.len());
    println!("an answer has {bytes} bytes");
    let (own, mapped) = (memory.0 / 1_024, memory.1 / 1_024);
    println!("memory after the load: {own} MiB, and {mapped} MiB of files that are mapped");
}

pub(super) fn print_heading() {
    println!("\ninstructions per request, counted by callgrind");
    println!("{:<26} {:>11} {:>11} {:>7}", "", "sahod", "bare", "ratio");
}

pub(super) fn print_instructions(case: &Case, sahod: f64, bare: f64) {
    println!("{:<26} {sahod:>11.0} {bare:>11.0} {:>7.2}", case.name, sahod / bare);
}

/// The lists that cost more than they may.
pub(super) fn faults(database: &Database<'_>, figures: &[Figures<'_>]) -> Vec<String> {
    let limit = limit(database);
    let limited = figures.iter().filter(|rounds| rounds.case.limited);
    limited
        .map(|rounds| (rounds.case.name, median(rounds.ratios())))
        .filter(|(_, ratio)| *ratio > limit)
        .map(|(name, ratio)| format!("{}, {name}: ratio {ratio:.2}, the limit is {limit}", database.name))
        .collect()
}
