//! What an older release left behind is opened by this one: nothing of it is lost, and work that waited is done.
//!
//! Each release leaves a fixture for each database, made once with `make release-fixture` and kept for good. Those of this
//! version are made anew by each run, so that the next release can leave its own.

mod fixture;
mod leave;
mod reopen;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{Engine, on_both_databases};

on_both_databases!(what_older_releases_left_is_opened, what_this_version_leaves_is_opened);

/// What the answers are to, and what they were: `answers.json` of a fixture.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Left {
    /// What `dev --json` said: the key pairs.
    keys: Value,
    /// The webhook that takes everything.
    webhook: String,
    webhook_secret: String,
    /// The account that is kept, and the one whose time is over.
    account: String,
    ending: String,
    /// The archive that nobody has read yet.
    unread: String,
    /// Paths, and the data that each gave.
    answers: Vec<(String, Value)>,
}

/// The folder of all fixtures.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases")
}

fn file_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite.tar.gz",
        Engine::Postgres => "postgres.tar.gz",
    }
}

async fn what_older_releases_left_is_opened(engine: Engine) {
    let mut releases: Vec<_> =
        std::fs::read_dir(kept()).unwrap().map(|release| release.unwrap().path()).collect();
    releases.sort();
    assert!(!releases.is_empty(), "there are fixtures");
    for release in releases {
        eprintln!("{}", release.display());
        reopen::check(&release.join(file_name(engine)), engine).await;
    }
}

async fn what_this_version_leaves_is_opened(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let keep = std::env::var_os("SAHOD_KEEP_RELEASE").is_some();
    let place = if keep { kept().join(env!("CARGO_PKG_VERSION")) } else { folder.path().to_owned() };
    std::fs::create_dir_all(&place).unwrap();
    let file = place.join(file_name(engine));
    assert!(!file.exists(), "what a release left is never made anew");
    leave::make(&file, engine).await;
    reopen::check(&file, engine).await;
}
