//! What one endpoint takes and answers.

use axum::http::{Method, StatusCode};
use sahod_model::Right;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::query::{Filter, Param};

/// Makes the schema of a type, and of those that it is made of.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What makes the schema of that type.
pub fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
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
    pub(super) access: Access,
    right: Option<Right>,
    pub(super) at_root: bool,
}

/// A successful answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// The envelope without `data`.
    Nothing,
    /// The envelope around one object.
    One(SchemaOf),
    /// The envelope around a page of a list.
    Page(SchemaOf),
    /// An object without the envelope, as a standard wants it.
    Bare(SchemaOf),
    /// Server-sent events of that name, each with such an object.
    Events(&'static str, SchemaOf),
    /// What a browser shows or follows: each status that may come, and when.
    Html(&'static [(StatusCode, &'static str)]),
}

/// Who may call an operation.
#[derive(Debug)]
pub(super) enum Access {
    /// Whoever the API is for.
    Usual,
    /// Who has what that security scheme asks for.
    With(&'static str),
    /// Everybody.
    Public,
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
            access: Access::Usual,
            right: None,
            at_root: false,
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

    /// The status of a successful answer.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Answers with 202 instead of 200.
    pub const fn accepted(mut self) -> Self {
        self.status = StatusCode::ACCEPTED;
        self
    }

    /// Answers one object without the envelope.
    pub fn bare<T: JsonSchema>(mut self) -> Self {
        self.answer = Answer::Bare(schema_of::<T>);
        self
    }

    /// Answers with a stream of server-sent events of that name, each with one object.
    pub fn events<T: JsonSchema>(mut self, name: &'static str) -> Self {
        self.answer = Answer::Events(name, schema_of::<T>);
        self
    }

    /// Is for a browser to open: answers with a page, or sends it elsewhere. Each status that may come, and when.
    pub const fn html(mut self, answers: &'static [(StatusCode, &'static str)]) -> Self {
        self.answer = Answer::Html(answers);
        self
    }

    /// Needs that right of an API key, where it is not `read` for a GET and `write` for any other method.
    pub const fn needs(mut self, right: Right) -> Self {
        self.right = Some(right);
        self
    }

    /// The right that an API key needs, when it is called with that method.
    pub(super) fn right(&self, method: &Method) -> Right {
        self.right.unwrap_or(if *method == Method::GET { Right::Read } else { Right::Write })
    }

    /// Wants that security scheme instead of the API's first.
    pub const fn with_security(mut self, scheme: &'static str) -> Self {
        self.access = Access::With(scheme);
        self
    }

    /// Is for everybody.
    pub const fn public(mut self) -> Self {
        self.access = Access::Public;
        self
    }

    /// Is below the surface's root instead of `/v1`.
    pub const fn at_root(mut self) -> Self {
        self.at_root = true;
        self
    }

    /// Should not be used any more.
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }
}
