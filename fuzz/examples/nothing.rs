//! Tries nothing. It is there so that `make fuzz` can name an example: with one, cargo gives dependencies the features that
//! tests add to them, and so finds them built already by the development build.

#![no_main]

libfuzzer_sys::fuzz_target!(|_data: &[u8]| {});
