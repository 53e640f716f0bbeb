//! A query of a list.
#![no_main]

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use sahod_fuzz::{LISTS, send};

fuzz_target!(|data: &[u8]| {
    let [first, query @ ..] = data else { return };
    let list = LISTS[usize::from(*first) % LISTS.len()];
    send(&Method::GET, &format!("{list}?{}", String::from_utf8_lossy(query)), &[], Vec::new());
});
