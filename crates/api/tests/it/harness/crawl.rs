//! Reads everything that an API shows to a caller: every GET that its document describes, in every place that there is. An
//! operation that is added to the document is read by that alone.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Method, header},
};
use http_body_util::BodyExt as _;
use serde_json::Value;

use super::{Client, document::Described};

/// Places in one list at most: enough that each statement behind it is run.
const PLACES: usize = 6;
/// What ids in queries name, by the parameter's name.
const NAMED: &[(&str, &[&str])] = &[
    ("userId", &["/users"]),
    ("sourceId", &["/accounts", "/archives"]),
    ("accountId", &["/accounts"]),
    ("archiveId", &["/archives"]),
];
/// In how many places a list is read for each id that it can be filtered by.
const FILTERED: usize = 1;

/// What is known of an API's places. What was there once is asked for again, whether or not it is listed any more.
#[derive(Default)]
pub(crate) struct Places {
    ids: BTreeMap<String, BTreeSet<String>>,
    files: BTreeSet<String>,
}

/// An answer, as it was sent.
pub(crate) struct Shown {
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Places {
    /// Everything that the operations show to a caller, and every file whose address they give or gave.
    pub(crate) async fn read(&mut self, operations: &[Described], api: &Client) -> Vec<Shown> {
        let mut shown = Vec::new();
        let gets = operations.iter().filter(|operation| operation.method == Method::GET);
        let mut gets: Vec<_> = gets.filter(|operation| !streams(operation)).collect();
        // What is listed is known before it is read one by one.
        gets.sort_by_key(|operation| operation.path.matches('{').count());
        for operation in gets {
            for path in self.filled(&operation.path) {
                self.read_place(operation, &path, api, &mut shown).await;
            }
        }
        for path in self.files.clone() {
            shown.push(Shown { text: get(api, &path).await, place: path });
        }
        shown
    }

    async fn read_place(&mut self, operation: &Described, path: &str, api: &Client, shown: &mut Vec<Shown>) {
        let mut paths = if required(operation) { Vec::new() } else { vec![path.to_owned()] };
        for name in operation.query() {
            let lists = NAMED.iter().find(|(named, _)| *named == name).map_or(&[][..], |(_, lists)| lists);
            for list in lists {
                let ids = self.ids.get(*list).into_iter().flatten();
                paths.extend(ids.take(FILTERED).map(|id| format!("{path}?{name}={id}")));
            }
        }
        for mut next in paths {
            let whole = operation.is_list();
            if whole {
                next = format!("{next}{}size=150", if next.contains('?') { '&' } else { '?' });
            }
            loop {
                let text = get(api, &next).await;
                let answer: Value = serde_json::from_str(&text).unwrap();
                self.learn(path, &answer);
                shown.push(Shown { place: next.clone(), text });
                let Some(cursor) = answer["data"]["nextCursor"].as_str().filter(|_| whole) else { break };
                next = format!("{path}?cursor={cursor}");
            }
        }
    }

    /// Notes the ids of a list and the addresses of files.
    fn learn(&mut self, path: &str, answer: &Value) {
        let ids = self.ids.entry(path.to_owned()).or_default();
        for id in
            answer["data"]["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str())
        {
            if ids.len() < PLACES {
                ids.insert(id.to_owned());
            }
        }
        self.learn_files(answer);
    }

    /// Notes the addresses of files that a value has.
    pub(crate) fn learn_files(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                if let Some((_, address)) = text.split_once("/v1/files?address=") {
                    self.files.insert(format!("/files?address={address}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn_files(item)),
            Value::Object(members) => members.values().for_each(|member| self.learn_files(member)),
            _ => {}
        }
    }

    /// A path of the document with every id that is known for each name in it.
    fn filled(&self, path: &str) -> Vec<String> {
        let mut filled = vec![String::new()];
        for part in path.split('/').skip(1) {
            filled = filled
                .iter()
                .flat_map(|before| {
                    let ids: Vec<String> = if part.starts_with('{') {
                        self.ids.get(before).into_iter().flatten().cloned().collect()
                    } else {
                        vec![part.to_owned()]
                    };
                    ids.into_iter().map(move |part| format!("{before}/{part}"))
                })
                .collect();
        }
        filled
    }

    /// What is known of a list.
    pub(crate) fn ids(&self, list: &str) -> Vec<String> {
        self.ids.get(list).into_iter().flatten().cloned().collect()
    }
}

/// Whether an operation says nothing without an id in its query.
fn required(operation: &Described) -> bool {
    let mut parameters = operation.facts["parameters"].as_array().unwrap().iter();
    parameters.any(|it| it["in"] == "query" && it["required"] == true)
}

/// Whether an operation's answer goes on until something ends.
fn streams(operation: &Described) -> bool {
    operation.facts["responses"]["200"]["content"].get("application/json").is_none()
}

/// The text of an answer, whatever it says.
async fn get(api: &Client, path: &str) -> String {
    let answer = api.raw(&Method::GET, path, &[(header::ACCEPT, "*/*")], Body::empty()).await;
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}
