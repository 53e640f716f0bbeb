use crate::{
    accounts, across_tenants, archives, attempts, consent_templates, consents,
    engine::{Engine, Purpose, Sql, dialect},
    erasure, events, idempotency, ingest, installation, invite_templates, invites, items, jobs, keyring,
    network, origins, requests, scenarios, scope, sources, steps, streams, tasks, test_clock,
    testing::{postgres, sqlite},
    tokens, users, webhooks, wink_templates,
};

const ALL: &[(&str, &[(&str, Sql)])] = &[
    ("accounts", accounts::STATEMENTS),
    ("archives", archives::STATEMENTS),
    ("consent_templates", consent_templates::STATEMENTS),
    ("consents", consents::STATEMENTS),
    ("dialect", dialect::STATEMENTS),
    ("erasure", erasure::STATEMENTS),
    ("events", events::STATEMENTS),
    ("idempotency", idempotency::STATEMENTS),
    ("ingest", ingest::STATEMENTS),
    ("installation", installation::STATEMENTS),
    ("invite_templates", invite_templates::STATEMENTS),
    ("invites", invites::STATEMENTS),
    ("items", items::STATEMENTS),
    ("sources", sources::STATEMENTS),
    ("jobs", jobs::STATEMENTS),
    ("network", network::STATEMENTS),
    ("scenarios", scenarios::STATEMENTS),
    ("origins", origins::STATEMENTS),
    ("scope", scope::STATEMENTS),
    ("steps", steps::STATEMENTS),
    ("streams", streams::STATEMENTS),
    ("tasks", tasks::STATEMENTS),
    ("test_clock", test_clock::STATEMENTS),
    ("tokens", tokens::STATEMENTS),
    ("across_tenants", across_tenants::STATEMENTS),
    ("across_tenants_api_keys", across_tenants::api_keys::STATEMENTS),
    ("across_tenants_contacts", across_tenants::contacts::STATEMENTS),
    ("across_tenants_delivery", across_tenants::delivery::STATEMENTS),
    ("across_tenants_idempotency", across_tenants::idempotency::STATEMENTS),
    ("across_tenants_jobs", across_tenants::jobs::STATEMENTS),
    ("across_tenants_network", across_tenants::network::STATEMENTS),
    ("across_tenants_sessions", across_tenants::sessions::STATEMENTS),
    ("across_tenants_tenants", across_tenants::tenants::STATEMENTS),
    ("across_tenants_unfinished", across_tenants::unfinished::STATEMENTS),
    ("users", users::STATEMENTS),
    ("webhooks", webhooks::STATEMENTS),
    ("wink_templates", wink_templates::STATEMENTS),
];

/// Of the requests log's own database.
const REQUESTS: &[(&str, &[(&str, Sql)])] = &[
    ("attempts", attempts::STATEMENTS),
    ("requests", requests::STATEMENTS),
    ("across_tenants_requests", across_tenants::requests::STATEMENTS),
];

fn statements(engine: &str) -> Vec<(String, Sql)> {
    let other = if engine == "sqlite" { "_POSTGRES" } else { "_SQLITE" };
    named(ALL).into_iter().filter(|(name, _)| !name.ends_with(other)).collect()
}

