//! Slots for work that holds something for as long as people take: of them nobody can have all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sahod_model::UserId;
use sahod_store::Scope;

/// So many slots. One tenant in one mode may hold as many as are left free for others, so that a single one has half of them,
/// two have a third each, and whoever comes next finds one; one person may hold so many of these.
#[derive(Debug)]
pub struct Slots {
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

/// Why there is no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSlot {
    /// None is left, or none for that tenant.
    Taken,
    /// The person holds as many as one may.
    TooMany,
}

/// A slot, until it is dropped.
#[derive(Debug)]
pub struct Slot {
    slots: Arc<Slots>,
    tenant: i64,
    person: Option<UserId>,
}

impl Slots {
    /// So many slots, and so many of them for one person at most.
    #[must_use]
    pub fn new(most: usize, per_person: usize) -> Self {
        Self { most, per_person, held: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A slot for a person in a tenant, or for the tenant itself.
    pub fn take(self: &Arc<Self>, scope: &Scope, person: Option<&UserId>) -> Result<Slot, NoSlot> {
        self.take_for(scope.number(), person)
    }

    fn take_for(self: &Arc<Self>, tenant: i64, person: Option<&UserId>) -> Result<Slot, NoSlot> {
        let mut held = self.lock();
        let of = |held: Option<&usize>| held.copied().unwrap_or_default();
        if person.is_some_and(|person| of(held.of_people.get(person)) >= self.per_person) {
            return Err(NoSlot::TooMany);
        }
        if of(held.of_tenants.get(&tenant)) >= self.most.saturating_sub(held.all) {
            return Err(NoSlot::Taken);
        }
        held.all += 1;
        *held.of_tenants.entry(tenant).or_default() += 1;
        if let Some(person) = person {
            *held.of_people.entry(person.clone()).or_default() += 1;
        }
        drop(held);
        Ok(Slot { slots: Arc::clone(self), tenant, person: person.cloned() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut held = self.slots.lock();
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

    /// Every slot that a tenant gets.
    fn fill(slots: &Arc<Slots>, tenant: i64) -> Vec<Slot> {
        std::iter::from_fn(|| slots.take_for(tenant, None).ok()).collect()
    }

    #[test]
    fn every_tenant_that_comes_finds_a_slot() {
        let slots = Arc::new(Slots::new(1_000, 10));
        let first = fill(&slots, 1);
        assert_eq!(first.len(), 500);
        let others: Vec<_> = (2..9).map(|tenant| fill(&slots, tenant)).collect();
        assert!(others.iter().all(|held| !held.is_empty()));
        drop(first);
        assert!(fill(&slots, 9).len() > 250, "half of what is free again");
    }

    #[test]
    fn one_person_has_so_many_and_keeps_nobody_else_out() {
        let slots = Arc::new(Slots::new(8, 2));
        let one = || slots.take_for(1, Some(&person(1)));
        let held = [one().unwrap(), one().unwrap()];
        assert_eq!(one().unwrap_err(), NoSlot::TooMany);
        let other = slots.take_for(1, Some(&person(2))).unwrap();
        drop(held);
        drop(one().unwrap());
        drop(other);
        let held = slots.lock();
        assert_eq!(
            (held.all, held.of_tenants.len(), held.of_people.len()),
            (0, 0, 0),
            "nothing is left behind"
        );
    }

    #[test]
    fn a_tenant_has_its_share_before_all_are_taken() {
        let slots = Arc::new(Slots::new(6, 6));
        assert_eq!(fill(&slots, 1).len(), 3, "and they are free again");
        let held = fill(&slots, 1);
        assert_eq!(held.len(), 3);
        assert_eq!(slots.take_for(1, None).unwrap_err(), NoSlot::Taken);
        assert!(slots.take_for(2, None).is_ok());
    }
}
