//! `kill -9` between a request and its answer, repeated with the same key: one object, one answer.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sahod_model::{Random, SeededRandom};
use serde_json::{Value, json};
use tokio::{sync::Mutex, task::JoinSet};

use crate::harness::{Answer, Api, Engine, Installation, on_both_databases, poll};

on_both_databases!(a_repeat_after_kill_9_makes_no_second_object);

const ROUNDS: u64 = 6;
const CLIENTS: u64 = 4;

/// The first answer to each request that got one.
type Answers = Arc<Mutex<BTreeMap<String, String>>>;

async fn a_repeat_after_kill_9_makes_no_second_object(engine: Engine) {
    let installation = Installation::new(engine).await;
    let random = SeededRandom::new(0x5a40d);
    let chance = |below: u64| u64::from_le_bytes((&random as &dyn Random).array()) % below;
    let answers = Answers::default();
    let mut sahod = installation.dev().await;
    let keys = sahod.ready.clone();
    let mut sent = Vec::new();
    for round in 0..ROUNDS {
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(until_it_is_gone(
                sahod.open_with(&keys),
                format!("{round}-{client}"),
                Arc::clone(&answers),
            ));
        }
        tokio::time::sleep(Duration::from_millis(100 + chance(200))).await;
        sahod.kill().await;
        while let Some(last) = clients.join_next().await {
            // All that were answered, and the one that was not.
            sent.extend(last.unwrap());
        }
        sahod = installation.dev().await;
    }

    let api = sahod.open_with(&keys);
    for key in &sent {
        // The key of a request that was killed half-way is free when its lease has ended.
        let answer = poll("the answer of a repeat", async || {
            let answer = make(&api, key).await?;
            (answer.status != 503).then_some(answer)
        })
        .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        if let Some(first) = answers.lock().await.get(key) {
            assert_eq!(*first, answer.text, "{key}");
        }
    }
    let mut made = BTreeMap::<String, u32>::new();
    for user in api.items("/users").await {
        if let Value::String(key) = &user["externalMetadata"]["key"] {
            *made.entry(key.clone()).or_default() += 1;
        }
    }
    assert!(sent.len() as u64 > ROUNDS * CLIENTS, "{} requests", sent.len());
    assert_eq!(made.len(), sent.len());
    assert!(made.values().all(|count| *count == 1), "{made:?}");
}

async fn make(api: &Api, key: &str) -> Option<Answer> {
    let body = json!({ "externalMetadata": { "key": key } });
    api.with_key(key).post("/users", &body).await.ok()
}

/// Makes one user after the other; the keys of all requests that were sent.
async fn until_it_is_gone(api: Api, name: String, answers: Answers) -> Vec<String> {
    let mut sent = Vec::new();
    for number in 0_u32.. {
        let key = format!("{name}-{number}");
        sent.push(key.clone());
        let Some(answer) = make(&api, &key).await else { break };
        assert_eq!(answer.status, 201, "{answer:?}");
        answers.lock().await.insert(key, answer.text);
    }
    sent
}
