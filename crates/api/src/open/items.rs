//! Data points of every kind: list and get. The kinds differ only in what they can be filtered by.

use axum::extract::{RawQuery, State};
use sahod_app::ItemFilter;
use sahod_model::{
    Datapoint, ItemId, SourceId,
    insight::Insight,
    item::{Contribution, Document, Eincome, Employment, Identity, Income, Metadata, Rating, Transaction},
    liability::Liability,
    network::NetworkLink,
};
use schemars::JsonSchema;

use crate::{
    envelope::Reply,
    error::{ApiError, Code},
    list::{Filter, ListRequest},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Path, Surface},
};

/// `userId`, `sourceId` and its deprecated twin `accountId`.
struct BySource(ItemFilter);

impl Filter for BySource {
    const PARAMS: &'static [Param] = &[Param::USER_ID, Param::SOURCE_ID, Param::ACCOUNT_ID];

    fn read(params: &mut Params) -> Self {
        Self(by_source(params))
    }
}

/// And `startDate`, `endDate`, both ends included.
struct ByDate(ItemFilter);

impl Filter for ByDate {
    const PARAMS: &'static [Param] =
        &[Param::USER_ID, Param::SOURCE_ID, Param::ACCOUNT_ID, Param::START_DATE, Param::END_DATE];

    fn read(params: &mut Params) -> Self {
        let (from, to) = params.days();
        Self(ItemFilter { from, to, ..by_source(params) })
    }
}

/// And `startMonth`, `endMonth`, both ends included.
struct ByMonth(ItemFilter);

impl Filter for ByMonth {
    const PARAMS: &'static [Param] = &[
        Param::USER_ID,
        Param::SOURCE_ID,
        Param::ACCOUNT_ID,
        Param::new("startMonth", Value::Month, "Only what is of this month or later."),
        Param::new("endMonth", Value::Month, "Only what is of this month or earlier."),
    ];

    fn read(params: &mut Params) -> Self {
        let (start, end) = params.span(("startMonth", "endMonth"), Params::month);
        Self(ItemFilter {
            from: start.map(|month| month.first_day().start()),
            to: end.map(|month| month.last_day().end()),
            ..by_source(params)
        })
    }
}

fn by_source(params: &mut Params) -> ItemFilter {
    let read = |params: &mut Params, name| {
        params.read(name, "the id of an account or an archive", |text| text.parse::<SourceId>().ok())
    };
    let user_id = params.user_id();
    let source_id = read(params, "sourceId");
    let account_id = read(params, "accountId");
    if source_id.is_some() && account_id.is_some() && source_id != account_id {
        params.fault("accountId", "must not differ from sourceId");
    }
    ItemFilter { user_id, source_id: source_id.or(account_id), from: None, to: None }
}

impl From<BySource> for ItemFilter {
    fn from(filter: BySource) -> Self {
        filter.0
    }
}

impl From<ByDate> for ItemFilter {
    fn from(filter: ByDate) -> Self {
        filter.0
    }
}

impl From<ByMonth> for ItemFilter {
    fn from(filter: ByMonth) -> Self {
        filter.0
    }
}

/// An item as lists and gets show it. The store writes it in one piece; this says what it looks like.
#[derive(JsonSchema)]
#[schemars(rename = "{T}")]
#[expect(dead_code, reason = "only its shape is of use")]
struct Stored<T> {
    /// The item's id. It stays the same at every reading of its source.
    id: ItemId,
    #[serde(flatten)]
    item: T,
    /// Where the item came from.
    metadata: Metadata,
}

/// A kind of data point as the API names it.
struct Resource {
    kind: Datapoint,
    /// The name of its list.
    path: &'static str,
    tag: &'static str,
    about: &'static str,
    /// The ids and titles of its two operations.
    list: (&'static str, &'static str),
    get: (&'static str, &'static str),
}

