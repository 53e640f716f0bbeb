//! One way to list, get, make, replace and delete what a tenant keeps. A noun says what it looks like ([`Shown`]), what its list
//! is filtered by, how a body is read, and which use case answers; what is the same for all of them is here.
//!
//! Everything that a caller sent is read before the use case sees any of it: the id, then the query or the body.

use std::{fmt::Display, str::FromStr};

use axum::{
    extract::{FromRequestParts, RawQuery},
    handler::Handler,
    http::{Method, request::Parts},
};
use sahod_app::{Acting, App, AppError, Page, PageRequest};
use sahod_model::Mode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::ListRequest,
    openapi::{Endpoints, Operation},
    query::{Filter, NoFilter},
    state::{Authenticated, Path, Surface, path_id},
};

/// A call of the Open API: who makes it, and the use cases that may answer it.
#[derive(Clone)]
pub struct Call {
    /// The use cases.
    pub app: App,
    /// The mode of the surface.
    pub mode: Mode,
    /// Who acts, in which tenant and mode.
    pub acting: Acting,
}

impl FromRequestParts<Surface> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, ApiError> {
        let Authenticated(acting) = Authenticated::from_request_parts(parts, surface).await?;
        Ok(Self { app: surface.app.clone(), mode: surface.mode, acting })
    }
}

/// A noun that the API shows.
pub trait Shown {
    /// What it looks like.
    type Wire<'a>: Serialize + JsonSchema
    where
        Self: 'a;

    /// It, as that call is shown it.
    fn show(&self, call: &Call) -> Result<Self::Wire<'_>, ApiError>;
}

impl Endpoints {
    /// Adds the list at that path, newest first.
    pub fn list<F, T, U, A>(self, path: &'static str, operation: Operation, use_case: U) -> Self
    where
        F: Filter + Send + 'static,
        T: Shown + 'static,
        U: Fn(Call, F, PageRequest) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Page<T>, AppError>> + Send + 'static,
    {
        let name = path.trim_start_matches('/');
        let handler = async move |call: Call, RawQuery(query): RawQuery| {
            let request = ListRequest::read(&call.app, &call.acting, name, query.as_deref())?;
            let (filter, request) = request.split();
            let page = use_case(call.clone(), filter, request.page.clone()).await?;
            show_page(&page, &request, &call)
        };
        self.get(path, handler, operation.page::<T::Wire<'static>, F>())
    }

    /// Adds the list at that path, of what is within the thing that the path has the id of. A cursor is good for that list alone.
    pub fn list_within<K, F, T, U, A>(self, path: &'static str, operation: Operation, use_case: U) -> Self
    where
        K: FromStr + Display + Send + 'static,
        F: Filter + Send + 'static,
        T: Shown + 'static,
        U: Fn(Call, K, F, PageRequest) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Page<T>, AppError>> + Send + 'static,
    {
        let handler = async move |call: Call, Path(text): Path<String>, RawQuery(query): RawQuery| {
            let id: K = path_id(&text)?;
            let name = path.trim_start_matches('/').replace("{id}", &id.to_string());
            let request = ListRequest::read(&call.app, &call.acting, name, query.as_deref())?;
            let (filter, request) = request.split();
            let page = use_case(call.clone(), id, filter, request.page.clone()).await?;
            show_page(&page, &request, &call)
        };
        self.get(path, handler, operation.page::<T::Wire<'static>, F>())
    }

    /// Adds getting the thing that the path has the id of.
    pub fn get_one<K, T, U, A>(self, path: &'static str, operation: Operation, use_case: U) -> Self
    where
        K: FromStr + Send + 'static,
        T: Shown + 'static,
        U: Fn(Call, K) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let handler = async move |call: Call, Path(id): Path<String>| {
            let found = use_case(call.clone(), path_id(&id)?).await?;
            Reply::object(&found.show(&call)?)
        };
        self.get(path, handler, operation.one::<T::Wire<'static>>())
    }

    /// Adds making one of what is listed at that path, of what `read` finds in the body.
    pub fn make<N, T, R, U, A>(self, path: &'static str, operation: Operation, read: R, use_case: U) -> Self
    where
        N: Send + 'static,
        T: Shown + 'static,
        R: Fn(Fields, &Call) -> Result<N, ApiError> + Clone + Send + Sync + 'static,
        U: Fn(Call, N) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let operation = operation.one::<T::Wire<'static>>();
        let status = operation.status();
        let handler = async move |call: Call, fields: Fields| {
            let new = read(fields, &call)?;
            let made = use_case(call.clone(), new).await?;
            Ok::<_, ApiError>(Reply::object(&made.show(&call)?)?.with_status(status))
        };
        self.post(path, handler, operation)
    }

    /// Adds what is done, with that method and a body, to the thing that the path has the id of.
    pub fn change<K, N, T, R, U, A>(
        self,
        (method, path): (Method, &'static str),
        operation: Operation,
        read: R,
        use_case: U,
    ) -> Self
    where
        K: FromStr + Send + 'static,
        N: Send + 'static,
        T: Shown + 'static,
        R: Fn(Fields, &Call) -> Result<N, ApiError> + Clone + Send + Sync + 'static,
        U: Fn(Call, K, N) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let handler = async move |call: Call, Path(id): Path<String>, fields: Fields| {
            let (id, new) = (path_id(&id)?, read(fields, &call)?);
            let changed = use_case(call.clone(), id, new).await?;
            Reply::object(&changed.show(&call)?)
        };
        self.on(&method, path, handler, operation.one::<T::Wire<'static>>())
    }

    /// Adds what is done, with that method and no body, to the thing that the path has the id of, and answers nothing.
    pub fn act<K, U, A>(
        self,
        (method, path): (Method, &'static str),
        operation: Operation,
        use_case: U,
    ) -> Self
    where
        K: FromStr + Send + 'static,
        U: Fn(Call, K) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<(), AppError>> + Send + 'static,
    {
        let handler = async move |call: Call, Path(id): Path<String>| {
            use_case(call, path_id(&id)?).await?;
            Ok::<_, ApiError>(Reply::nothing())
        };
        self.on(&method, path, handler, operation)
    }

    /// Adds what changes something. It is posted where the method is none of the others that do.
    fn on<H, T>(self, method: &Method, path: &'static str, handler: H, operation: Operation) -> Self
    where
        H: Handler<T, Surface>,
        T: 'static,
    {
        match *method {
            Method::PUT => self.put(path, handler, operation),
            Method::PATCH => self.patch(path, handler, operation),
            Method::DELETE => self.delete(path, handler, operation),
            _ => self.post(path, handler, operation),
        }
    }
}

fn show_page<T: Shown>(
    page: &Page<T>,
    request: &ListRequest<NoFilter>,
    call: &Call,
) -> Result<Reply, ApiError> {
    let items: Vec<_> = page.items.iter().map(|found| found.show(call)).collect::<Result<_, _>>()?;
    Reply::list(&items, request.next_cursor(&call.app, &call.acting, page.next.clone())?)
}
