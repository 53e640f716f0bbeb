//! What one endpoint takes and answers.

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use super::parameters::Param;
use crate::list::Filter;

/// Makes the schema of a type, and of those that it is made of.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

pub(super) fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What an endpoint takes and answers.
#[derive(Debug)]
pub struct Operation {
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) about: &'static str,
    pub(super) query: Vec<Param>,
    pub(super) body: Option<SchemaOf>,
    pub(super) body_required: bool,
    pub(super) status: StatusCode,
    pub(super) deprecated: bool,
    pub(super) answer: Answer,
}

/// The `data` of a successful answer.
#[derive(Debug)]
pub(super) enum Answer {
    Nothing,
    One(SchemaOf),
    Page(SchemaOf),
}

impl Operation {
    /// One that takes and answers nothing. `id` is its name in the contract and in clients made from the document.
    pub const fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            about: "",
            query: Vec::new(),
            body: None,
            body_required: false,
            status: StatusCode::OK,
            deprecated: false,
            answer: Answer::Nothing,
        }
    }

    /// What a caller should know beyond the summary.
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Takes these query parameters.
    pub fn query(mut self, parameters: &[Param]) -> Self {
        self.query.extend_from_slice(parameters);
        self
    }

    /// Takes a JSON body.
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(schema_of::<T>);
        self.body_required = true;
        self
    }

    /// Takes a JSON body, or none.
    pub fn optional_body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(schema_of::<T>);
        self
    }

    /// Answers one object.
    pub fn one<T: JsonSchema>(mut self) -> Self {
        self.answer = Answer::One(schema_of::<T>);
        self
    }

    /// Answers a page of a list that these filters apply to.
    pub fn page<T: JsonSchema, F: Filter>(mut self) -> Self {
        self.query.extend_from_slice(&[Param::SIZE, Param::CURSOR]);
        self.query.extend_from_slice(F::PARAMS);
        self.answer = Answer::Page(schema_of::<T>);
        self
    }

    /// Answers with 201 instead of 200.
    pub const fn created(mut self) -> Self {
        self.status = StatusCode::CREATED;
        self
    }

    /// Should not be used any more.
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// The schema of the `data` of its answer; `None` when it has none.
    pub(super) fn data(&self, generator: &mut SchemaGenerator) -> Option<Value> {
        match self.answer {
            Answer::Nothing => None,
            Answer::One(schema) => Some(schema(generator).to_value()),
            Answer::Page(schema) => Some(json!({
                "type": "object",
                "properties": {
                    "nextCursor": {
                        "type": ["string", "null"],
                        "description": "Pass it as `cursor` to get the next page; null on the last one."
                    },
                    "items": { "type": "array", "items": schema(generator).to_value() }
                },
                "required": ["nextCursor", "items"]
            })),
        }
    }
}
