//! APIs described by the code that serves them: each endpoint is registered with its handler and its description together,
//! and an API's OpenAPI 3.1 document is made of what was registered. Schemas come from the types that are written to the
//! wire and from the parameters that are read, so that the description cannot say what the code does not do.

mod answers;
mod api;
mod document;
mod endpoints;
mod errors;
mod examples;
mod links;
mod operation;
mod parameters;

pub use api::{Api, DescribedWebhook, ErrorCase, SecurityScheme, Server};
pub use document::OpenApiDocument;
pub use endpoints::{Endpoints, router};
pub use examples::example_event;
pub use operation::{Operation, SchemaOf, schema_of};

pub use crate::query::{Param, Value};
