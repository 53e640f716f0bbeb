//! Reads a JSON body, finding every fault at once instead of stopping at the first.

use std::{borrow::Cow, fmt::Display, ops::RangeInclusive, str::FromStr};

use axum::{
    extract::{FromRequest, Request},
    http::header,
};
use sahod_app::Fault;
use serde_json::{Map, Value};

use crate::{
    bodies::{self, body_fault},
    error::{ApiError, Code},
};

/// The fields of a JSON object, and the faults found so far.
#[derive(Debug, Default)]
pub struct Fields {
    values: Map<String, Value>,
    faults: Vec<Fault>,
    /// What stands before the names of faults: `""`, or `"company."` within the member `company`.
    path: String,
}

/// Extracts the object that a request carries. A request without a body is an empty object.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let is_json =
            request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().is_ok_and(is_json));
        let (parts, body) = request.into_parts();
        let body = bodies::read(&parts.extensions, body).await?;
        if body.is_empty() && is_json != Some(false) {
            return Ok(Self::default());
        }
        if is_json != Some(true) {
            return Err(Code::UnsupportedType.into());
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(values)) => Ok(Self { values, ..Self::default() }),
            Ok(_) => Err(body_fault("must be a JSON object")),
            Err(error) => Err(body_fault(format!(
                "is not valid JSON (line {}, column {})",
                error.line(),
                error.column()
            ))),
        }
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

