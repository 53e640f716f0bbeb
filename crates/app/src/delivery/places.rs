//! The places of what runs at the same time, and who gets the next one.
//!
//! All tenants share them, and each tenant's own are shared by its members: its webhooks. Whoever has some gets another only
//! while so many times as many stay free as it has then, so whoever has none finds one, however long others hold theirs. When
//! four times as many stay free, a tenant that is alone has a fifth of them at most.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

/// Who a member is, among those of its tenant and mode.
pub(super) trait Member: Clone + Eq + Hash + Send + 'static {}

impl<M: Clone + Eq + Hash + Send + 'static> Member for M {}

/// Places, shared fairly. Cheap to clone; clones share.
pub(super) struct Places<M: Member>(Arc<Mutex<State<M>>>);

/// A place that somebody has until it is dropped.
pub(super) struct Place<M: Member> {
    places: Places<M>,
    scope: i64,
    member: M,
}

struct State<M: Member> {
    free: usize,
    /// For each place that a tenant has beyond its first, so many stay free.
    reserve: usize,
    shares: HashMap<i64, Share<M>>,
}

/// What one tenant has in one mode.
struct Share<M: Member> {
    has: usize,
    members: HashMap<M, usize>,
    /// In the order in which they came.
    waiting: VecDeque<(M, oneshot::Sender<Place<M>>)>,
}

impl<M: Member> Default for Share<M> {
    fn default() -> Self {
        Self { has: 0, members: HashMap::new(), waiting: VecDeque::new() }
    }
}

impl<M: Member> Share<M> {
    fn own(&self, member: &M) -> usize {
        self.members.get(member).copied().unwrap_or_default()
    }

    /// Whether a member that has `own` of them may have another while so many are free.
    const fn allows(&self, free: usize, reserve: usize, own: usize) -> bool {
        if self.has == 0 {
            return free > 0;
        }
        let (free, has) = (free.saturating_sub(1), self.has + 1);
        // So many more its tenant could have after that: one member's are not to be all of them.
        match free.checked_sub(has * reserve) {
            Some(left) => own <= left / reserve,
            None => false,
        }
    }

    /// Who of those that wait is next, if anybody may be: whoever has the fewest.
    fn next(&self, free: usize, reserve: usize) -> Option<usize> {
        let owns = self.waiting.iter().map(|(member, _)| self.own(member));
        let (at, own) = owns.enumerate().min_by_key(|(_, own)| *own)?;
        self.allows(free, reserve, own).then_some(at)
    }
}

impl<M: Member> Clone for Places<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Member> Places<M> {
    /// So many. For each that a tenant has beyond its first, `reserve` of them stay free; at least one does.
    pub(super) fn new(count: usize, reserve: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: count, reserve: reserve.max(1), shares: HashMap::new() })))
    }

    /// A place, as soon as that member may have one.
    pub(super) async fn take(&self, scope: i64, member: &M) -> Place<M> {
        loop {
            if let Some(place) = self.try_take(scope, member) {
                return place;
            }
            if let Ok(place) = self.wait(scope, member).await {
                return place;
            }
        }
    }

    /// A place, if that member may have one now.
    pub(super) fn try_take(&self, scope: i64, member: &M) -> Option<Place<M>> {
        let mut state = self.state();
        let (free, reserve) = (state.free, state.reserve);
        let share = state.shares.entry(scope).or_default();
        if share.allows(free, reserve, share.own(member)) {
            Some(self.give(&mut state, scope, member.clone()))
        } else {
            None
        }
    }

    /// Stands in line for a place.
    fn wait(&self, scope: i64, member: &M) -> oneshot::Receiver<Place<M>> {
        let (sender, turn) = oneshot::channel();
        let mut state = self.state();
        let waiting = &mut state.shares.entry(scope).or_default().waiting;
        waiting.retain(|(_, sender)| !sender.is_closed());
        waiting.push_back((member.clone(), sender));
        // There may have come one free since it was told that there is none.
        let next = self.next(&mut state);
        drop(state);
        Self::hand_over(next);
        turn
    }

    fn state(&self) -> MutexGuard<'_, State<M>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give(&self, state: &mut State<M>, scope: i64, member: M) -> Place<M> {
        state.free -= 1;
        let share = state.shares.entry(scope).or_default();
        share.has += 1;
        *share.members.entry(member.clone()).or_default() += 1;
        Place { places: self.clone(), scope, member }
    }

    /// Gives the free places to those who wait and may have them: first to the tenant that has the fewest.
    fn next(&self, state: &mut State<M>) -> Vec<(oneshot::Sender<Place<M>>, Place<M>)> {
        let mut handed = Vec::new();
        loop {
            let (free, reserve) = (state.free, state.reserve);
            let waits = state.shares.iter().filter(|(_, share)| !share.waiting.is_empty());
            let ready =
                waits.filter_map(|(scope, share)| Some((share.has, *scope, share.next(free, reserve)?)));
            let Some((_, scope, at)) = ready.min() else { return handed };
            let waiting = &mut state.shares.entry(scope).or_default().waiting;
            if let Some((member, sender)) = waiting.remove(at)
                && !sender.is_closed()
            {
                handed.push((sender, self.give(state, scope, member)));
            }
        }
    }

    /// Not while the lock is held: whoever waits no longer drops the place, which takes it.
    fn hand_over(handed: Vec<(oneshot::Sender<Place<M>>, Place<M>)>) {
        for (sender, place) in handed {
            drop(sender.send(place));
        }
    }
}

