//! Headers: a line each, the name's number first.
#![no_main]

use axum::http::{HeaderName, HeaderValue, Method, header};
use libfuzzer_sys::fuzz_target;
use sahod_fuzz::send;

const NAMES: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("x-forwarded-for"),
    header::FORWARDED,
    header::ACCEPT_ENCODING,
    header::ORIGIN,
    header::CONTENT_LENGTH,
];

fuzz_target!(|data: &[u8]| {
    let lines = data.split(|byte| *byte == b'\n').take(8);
    let headers: Vec<_> = lines
        .filter_map(|line| {
            let [first, value @ ..] = line else { return None };
            let value = HeaderValue::from_bytes(value).ok()?;
            Some((NAMES[usize::from(*first) % NAMES.len()].clone(), value))
        })
        .collect();
    send(&Method::POST, "consentTemplates", &headers, b"{}".to_vec());
});
