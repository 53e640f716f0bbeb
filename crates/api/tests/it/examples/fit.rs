//! Whether everything in the document that should have an example has one, and whether each fits the schema beside it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{
    contract,
    described::strict_validator,
    document::{Described, operations},
};

const JSON: &str = "application/json";

/// What is missing or does not fit.
pub(super) fn faults(document: &Value) -> Vec<String> {
    let mut check = Check { document, faults: Vec::new() };
    for Described { method, path, facts: operation } in operations(document) {
        let place = format!("{method} {path}");
        if let Some(body) = operation.get("requestBody") {
            check.example(&format!("the body of {place}"), &body["content"][JSON]);
        }
        let responses = operation["responses"].as_object().unwrap();
        let mut codes = BTreeSet::new();
        for (status, response) in responses {
            let place = format!("answer {status} of {place}");
            match response["$ref"].as_str() {
                Some(shared) => {
                    let response = document.pointer(&shared[1..]).unwrap();
                    codes.extend(check.errors(&place, status, &response["content"][JSON]));
                }
                None => check.example(&place, &response["content"][JSON]),
            }
        }
        let all = &document["components"]["schemas"]["Error"]["properties"]["code"]["enum"];
        let all = all.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        if codes != all {
            check.faults.push(format!("{place}: the examples of errors are {codes:?}"));
        }
    }
    for (name, event) in document["webhooks"].as_object().unwrap() {
        check.example(&format!("the event {name}"), &event["post"]["requestBody"]["content"][JSON]);
    }
    check.faults
}

struct Check<'a> {
    document: &'a Value,
    faults: Vec<String>,
}

impl Check<'_> {
    fn example(&mut self, place: &str, media: &Value) {
        match media.get("example") {
            Some(example) => self.fits(place, &media["schema"], example),
            None => self.faults.push(format!("{place}: has no example")),
        }
    }

    /// Checks a response's examples, one of each code; these codes.
    fn errors(&mut self, place: &str, status: &str, media: &Value) -> Vec<String> {
        let examples = media["examples"].as_object().unwrap();
        for (code, example) in examples {
            let value = &example["value"];
            let of_the_contract = contract::error(code).map(|(status, text)| (status.to_string(), text));
            let written = (status.to_owned(), value["message"].as_str().unwrap());
            if value["code"] != **code || of_the_contract != Some(written) {
                self.faults.push(format!("{place}: {value} is no {code}"));
            }
            self.fits(place, &media["schema"], value);
        }
        examples.keys().cloned().collect()
    }

    fn fits(&mut self, place: &str, schema: &Value, example: &Value) {
        let validator = strict_validator(self.document, schema);
        let faults = validator.iter_errors(example);
        self.faults.extend(faults.map(|fault| format!("{place}: {}: {fault}", fault.instance_path())));
    }
}