impl<M: Member> Drop for Place<M> {
    fn drop(&mut self) {
        let mut state = self.places.state();
        state.free += 1;
        if let Some(share) = state.shares.get_mut(&self.scope) {
            share.has -= 1;
            if let Some(own) = share.members.get_mut(&self.member) {
                *own -= 1;
                if *own == 0 {
                    share.members.remove(&self.member);
                }
            }
        }
        let next = self.places.next(&mut state);
        state.shares.retain(|_, share| share.has > 0 || !share.waiting.is_empty());
        drop(state);
        Places::hand_over(next);
    }
}

/// One member's way to places: it waits for one at most, and has at most one that it does not use yet.
pub(super) struct WaitingLine<M: Member> {
    places: Places<M>,
    scope: i64,
    member: M,
    turn: Option<oneshot::Receiver<Place<M>>>,
    unused: Option<Place<M>>,
}

impl<M: Member> WaitingLine<M> {
    pub(super) fn new(places: &Places<M>, scope: i64, member: M) -> Self {
        Self { places: places.clone(), scope, member, turn: None, unused: None }
    }

    /// A place. When there is none for it, it stands in line from now on.
    pub(super) fn take(&mut self) -> Option<Place<M>> {
        let place = self.unused.take().or_else(|| match &mut self.turn {
            Some(turn) => turn.try_recv().ok(),
            None => self.places.try_take(self.scope, &self.member),
        });
        if place.is_some() {
            self.turn = None;
        } else if self.turn.is_none() {
            self.turn = Some(self.places.wait(self.scope, &self.member));
        }
        place
    }

    /// Waits for its turn, for ever when it does not stand in line.
    pub(super) async fn wait(&mut self) {
        let Some(turn) = &mut self.turn else { return std::future::pending().await };
        let place = turn.await.ok();
        (self.turn, self.unused) = (None, place);
    }

    /// It wants none now.
    pub(super) fn leave(&mut self) {
        (self.turn, self.unused) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as that member gets.
    fn take_all(places: &Places<u8>, scope: i64, member: u8) -> Vec<Place<u8>> {
        std::iter::from_fn(|| places.try_take(scope, &member)).collect()
    }

    #[test]
    fn whoever_has_none_finds_one() {
        let places = Places::new(256, 4);
        let mut taken = Vec::new();
        for scope in 0..16 {
            let first = places.try_take(scope, &0);
            assert!(first.is_some(), "after {scope} tenants that took what they could get");
            taken.extend(first);
            taken.extend((0..100).flat_map(|member| take_all(&places, scope, member)));
            assert!(scope > 0 || taken.len() == 51, "a fifth: {}", taken.len());
        }
    }

    #[test]
    fn a_tenants_slow_webhooks_leave_some_to_its_others() {
        let places = Places::new(256, 4);
        let one = take_all(&places, 1, 0).len();
        assert_eq!(one, 28, "one webhook");
        // Each of them takes one in turn, for as long as it gets one.
        let slow: Vec<_> =
            (0..3).flat_map(|_| 0..49).filter_map(|member| places.try_take(1, &member)).collect();
        assert_eq!(slow.len(), 50);
        assert!(places.try_take(1, &49).is_some(), "there is one left for the other");
    }

    #[test]
    fn few_places_are_of_use_too() {
        let places = Places::new(1, 4);
        let one = places.try_take(1, &0);
        assert!(one.is_some() && places.try_take(2, &0).is_none());
        drop(one);
        assert!(places.try_take(2, &0).is_some());
    }

    #[tokio::test]
    async fn whoever_has_fewest_is_next() {
        let places = Places::new(4, 4);
        let (a, b) = (places.try_take(1, &1).unwrap(), places.try_take(2, &1).unwrap());
        let (c, d) = (places.try_take(3, &1).unwrap(), places.try_take(4, &1).unwrap());
        let mut rich = WaitingLine::new(&places, 1, 1);
        let mut gone = WaitingLine::new(&places, 5, 1);
        let mut poor = WaitingLine::new(&places, 6, 1);
        for queue in [&mut rich, &mut gone, &mut poor] {
            assert!(queue.take().is_none());
        }
        gone.leave();
        drop(b);
        poor.wait().await;
        assert!(poor.take().is_some() && rich.take().is_none(), "used and given back at once");
        drop((c, d));
        assert!(rich.take().is_none(), "one of four is what it has");
        drop(a);
        rich.wait().await;
        assert!(rich.take().is_some());
    }

    #[tokio::test]
    async fn a_place_that_nobody_uses_goes_on() {
        let places = Places::new(1, 4);
        let one = places.try_take(1, &1).unwrap();
        let (mut first, mut second) = (WaitingLine::new(&places, 2, 1), WaitingLine::new(&places, 3, 1));
        assert!(first.take().is_none() && second.take().is_none());
        drop(one);
        // Handed to the first, which has not looked yet.
        drop(first);
        second.wait().await;
        assert!(second.take().is_some());
        assert!(places.state().shares.is_empty(), "nothing is kept of those who have gone");
    }
}
