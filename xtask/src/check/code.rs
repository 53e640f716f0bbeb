//! What the checks know of Rust: the modules of a crate, what their code names, and where that is defined.
//!
//! It sees what stands in the text. What a macro makes and what a method call reaches are known to the compiler alone.

mod attributes;
mod mention;
mod modules;
mod read;
mod resolve;

pub(super) use mention::mentions;
pub(super) use modules::{Crate, Module};
pub(super) use read::read;
pub(super) use resolve::{Definition, Found, Resolver};

#[cfg(test)]
pub(super) use read::from_texts;
