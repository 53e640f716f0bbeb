//! A path, with any method.
#![no_main]

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use sahod_fuzz::send;

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

fuzz_target!(|data: &[u8]| {
    let [first, path @ ..] = data else { return };
    let path = String::from_utf8_lossy(path);
    // Files are no JSON; whoever has the address of one has it by chance.
    if !path.starts_with("files") {
        send(&METHODS[usize::from(*first) % METHODS.len()], &path, &[], Vec::new());
    }
});
