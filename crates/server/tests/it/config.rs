//! The config: where a value comes from, what is hidden, and how faults are told.

use crate::harness::{Engine, Installation};

/// Lines of `config show`, by key: value and source.
async fn show(installation: &Installation) -> Vec<(String, String, String)> {
    let ended = installation.run(&["config", "show"]).await;
    assert!(ended.status.success(), "{ended:?}");
    ended
        .stdout
        .lines()
        .map(|line| {
            let (rest, source) = line.rsplit_once(" # ").unwrap();
            let (key, value) = rest.split_once(' ').unwrap();
            (key.to_owned(), value.trim().to_owned(), source.to_owned())
        })
        .collect()
}

#[tokio::test]
async fn every_value_has_its_source_and_secrets_are_hidden() {
    let installation = Installation::empty()
        .with("SAHOD_SERVER__GRACE_MS", "1234")
        .with("SAHOD_STORAGE__DATABASE_URL", "postgres://me:canary-of-env@db.test/sahod")
        // Tests have variables of their own, which are no config.
        .with("SAHOD_TEST_POSTGRES_URL", "postgres://me:canary-of-tests@db.test/sahod");
    let file = "[server]\nlisten = \"127.0.0.1:7777\"\ngrace_ms = 99\n\n[storage]\n\
                keyring_url = \"postgresql://me:canary-of-file@keys.test/sahod\"\n";
    std::fs::write(installation.home().join("sahod.toml"), file).unwrap();

    let shown = show(&installation).await;
    let line = |key: &str| {
        let found = shown.iter().find(|(shown, ..)| shown == key);
        let (_, value, source) = found.unwrap_or_else(|| panic!("{key} is not shown: {shown:#?}"));
        (value.as_str(), source.as_str())
    };
    assert_eq!(line("server.listen"), ("\"127.0.0.1:7777\"", "file"));
    assert_eq!(line("server.grace_ms"), ("1234", "environment"), "the environment wins");
    assert_eq!(line("rate_limit.per_second"), ("20", "default"));
    assert_eq!(line("tls.self_signed"), ("false", "default"));
    for key in ["storage.database_url", "storage.keyring_url"] {
        assert!(line(key).0.contains("[hidden]"), "{key}: {}", line(key).0);
    }
    let everything = format!("{shown:?}");
    assert!(!everything.contains("canary"), "{everything}");
    assert!(shown.len() >= 25, "every key is shown: {shown:#?}");
}

#[tokio::test]
async fn all_faults_are_listed_at_once() {
    let installation = Installation::empty()
        .with("SAHOD_SERVER__LISTEN", "nowhere")
        .with("SAHOD_SERVER__TIMEOUT_MS", "soon")
        .with("SAHOD_STORAGE__DATABASE_URL", "mysql://me:canary@db.test/sahod")
        .with("SAHOD_JOBS__CONCURRENCY", "many")
        .with("SAHOD_RATE_LIMIT__PER_SECOND", "0")
        .with("SAHOD_LOG__FORMAT", "xml")
        .with("SAHOD_SERVER__LISTENS", "127.0.0.1:1");
    std::fs::write(installation.home().join("sahod.toml"), "[links]\ntoken_lifetime_s = 0\n").unwrap();
    for command in [&["serve"][..], &["config", "show"], &["keys", "create", "--tenant", "acme"]] {
        let ended = installation.run(command).await;
        assert_eq!(ended.status.code(), Some(78), "{command:?}");
        assert_eq!(ended.stdout, "");
        for key in [
            "server.listen",
            "server.timeout_ms",
            "storage.database_url",
            "jobs.concurrency",
            "rate_limit.per_second",
            "log.format",
            "server.listens",
            "links.token_lifetime_s",
        ] {
            assert!(ended.stderr.contains(key), "{key} is not named:\n{}", ended.stderr);
        }
        assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_filter_that_is_none_and_a_file_that_is_no_toml_are_said() {
    let installation = Installation::new(Engine::Sqlite).await.with("SAHOD_LOG__FILTER", "a=b=c");
    let ended = installation.start_dev(0).end().await;
    assert_eq!(ended.status.code(), Some(78));
    assert!(ended.stderr.contains("log.filter"), "{}", ended.stderr);

    std::fs::write(installation.home().join("sahod.toml"), "listen = [\n").unwrap();
    let ended = installation.run(&["serve"]).await;
    assert_eq!(ended.status.code(), Some(78));
    assert!(ended.stderr.contains("sahod.toml"), "the file is named: {}", ended.stderr);
}