fn named(lists: &[(&str, &[(&str, Sql)])]) -> Vec<(String, Sql)> {
    lists
        .iter()
        .flat_map(|(file, list)| list.iter().map(move |(name, sql)| (format!("{file}::{name}"), *sql)))
        .collect()
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    let test = sqlite().await;
    for (file, list) in [
        ("data.db", statements("sqlite")),
        ("data.requests.db", named(REQUESTS)),
        ("keyring.db", keyring_statements()),
    ] {
        let connection = rusqlite::Connection::open(test.folder().join(file)).unwrap();
        for (name, sql) in list {
            connection.prepare(sql.text()).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

fn keyring_statements() -> Vec<(String, Sql)> {
    keyring::STATEMENTS.iter().map(|(name, sql)| (format!("keyring::{name}"), *sql)).collect()
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    let test = postgres().await;
    for (purpose, list) in [
        (Purpose::Data, statements("postgres")),
        (Purpose::Requests, named(REQUESTS)),
        (Purpose::Keyring, keyring_statements()),
    ] {
        let Engine::Postgres(engine) = Engine::open(&test.config.database, purpose).await.unwrap() else {
            panic!("not PostgreSQL");
        };
        for (name, sql) in list {
            engine.prepare_all(&[sql]).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

/// SQLite numbers `$n` by first appearance, PostgreSQL by its number: they must agree.
#[test]
fn parameters_appear_in_order() {
    let all = ALL.iter().chain(REQUESTS).flat_map(|(_, list)| list.iter()).chain(keyring::STATEMENTS);
    for (name, sql) in all {
        let mut highest = 0;
        for part in sql.text().split('$').skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            let number: u32 = digits.parse().unwrap();
            assert!(number <= highest + 1, "{name}: ${number} comes before ${}", highest + 1);
            highest = highest.max(number);
        }
    }
}

/// Which index each list must use, in the words of SQLite's plan.
const INDEXES: [(&str, &str); 47] = [
    ("archives::LIST_LIVING", "archives_by_user (user_id=? AND"),
    ("steps::LIST_BY_USER", "PRIMARY KEY (user_id=? AND"),
    ("steps::COUNT_STEPS", "COVERING INDEX steps_by_opening (scope=? AND opened_at>?"),
    ("steps::COUNT_FAILURES", "COVERING INDEX steps_by_opening (scope=? AND opened_at>?"),
    ("steps::LATEST_SUBMISSION", "PRIMARY KEY (user_id=?)"),
    ("steps::COUNT_SUBMISSIONS", "steps_by_session (session_id=?)"),
    ("steps::COUNT_WRONG", "steps_failed (user_id=? AND provider_id=? AND created_at>?"),
    ("accounts::COUNT_MADE", "accounts_by_user (user_id=? AND"),
    ("archives::SUM_SIZES", "archives_by_user (user_id=? AND"),
    ("across_tenants_unfinished::UNFINISHED_ACCOUNTS", "accounts_unfinished (link_attempt_at<?)"),
    ("across_tenants_unfinished::UNFINISHED_TASKS", "tasks_unfinished (began_at<?)"),
    ("tokens::IS_OPEN", "PRIMARY KEY (id=?)"),
    ("steps::SWEEP_STEPS", "PRIMARY KEY (user_id=? AND created_at=? AND id=?)"),
    ("items::LIST_ALL", "items_by_kind (scope=? AND kind=? AND"),
    ("items::LIST_BY_USER", "PRIMARY KEY (scope=? AND user_id=? AND kind=? AND"),
    ("items::LIST_BY_SOURCE", "items_by_source (source_id=? AND kind=? AND"),
    ("items::LIST_BY_BOTH", "items_by_source (source_id=? AND kind=? AND"),
    ("items::FIRST_OF_ALL", "items_by_kind (scope=? AND kind=? AND"),
    ("items::FIRST_BY_USER", "PRIMARY KEY (scope=? AND user_id=? AND kind=? AND"),
    ("items::FIRST_BY_SOURCE", "items_by_source (source_id=? AND kind=? AND"),
    ("items::FIRST_BY_BOTH", "items_by_source (source_id=? AND kind=? AND"),
    ("items::LIST_KINDS", "items_by_source (source_id=?)"),
    ("ingest::LIST_EXISTING", "items_by_source (source_id=? AND kind=?)"),
    ("ingest::DELETE_ITEMS", "items_by_source (source_id=?)"),
    ("accounts::LIST_BY_USER", "accounts_by_user (user_id=? AND"),
    ("archives::LIST_BY_USER", "archives_by_user (user_id=? AND"),
    ("archives::LIST_BY_TYPE", "archives_by_type (scope=? AND type=? AND"),
    ("archives::LIST_BY_BOTH", "archives_by_user (user_id=? AND"),
    ("tasks::LIST_BY_USER", "tasks_by_user (user_id=? AND"),
    ("tasks::LIST_BY_SOURCE", "tasks_by_source (source_id=? AND"),
    ("tasks::LATEST_OF_SOURCE", "tasks_by_source (source_id=?)"),
    ("events::LIST_NEWEST", "PRIMARY KEY (scope=? AND seq<?)"),
    ("events::LIST_NEWEST_OF_TYPE", "events_by_type (scope=? AND type>? AND (type,seq)<(?,?))"),
    ("events::LIST_NEWEST_OF_USER", "events_by_user (user_id=? AND seq<?)"),
    ("events::LIST_AFTER_OF_TYPE", "events_by_type (scope=? AND (type,seq)>(?,?) AND type<?)"),
    ("events::LIST_AFTER_OF_USER", "events_by_user (user_id=? AND seq>?)"),
    ("across_tenants_delivery::EVENTS_AFTER", "PRIMARY KEY (scope=? AND seq>?)"),
    ("across_tenants_delivery::DUE_DELIVERIES", "deliveries_due (webhook_id=? AND due_at<?)"),
    ("attempts::LIST_BY_WEBHOOK", "attempts_by_webhook (webhook_id=? AND"),
    ("attempts::LIST_FAILED", "attempts_failed (webhook_id=? AND"),
    ("attempts::LIST_BY_EVENT", "attempts_by_event (event_id=? AND"),
    ("requests::LIST_REQUESTS", "PRIMARY KEY (scope=? AND"),
    ("requests::LIST_BY_STATUS", "requests_by_status (scope_status=? AND"),
    ("requests::GET_REQUEST", "requests_by_id (scope=? AND id=?)"),
    ("across_tenants_requests::SWEEP_REQUESTS", "PRIMARY KEY (scope=? AND"),
    ("across_tenants_network::LIST_LINKED_ELSEWHERE", "accounts_by_id (id=? AND scope=?)"),
    ("users::LIST_USERS", "PRIMARY KEY (scope=? AND"),
];

/// Rows must be found by an index, and lists not be sorted, without statistics of the data.
#[tokio::test]
async fn no_statement_scans_or_sorts_on_sqlite() {
    let test = sqlite().await;
    let open = |name: &str| rusqlite::Connection::open(test.folder().join(name)).unwrap();
    let (data, log) = (open("data.db"), open("data.requests.db"));
    let plan = |name: &str, sql: Sql| -> Vec<String> {
        let of_log = REQUESTS.iter().any(|(file, _)| name.starts_with(&format!("{file}::")));
        let connection = if of_log { &log } else { &data };
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text())).unwrap();
        let params = vec![1; explain.parameter_count()];
        let steps = explain.query_map(rusqlite::params_from_iter(params), |row| row.get(3)).unwrap();
        steps.collect::<Result<_, _>>().unwrap()
    };
    let all = [statements("sqlite"), named(REQUESTS)].concat();
    for (name, index) in INDEXES {
        let (_, sql) = all.iter().find(|(statement, _)| statement == name).unwrap();
        let plan = plan(name, *sql);
        assert!(plan[0].contains(index), "{name}: {plan:?}");
    }
    // What is few, or no table at all: tenants, a tenant's webhooks, the jobs just claimed. And what
    // runs once, at the start.
    let few = [
        "LIST_TENANTS",
        "LIST_SCOPES",
        // The webhooks of all tenants, a handful each: not more than one process brings events to.
        "CLAIMABLE",
        "CLAIM_STREAMS",
        "STREAMS_WITH_WORK",
        "RELEASE_ALL_STREAMS",
        // The sessions of so many days, from an index that has all that is counted.
        "COUNT_STEPS",
        "COUNT_FAILURES",
        // As many as a limit lets a tenant have.
        "LIST_ORIGINS",
        "DELETE_ORIGINS",
        "COUNT_WEBHOOKS",
        // What a limit has cut off already.
        "COUNT_WAITING",
        "COUNT_GIVEN_UP",
        "SWEEP_EVENTS",
        "LIST_IDLE",
        "CLAIM_JOBS_SQLITE",
        "LOCK_SQLITE",
        "RELEASE_JOBS",
        // A tenant's webhooks, and what of each is due.
        "BRING_DELIVERIES",
        "BRING_STREAMS",
        "NEXT_DUE",
        "LIST_WORKING_STREAMS",
        // What is unfinished: its index has nothing else.
        "UNFINISHED_ACCOUNTS",
        "UNFINISHED_TASKS",
        // The first few, once in the life of an installation.
        "ANY_TENANT",
        "SEALED_ACCOUNTS",
        "SEALED_WEBHOOKS",
        "SEALED_USERS",
        // All keys of all tenants, for a command.
        "LIST_API_KEYS",
        // All of them, once an hour while some are erased.
        "COUNT_SOURCES",
        // All accounts of a tenant that stops sharing links.
        "CLEAR_NETWORK",
    ];
    for (name, sql) in all.iter().filter(|(name, _)| !few.iter().any(|few| name.ends_with(few))) {
        for step in plan(name, *sql) {
            let scans = step.starts_with("SCAN") && step != "SCAN CONSTANT ROW";
            let bad = step.contains("TEMP B-TREE") || scans || step.ends_with("(scope=?)");
            assert!(!bad, "{name}: {step}");
        }
    }
}

/// A list must cost the same whatever the size of the table: each of them reads its rows in the order in which they lie.
#[tokio::test]
async fn lists_of_items_read_rows_where_they_lie_on_sqlite() {
    let test = sqlite().await;
    let connection = rusqlite::Connection::open(test.folder().join("data.db")).unwrap();
    for (name, index) in [
        ("LIST_ALL", "COVERING INDEX items_by_kind"),
        ("LIST_BY_USER", "PRIMARY KEY"),
        ("FIRST_OF_ALL", "COVERING INDEX items_by_kind"),
        ("FIRST_BY_USER", "PRIMARY KEY"),
    ] {
        let (_, sql) = items::STATEMENTS.iter().find(|(statement, _)| *statement == name).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {}", sql.text());
        let unbound = |statement: &mut rusqlite::Statement<'_>| {
            let rows = statement.raw_query().mapped(|row| row.get::<_, String>(3));
            rows.map(Result::unwrap).collect::<Vec<_>>()
        };
        let steps = unbound(&mut connection.prepare(&plan).unwrap());
        assert!(steps.len() == 1 && steps[0].contains(index), "{name}: {steps:?}");
    }
}
