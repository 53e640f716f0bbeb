//! A body, of whatever takes one.
#![no_main]

use axum::http::{HeaderValue, Method, header};
use libfuzzer_sys::fuzz_target;
use sahod_fuzz::{BODIES, send};

fuzz_target!(|data: &[u8]| {
    let [first, body @ ..] = data else { return };
    let path = BODIES[usize::from(*first) % BODIES.len()];
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    send(&Method::POST, path, &json, body.to_vec());
});
