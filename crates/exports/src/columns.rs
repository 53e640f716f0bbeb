//! Nested records as flat columns.

use serde_json::Value;

use crate::report::{Record, text_of};

/// The fields of a record by name: `parts.first` for a member of an object, lists in one field.
pub(crate) fn flat(record: &Record) -> Vec<(String, Cell)> {
    let mut cells = Vec::new();
    push(record, "", &mut cells);
    cells
}

/// What stands in a field.
pub(crate) enum Cell {
    /// A figure: to be left as it is.
    Number(String),
    /// Words.
    Text(String),
}

impl Cell {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(number.to_string()),
            value => Self::Text(text_of(value)),
        }
    }
}

fn push(record: &Record, path: &str, cells: &mut Vec<(String, Cell)>) {
    for (name, value) in record {
        let name = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match value {
            Value::Object(members) => push(members, &name, cells),
            value => cells.push((name, Cell::of(value))),
        }
    }
}
