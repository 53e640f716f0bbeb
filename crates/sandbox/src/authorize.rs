//! The sandbox's own sign-in page, as a provider's authorization server would be behind it.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sahod_connectors::oauth::{Granted, challenge};
use sahod_model::Random;

/// Where the page is, below the Link API.
pub(super) const AUTHORIZE: &str = "/sandbox/authorize";

/// How many codes are open at the same time; the oldest make room. A code is redeemed as soon as the person is back, so
/// only those of people who never came back stay.
const MAX_OPEN: usize = 1_000;

/// The codes that were handed out and not redeemed yet, with the challenges that they were made for; in memory only.
#[derive(Debug, Default)]
pub(crate) struct Authorizations(Mutex<VecDeque<(String, String)>>);

impl Authorizations {
    /// A new code for a person who agreed, good for whoever has the verifier of that challenge.
    pub(crate) fn grant(&self, challenge: String, random: &dyn Random) -> String {
        let code = URL_SAFE_NO_PAD.encode(random.array::<16>());
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MAX_OPEN {
            open.pop_front();
        }
        open.push_back((code.clone(), challenge));
        code
    }

    /// Whether the code is open and the verifier is the one that it was made for. Either way the code is spent.
    pub(crate) fn redeem(&self, granted: &Granted) -> bool {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = open.iter().position(|(code, _)| *code == granted.code);
        let expected = place.and_then(|place| open.remove(place));
        drop(open);
        let given = challenge(&granted.verifier);
        expected.is_some_and(|(_, expected)| {
            verify_slices_are_equal(expected.as_bytes(), given.as_bytes()).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use sahod_model::SeededRandom;

    use super::*;

    fn granted(code: &str, verifier: &str) -> Granted {
        Granted { code: code.to_owned(), verifier: verifier.to_owned().into() }
    }

    #[test]
    fn a_code_is_good_once_with_its_verifier() {
        let (open, random) = (Authorizations::default(), SeededRandom::new(1));
        let grant = || open.grant(challenge(&"right".to_owned().into()), &random);
        let code = grant();
        assert!(open.redeem(&granted(&code, "right")));
        assert!(!open.redeem(&granted(&code, "right")), "spent");
        let code = grant();
        assert!(!open.redeem(&granted(&code, "wrong")));
        assert!(!open.redeem(&granted(&code, "right")), "a wrong try spends it too");
        assert!(!open.redeem(&granted("never given", "right")));
    }

    #[test]
    fn the_oldest_codes_make_room() {
        let (open, random) = (Authorizations::default(), SeededRandom::new(1));
        let codes: Vec<_> =
            (0..=MAX_OPEN).map(|_| open.grant(challenge(&"v".to_owned().into()), &random)).collect();
        assert!(!open.redeem(&granted(&codes[0], "v")));
        assert!(open.redeem(&granted(&codes[1], "v")));
    }
}
