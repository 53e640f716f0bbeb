//! Keys that protect nothing but tests.

use std::{path::Path, sync::LazyLock};

use sahod_vault::{MasterKey, RsaKeys};

/// The RSA keys of every test. Making them takes seconds, so they are kept beside what cargo builds: also a runner that
/// starts a process for each test makes them once.
pub(super) fn rsa_keys() -> RsaKeys {
    static FOLDER: LazyLock<&Path> = LazyLock::new(|| {
        let folder = Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/sahod-api-test-keys"));
        std::fs::create_dir_all(folder).unwrap();
        folder
    });
    RsaKeys::load_or_create(&FOLDER, &MasterKey::from_bytes([7; 32]), &sahod_model::SystemRandom).unwrap()
}
