//! Places for work that holds something for as long as people take: of them nobody can have all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sahod_model::UserId;
use sahod_store::Scope;

/// So many places. One tenant in one mode may hold as many as are left free for others, so that a single one has half of them,
/// two have a third each, and whoever comes next finds one; one person may hold so many of these.
#[derive(Debug)]
pub struct Places {
    most: usize,
    per_person: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    of_tenants: HashMap<i64, usize>,
    of_people: HashMap<UserId, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// None is left, or none for that tenant.
    Taken,
    /// The person holds as many as one may.
    TooMany,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    tenant: i64,
    person: Option<UserId>,
}

impl Places {
    /// So many places, and so many of them for one person at most.
    #[must_use]
    pub fn new(most: usize, per_person: usize) -> Self {
        Self { most, per_person, held: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a person in a tenant, or for the tenant itself.
    pub fn take(self: &Arc<Self>, scope: &Scope, person: Option<&UserId>) -> Result<Place, NoPlace> {
        self.take_for(scope.number(), person)
    }

    fn take_for(self: &Arc<Self>, tenant: i64, person: Option<&UserId>) -> Result<Place, NoPlace> {
        let mut held = self.lock();
        let of = |held: Option<&usize>| held.copied().unwrap_or_default();
        if person.is_some_and(|person| of(held.of_people.get(person)) >= self.per_person) {
            return Err(NoPlace::TooMany);
        }
        if of(held.of_tenants.get(&tenant)) >= self.most.saturating_sub(held.all) {
            return Err(NoPlace::Taken);
        }
        held.all += 1;
        *held.of_tenants.entry(tenant).or_default() += 1;
        if let Some(person) = person {
            *held.of_people.entry(person.clone()).or_default() += 1;
        }
        drop(held);
        Ok(Place { places: Arc::clone(self), tenant, person: person.cloned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.lock();
        held.all -= 1;
        release(&mut held.of_tenants, &self.tenant);
        if let Some(person) = &self.person {
            release(&mut held.of_people, person);
        }
    }
}

/// One less; who holds none is forgotten.
fn release<K: Eq + std::hash::Hash>(held: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = held.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            held.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u8) -> UserId {
        format!("acme-{number:032x}").parse().unwrap()
    }

    /// Every place that a tenant gets.
    fn fill(places: &Arc<Places>, tenant: i64) -> Vec<Place> {
        std::iter::from_fn(|| places.take_for(tenant, None).ok()).collect()
    }

    #[test]
    fn every_tenant_that_comes_finds_a_place() {
        let places = Arc::new(Places::new(1_000, 10));
        let first = fill(&places, 1);
        assert_eq!(first.len(), 500);
        let others: Vec<_> = (2..9).map(|tenant| fill(&places, tenant)).collect();
        assert!(others.iter().all(|held| !held.is_empty()));
        drop(first);
        assert!(fill(&places, 9).len() > 250, "half of what is free again");
    }

    #[test]
    fn one_person_has_so_many_and_keeps_nobody_else_out() {
        let places = Arc::new(Places::new(8, 2));
        let one = || places.take_for(1, Some(&person(1)));
        let held = [one().unwrap(), one().unwrap()];
        assert_eq!(one().unwrap_err(), NoPlace::TooMany);
        let other = places.take_for(1, Some(&person(2))).unwrap();
        drop(held);
        drop(one().unwrap());
        drop(other);
        let held = places.lock();
        assert_eq!(
            (held.all, held.of_tenants.len(), held.of_people.len()),
            (0, 0, 0),
            "nothing is left behind"
        );
    }

    #[test]
    fn a_tenant_has_its_share_before_all_are_taken() {
        let places = Arc::new(Places::new(6, 6));
        assert_eq!(fill(&places, 1).len(), 3, "and they are free again");
        let held = fill(&places, 1);
        assert_eq!(held.len(), 3);
        assert_eq!(places.take_for(1, None).unwrap_err(), NoPlace::Taken);
        assert!(places.take_for(2, None).is_ok());
    }
}
