//! Query parameters as OpenAPI describes them.

use serde_json::json;

use crate::query::{DEFAULT_SIZE, Param, Value};

/// The description of a query parameter.
pub(super) fn describe(parameter: &Param) -> serde_json::Value {
    let mut schema = match parameter.value {
        Value::Text => json!({ "type": "string" }),
        Value::List(most) => json!({ "type": "array", "items": { "type": "string" }, "maxItems": most }),
        Value::Date => json!({ "type": "string", "format": "date" }),
        Value::Month => json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
        Value::Flag => json!({ "type": "boolean" }),
        Value::Number(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Value::Sequence => json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        Value::OneOf(values) => json!({ "type": "string", "enum": values() }),
    };
    if parameter.name == Param::SIZE.name {
        schema["default"] = DEFAULT_SIZE.into();
    }
    let mut description = json!({
        "name": parameter.name, "in": "query", "required": parameter.required, "description": parameter.about, "schema": schema,
    });
    if let Value::List(_) = parameter.value {
        description["explode"] = false.into();
    }
    if parameter.deprecated {
        description["deprecated"] = true.into();
    }
    description
}
