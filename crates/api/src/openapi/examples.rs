//! The examples of the document: what a running API took and answered, kept in `examples.json`. A test plays the calls
//! again and says when they went out of date; docs/checklists.md has the command that writes them anew.

use std::sync::LazyLock;

use sahod_model::EventType;
use serde_json::Value;

const RECORDED: &str = include_str!("examples.json");

// That every operation has its example is tested, so a file that cannot be read does not go unnoticed.
static EXAMPLES: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(RECORDED).unwrap_or_default());

/// The `data` of an event of that type as it was sent to a webhook; `None` of a type that does not happen here.
pub fn example_event(event_type: EventType) -> Option<String> {
    let data = &EXAMPLES["events"][event_type.as_str()]["data"];
    data.is_object().then(|| data.to_string())
}

/// What was recorded of one API.
pub(super) struct Examples {
    operations: &'static Value,
}

impl Examples {
    /// Those whose operations are in that member.
    pub(super) fn recorded(operations: &str) -> Self {
        Self { operations: &EXAMPLES[operations] }
    }

    /// Shows what the operation was sent.
    pub(super) fn body(&self, operation: &str, media: &mut Value) {
        show(&self.operations[operation]["body"], media);
    }

    /// Shows what the operation answered.
    pub(super) fn answer(&self, operation: &str, media: &mut Value) {
        show(&self.operations[operation]["answer"], media);
    }

    /// Shows what was sent to a webhook.
    pub(super) fn event(event: &str, media: &mut Value) {
        show(&EXAMPLES["events"][event], media);
    }
}

fn show(example: &Value, media: &mut Value) {
    if !example.is_null() {
        media["example"] = example.clone();
    }
}
