//! Who is there at the same time, by client address: so much in all and so much from one address. Where there is no more space,
//! whoever has waited longest for its own client gives way, first among those of the newcomer's address.
//!
//! So a stranger who holds much takes it from nobody but themselves: what they let lie is what goes.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;

/// Somebody in a crowd.
pub trait Member {
    /// Since when nothing has been heard of its client, while that is all it waits for. `None` while there is work in it: then
    /// it does not give way.
    fn waiting_since(&self) -> Option<Instant>;

    /// Is told, once, that it has lost its space.
    fn give_way(&self);
}

/// How much may be there.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// In all.
    pub in_all: usize,
    /// From one address.
    pub of_one: usize,
}

/// Why there was no space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// In all.
    InAll,
    /// From that address.
    OfOne,
}

/// Everybody who is there. Cheap to clone.
pub struct Crowd<M>(Arc<Inner<M>>);

struct Inner<M> {
    capacity: Capacity,
    there: Mutex<There<M>>,
}

struct There<M> {
    taken: usize,
    next: u64,
    groups: HashMap<IpAddr, Group<M>>,
}

/// Those of one address.
struct Group<M> {
    taken: usize,
    members: HashMap<u64, (Arc<M>, usize)>,
}

impl<M> Clone for Crowd<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Member> Crowd<M> {
    /// A crowd of nobody.
    #[must_use]
    pub fn new(capacity: Capacity) -> Self {
        let there = There { taken: 0, next: 0, groups: HashMap::new() };
        Self(Arc::new(Inner { capacity, there: Mutex::new(there) }))
    }

    /// Lets somebody in who takes so much space. Who comes from no address in particular, such as a proxy for many, is bounded by
    /// the space in all and never gives way.
    pub fn join(&self, address: Option<IpAddr>, member: &Arc<M>, takes: usize) -> Result<Place<M>, Full> {
        let mut there = self.0.lock();
        let id = there.next;
        there.make_space(self.0.capacity, address, id, takes)?;
        there.next += 1;
        there.taken += takes;
        if let Some(address) = address {
            let group = there.groups.entry(address).or_default();
            group.taken += takes;
            group.members.insert(id, (Arc::clone(member), takes));
        }
        Ok(Place { crowd: self.clone(), address, id, takes })
    }

    /// How much space is taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.0.lock().taken
    }
}

impl<M> Inner<M> {
    fn lock(&self) -> MutexGuard<'_, There<M>> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> Default for Group<M> {
    fn default() -> Self {
        Self { taken: 0, members: HashMap::new() }
    }
}

impl<M: Member> There<M> {
    /// Has others give way until `id` can take so much more. Each turn removes a member, so it ends.
    fn make_space(
        &mut self,
        capacity: Capacity,
        address: Option<IpAddr>,
        id: u64,
        more: usize,
    ) -> Result<(), Full> {
        if let Some(address) = address {
            while self.groups.get(&address).is_some_and(|group| group.taken + more > capacity.of_one) {
                self.one_gives_way(address, id).ok_or(Full::OfOne)?;
            }
            if more > capacity.of_one {
                return Err(Full::OfOne);
            }
        }
        while self.taken + more > capacity.in_all {
            let heaviest =
                self.groups.iter().max_by_key(|(_, group)| group.taken).map(|(address, _)| *address);
            self.one_gives_way(heaviest.ok_or(Full::InAll)?, id).ok_or(Full::InAll)?;
        }
        Ok(())
    }

    /// Removes who has waited longest at that address, other than `id`.
    fn one_gives_way(&mut self, address: IpAddr, id: u64) -> Option<()> {
        let group = self.groups.get(&address)?;
        let waiting = group.members.iter().filter(|(other, _)| **other != id);
        let waiting = waiting.filter_map(|(other, (member, _))| Some((member.waiting_since()?, *other)));
        let (_, longest) = waiting.min()?;
        if let Some(member) = self.remove(address, longest) {
            member.give_way();
        }
        Some(())
    }
}

impl<M> There<M> {
    fn remove(&mut self, address: IpAddr, id: u64) -> Option<Arc<M>> {
        let group = self.groups.get_mut(&address)?;
        let (member, takes) = group.members.remove(&id)?;
        group.taken -= takes;
        self.taken -= takes;
        if group.members.is_empty() {
            self.groups.remove(&address);
        }
        Some(member)
    }
}

/// The space that somebody has, until this is dropped.
pub struct Place<M> {
    crowd: Crowd<M>,
    address: Option<IpAddr>,
    id: u64,
    takes: usize,
}