impl Fields {
    /// The value of that name; `null` counts as not given.
    pub fn value(&mut self, name: &'static str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    /// A text whose length in characters is within bounds.
    pub fn text(&mut self, name: &'static str, length: RangeInclusive<usize>) -> Option<String> {
        match self.value(name)? {
            // PostgreSQL keeps every other character.
            Value::String(text) if text.contains('\0') => {
                self.fault(name, "must not contain the character U+0000");
                None
            }
            Value::String(text) if length.contains(&text.chars().count()) => Some(text),
            Value::String(_) => {
                let detail = format!("must have {} to {} characters", length.start(), length.end());
                self.fault(name, detail);
                None
            }
            _ => {
                self.fault(name, "must be a string");
                None
            }
        }
    }

    /// A text that must be there.
    pub fn required_text(&mut self, name: &'static str, length: RangeInclusive<usize>) -> Option<String> {
        let given = self.has(name);
        let text = self.text(name, length);
        if !given {
            self.fault(name, "is required");
        }
        text
    }

    /// A text that must be there and that `check` takes; what `check` says otherwise is the fault.
    pub fn required_checked<E: Display>(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<String> {
        let text = self.required_text(name, length)?;
        self.check(name, text, check)
    }

    /// A text that `check` takes, when it is there.
    pub fn checked<E: Display>(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<String> {
        let text = self.text(name, length)?;
        self.check(name, text, check)
    }

    /// A text that `parse` makes something of, when it is there; what `parse` says otherwise is the fault.
    pub fn parsed<T, E: Display>(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let parsed = parse(&self.text(name, length)?);
        parsed.map_err(|error| self.fault(name, error.to_string())).ok()
    }

    /// A text that must be there and that `parse` makes something of.
    pub fn required_parsed<T, E: Display>(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if !self.has(name) {
            self.fault(name, "is required");
        }
        self.parsed(name, length, parse)
    }

    /// An id that must be there; `wanted` is the fault of a text that is none.
    pub fn required_id<T: FromStr>(&mut self, name: &'static str, wanted: &'static str) -> Option<T> {
        if !self.has(name) {
            self.fault(name, "is required");
        }
        self.id(name, wanted)
    }

    /// An id, when it is there; `wanted` is the fault of a text that is none.
    pub fn id<T: FromStr>(&mut self, name: &'static str, wanted: &'static str) -> Option<T> {
        let id = self.value(name)?.as_str().and_then(|text| text.parse().ok());
        if id.is_none() {
            self.fault(name, wanted);
        }
        id
    }

    fn check<E: Display>(
        &mut self,
        name: &'static str,
        text: String,
        check: impl FnOnce(&str) -> Result<(), E>,
    ) -> Option<String> {
        match check(&text) {
            Ok(()) => Some(text),
            Err(error) => {
                self.fault(name, error.to_string());
                None
            }
        }
    }

    /// The value of that name, read by `read`; what `read` refuses is a fault that says what `wanted` is.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        wanted: &'static str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.value(name)?);
        if value.is_none() {
            self.fault(name, format!("must be {wanted}"));
        }
        value
    }

    /// A text of a known form, read by `read`.
    pub fn one_of<T>(
        &mut self,
        name: &'static str,
        wanted: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.read(name, wanted, |value| value.as_str().and_then(read))
    }

    /// A text of a known form that must be there, read by `read`.
    pub fn required_one_of<T>(
        &mut self,
        name: &'static str,
        wanted: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            self.fault(name, "is required");
        }
        self.one_of(name, wanted, read)
    }

    /// A list of some of the `known` names, when it is there. It may have no more members than there are names: each one's fault
    /// is told, and the answer to a body must not be many times as long.
    pub fn names(&mut self, name: &'static str, known: &[&'static str]) -> Option<Vec<&'static str>> {
        let Value::Array(values) = self.value(name)? else {
            self.fault(name, "must be a list of names");
            return None;
        };
        if values.len() > known.len() {
            self.fault(name, format!("must have at most {} members", known.len()));
            return None;
        }
        let mut names = Vec::new();
        for (index, value) in values.iter().enumerate() {
            match known.iter().find(|known| value == *known) {
                Some(known) => names.push(*known),
                None => {
                    self.fault(format!("{name}[{index}]"), format!("must be one of {}", known.join(", ")));
                }
            }
        }
        Some(names)
    }

    /// A list of at most `most` texts, when it is there, each read by `read`. The faults in it are named `name[0]`.
    pub fn texts<T>(
        &mut self,
        name: &'static str,
        most: usize,
        wanted: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let values = match self.value(name)? {
            Value::Array(values) if values.len() <= most => values,
            _ => {
                self.fault(name, format!("must be a list of at most {most} texts"));
                return None;
            }
        };
        let mut texts = Vec::new();
        for (at, value) in values.iter().enumerate() {
            match value.as_str().and_then(&read) {
                Some(text) => texts.push(text),
                None => self.fault(format!("{name}[{at}]"), format!("must be {wanted}")),
            }
        }
        Some(texts)
    }

    /// An object that must be there, read by `read`. The faults in it are named `name.member`.
    pub fn required_object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            self.fault(name, "is required");
        }
        self.object(name, read)
    }

    /// An object, when it is there. The faults in it are named `name.member`.
    pub fn object<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = self.value(name)?;
        self.within(name, value, read)
    }

    /// One to `most` objects, each read by `read`. The faults in them are named `name[0].member`.
    pub fn required_objects<T>(
        &mut self,
        name: &'static str,
        most: usize,
        read: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let values = match self.value(name) {
            Some(Value::Array(values)) if (1..=most).contains(&values.len()) => values,
            Some(_) => {
                self.fault(name, format!("must be a list of 1 to {most} objects"));
                return None;
            }
            None => {
                self.fault(name, "is required");
                return None;
            }
        };
        let objects: Vec<_> = (0..)
            .zip(values)
            .map(|(index, value)| self.within(&format!("{name}[{index}]"), value, &read))
            .collect();
        objects.into_iter().collect()
    }

    fn within<T>(
        &mut self,
        name: &str,
        value: Value,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(values) = value else {
            self.fault(name.to_owned(), "must be an object");
            return None;
        };
        let path = format!("{}{name}.", self.path);
        let mut within = Self { values, faults: Vec::new(), path };
        let value = read(&mut within);
        self.faults.append(&mut within.faults);
        value
    }

    /// `true` or `false`, which must be there.
    pub fn required_flag(&mut self, name: &'static str) -> Option<bool> {
        if !self.has(name) {
            self.fault(name, "is required");
        }
        self.flag(name)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let value = self.value(name)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.fault(name, "must be true or false");
        }
        flag
    }

    /// Whether a value other than `null` is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// Notes a fault.
    pub fn fault(&mut self, name: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) {
        let name: Cow<'static, str> = name.into();
        let name = if self.path.is_empty() { name } else { format!("{}{name}", self.path).into() };
        self.faults.push(Fault::new(name, detail));
    }

    /// The end of reading: what `value` holds, or all faults together. `value` is `None` only after a fault.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(ApiError::invalid(self.faults)),
        }
    }
}