/// The endpoints of every kind of data point.
#[expect(clippy::too_many_lines, reason = "a table, with a row for each kind")]
pub(super) fn endpoints() -> Vec<Endpoints> {
    vec![
        Resource {
            kind: Datapoint::Identities,
            path: "/identities",
            tag: "Identities",
            about: "Who the person is, as each source knows it.",
            list: ("list-identities", "List identities"),
            get: ("get-identity", "Get an identity"),
        }
        .endpoints::<Identity, BySource>(),
        Resource {
            kind: Datapoint::Ratings,
            path: "/ratings",
            tag: "Ratings",
            about: "What a platform's customers think of the person.",
            list: ("list-ratings", "List ratings"),
            get: ("get-rating", "Get a rating"),
        }
        .endpoints::<Rating, BySource>(),
        Resource {
            kind: Datapoint::Documents,
            path: "/documents",
            tag: "Documents",
            about: "Papers that a source holds about the person.",
            list: ("list-documents", "List documents"),
            get: ("get-document", "Get a document"),
        }
        .endpoints::<Document, BySource>(),
        Resource {
            kind: Datapoint::Transactions,
            path: "/transactions",
            tag: "Transactions",
            about: "Money in and out at a platform.",
            list: ("list-transactions", "List transactions"),
            get: ("get-transaction", "Get a transaction"),
        }
        .endpoints::<Transaction, ByDate>(),
        Resource {
            kind: Datapoint::Employments,
            path: "/employments",
            tag: "Employments",
            about: "The jobs that the person holds or held.",
            list: ("list-employments", "List employments"),
            get: ("get-employment", "Get an employment"),
        }
        .endpoints::<Employment, ByDate>(),
        Resource {
            kind: Datapoint::Incomes,
            path: "/incomes",
            tag: "Incomes",
            about: "Payslips and annual salaries, as the source states them.",
            list: ("list-incomes", "List incomes"),
            get: ("get-income", "Get an income"),
        }
        .endpoints::<Income, ByDate>(),
        Resource {
            kind: Datapoint::Contributions,
            path: "/contributions",
            tag: "Contributions",
            about: "Payments into social security.",
            list: ("list-contributions", "List contributions"),
            get: ("get-contribution", "Get a contribution"),
        }
        .endpoints::<Contribution, ByDate>(),
        Resource {
            kind: Datapoint::Eincomes,
            path: "/eincomes",
            tag: "Estimated Incomes",
            about: "The person's income month by month, worked out from the other data points.",
            list: ("list-eincomes", "List estimated incomes"),
            get: ("get-eincomes", "Get an estimated income"),
        }
        .endpoints::<Eincome, ByMonth>(),
        Resource {
            kind: Datapoint::Liabilities,
            path: "/liabilities",
            tag: "Liabilities",
            about: "Loans of the person, as they stand at the source.",
            list: ("list-liabilities", "List liabilities"),
            get: ("get-liabilities", "Get a liability"),
        }
        .endpoints::<Liability, ByDate>(),
        Resource {
            kind: Datapoint::Insights,
            path: "/insights",
            tag: "Insights",
            about: "Figures about the person's income, loans, work and links, worked out from the other data points.",
            list: ("list-insights", "List insights"),
            get: ("get-feature-insight", "Get an insight"),
        }
        .endpoints::<Insight, BySource>(),
        Resource {
            kind: Datapoint::Links,
            path: "/links",
            tag: "Links",
            about: "How often, and when, the person linked with other organisations. Never which.",
            list: ("list-links", "List links"),
            get: ("get-link", "Get a link"),
        }
        .endpoints::<NetworkLink, BySource>(),
    ]
}

impl Resource {
    fn endpoints<T, F>(self) -> Endpoints
    where
        T: JsonSchema,
        F: Filter + Into<ItemFilter> + Send + 'static,
    {
        let Self { kind, path, .. } = self;
        let name = path.trim_start_matches('/');
        let list_items = move |surface, caller, query| list::<F>(surface, caller, query, name, kind);
        let get_item = move |surface, caller, id| get_one(surface, caller, id, kind);
        Endpoints::new(self.tag, self.about)
            .get(path, list_items, Operation::new(self.list.0, self.list.1).page::<Stored<T>, F>())
            .get(
                format!("{path}/{{id}}"),
                get_item,
                Operation::new(self.get.0, self.get.1).one::<Stored<T>>(),
            )
    }
}

async fn list<F: Filter + Into<ItemFilter> + Send>(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
    name: &'static str,
    kind: Datapoint,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<F>::read(&surface.app, &acting, name, query.as_deref())?;
    let (filter, request) = request.split();
    let page = surface.app.sources.list_items(&acting, kind, &filter.into(), &request.page).await?;
    let next = request.next_cursor(&surface.app, &acting, page.next)?;
    Ok(Reply::page(page.body, next))
}

async fn get_one(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    kind: Datapoint,
) -> Result<Reply, ApiError> {
    let id = ItemId::parse(kind, &id).map_err(|_| ApiError::from(Code::MissingResource))?;
    Ok(Reply::text(surface.app.sources.get_item(&acting, kind, &id).await?))
}