impl<M: Member> Place<M> {
    /// Takes so much more.
    pub fn grow(&mut self, more: usize) -> Result<(), Full> {
        let mut there = self.crowd.0.lock();
        if let Some(address) = self.address {
            if !there.has(address, self.id) {
                return Err(Full::OfOne);
            }
            there.make_space(self.crowd.0.capacity, self.address, self.id, more)?;
            if let Some(group) = there.groups.get_mut(&address) {
                group.taken += more;
                if let Some((_, takes)) = group.members.get_mut(&self.id) {
                    *takes += more;
                }
            }
        } else {
            there.make_space(self.crowd.0.capacity, None, self.id, more)?;
        }
        there.taken += more;
        self.takes += more;
        Ok(())
    }
}

impl<M> There<M> {
    fn has(&self, address: IpAddr, id: u64) -> bool {
        self.groups.get(&address).is_some_and(|group| group.members.contains_key(&id))
    }
}

impl<M> Drop for Place<M> {
    fn drop(&mut self) {
        let mut there = self.crowd.0.lock();
        match self.address {
            // Who gave way is out already.
            Some(address) => drop(there.remove(address, self.id)),
            None => there.taken -= self.takes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        time::Duration,
    };

    use super::*;

    struct Guest {
        since: Option<Instant>,
        gone: AtomicBool,
    }

    impl Member for Guest {
        fn waiting_since(&self) -> Option<Instant> {
            self.since
        }

        fn give_way(&self) {
            assert!(!self.gone.swap(true, Ordering::Relaxed), "it is told once");
        }
    }

    /// Somebody who has waited since that second; 0 is somebody who works.
    fn guest(second: u64, start: Instant) -> Arc<Guest> {
        let since = (second > 0).then(|| start + Duration::from_secs(second));
        Arc::new(Guest { since, gone: AtomicBool::new(false) })
    }

    fn gone(guest: &Guest) -> bool {
        guest.gone.load(Ordering::Relaxed)
    }

    const ONE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 1)));
    const TWO: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 2)));

    #[test]
    fn who_waited_longest_at_an_address_gives_way_to_a_newcomer_from_there() {
        let (crowd, start) = (Crowd::new(Capacity { in_all: 10, of_one: 3 }), Instant::now());
        let (first, second, works) = (guest(2, start), guest(1, start), guest(0, start));
        let _places = [&first, &second, &works].map(|guest| crowd.join(ONE, guest, 1).ok().unwrap());
        let newcomer = guest(0, start);
        let place = crowd.join(ONE, &newcomer, 1).ok().unwrap();
        assert!(gone(&second) && !gone(&first) && !gone(&works));
        assert_eq!(crowd.taken(), 3);
        let _another = crowd.join(ONE, &guest(0, start), 1).ok().unwrap();
        assert!(gone(&first));
        assert_eq!(crowd.join(ONE, &guest(9, start), 1).err(), Some(Full::OfOne), "all others work");
        assert!(crowd.join(TWO, &guest(9, start), 1).is_ok(), "another address has space of its own");
        drop(place);
        assert!(crowd.join(ONE, &guest(9, start), 1).is_ok());
    }

    #[test]
    fn where_all_room_is_taken_the_heaviest_address_gives_way() {
        let (crowd, start) = (Crowd::new(Capacity { in_all: 4, of_one: 4 }), Instant::now());
        let heavy: Vec<_> = (1..4).map(|second| guest(second, start)).collect();
        let places: Vec<_> = heavy.iter().map(|guest| crowd.join(ONE, guest, 1).ok().unwrap()).collect();
        let light = guest(1, start);
        let mut own = crowd.join(TWO, &light, 1).ok().unwrap();
        own.grow(1).unwrap();
        assert!(gone(&heavy[0]) && !gone(&light));
        assert_eq!(crowd.taken(), 4);
        drop(places);
        assert_eq!(crowd.taken(), 2, "who gave way is not counted twice");
        assert_eq!(own.grow(9), Err(Full::OfOne));
        drop(own);
        assert_eq!(crowd.taken(), 0);
    }

    #[test]
    fn who_speaks_for_many_never_gives_way_but_takes_room() {
        let (crowd, start) = (Crowd::new(Capacity { in_all: 2, of_one: 1 }), Instant::now());
        let (proxy, own) = (guest(1, start), guest(2, start));
        let _places = [&proxy, &own].map(|guest| crowd.join(None, guest, 1).ok().unwrap());
        assert_eq!(crowd.join(ONE, &guest(3, start), 1).err(), Some(Full::InAll));
        assert!(!gone(&proxy) && !gone(&own));
    }

    #[test]
    fn who_gave_way_cannot_grow() {
        let (crowd, start) = (Crowd::new(Capacity { in_all: 9, of_one: 1 }), Instant::now());
        let mut place = crowd.join(ONE, &guest(1, start), 1).ok().unwrap();
        let _newcomer = crowd.join(ONE, &guest(2, start), 1).ok().unwrap();
        assert_eq!(place.grow(0), Err(Full::OfOne));
    }
}
