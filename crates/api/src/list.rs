//! Lists: page size, filters, and the cursor that carries them from page to page.

use std::{borrow::Cow, collections::BTreeMap};

use sahod_app::{Acting, App, Cursor, PageRequest, Position};

use crate::{
    error::{ApiError, Code},
    params::Params,
    query::{DEFAULT_SIZE, MAX_SIZE},
};

pub use crate::query::{Filter, NoFilter};

/// A page that a caller asked for.
#[derive(Debug)]
pub struct ListRequest<F> {
    /// Which items.
    pub filter: F,
    /// How many, and after which.
    pub page: PageRequest,
    resource: Cow<'static, str>,
    filters: BTreeMap<String, String>,
}

impl<F: Filter> ListRequest<F> {
    /// Reads a list's query. `resource` names the list: a cursor of another one is refused.
    pub fn read(
        app: &App,
        acting: &Acting,
        resource: impl Into<Cow<'static, str>>,
        query: Option<&str>,
    ) -> Result<Self, ApiError> {
        let resource = resource.into();
        let mut params = Params::parse(query);
        let size = params.number("size", "a whole number from 1 to 150", 1, MAX_SIZE);
        let cursor = params.text("cursor");
        let given: BTreeMap<String, String> = params
            .rest()
            .iter()
            .filter(|(name, value)| F::PARAMS.iter().any(|param| param.name == *name) && !value.is_empty())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let Some(cursor) = cursor else {
            let filter = F::read(&mut params);
            params.finish()?;
            let page = PageRequest { size: size.unwrap_or(DEFAULT_SIZE), after: None };
            return Ok(Self { filter, page, resource, filters: given });
        };

        let Some(cursor) = app.requests.open_cursor(acting, &resource, &cursor) else {
            params.fault("cursor", "is not the nextCursor of a page of this list");
            F::read(&mut params);
            return Err(params.finish().err().unwrap_or_else(|| Code::InvalidParameters.into()));
        };
        if given.iter().any(|(name, value)| cursor.filters.get(name) != Some(value)) {
            params.fault(
                "cursor",
                "carries other filters than this request; leave the filters out to continue its list",
            );
        }
        // They are not read again, but those that were given twice are still a fault.
        for param in F::PARAMS {
            params.text(param.name);
        }
        params.finish()?;
        let pairs = cursor.filters.iter().map(|(name, value)| (name.into(), value.into()));
        let mut carried = Params::from_pairs(pairs);
        let filter = F::read(&mut carried);
        carried.finish()?;
        let page = PageRequest { size: size.unwrap_or(cursor.size), after: Some(cursor.position()) };
        Ok(Self { filter, page, resource, filters: cursor.filters })
    }
}

impl<F> ListRequest<F> {
    /// The filter, for a use case to take, and the request without it.
    pub fn split(self) -> (F, ListRequest<NoFilter>) {
        let Self { filter, page, resource, filters } = self;
        (filter, ListRequest { filter: NoFilter, page, resource, filters })
    }

    /// The cursor of the page that follows.
    pub fn next_cursor(
        &self,
        app: &App,
        acting: &Acting,
        next: Option<Position>,
    ) -> Result<Option<String>, ApiError> {
        let Some(next) = next else { return Ok(None) };
        let cursor = Cursor::new(self.page.size, self.filters.clone(), next);
        Ok(Some(app.requests.seal_cursor(acting, &self.resource, &cursor)?))
    }
}
