//! Data points, read: the hot path. Sealed rows are copied to one buffer on the reading thread, and opened on the async side
//! into the text that is served.

use std::{ops::Range, sync::Arc};

use sahod_model::{Datapoint, ItemId, SourceId, Timestamp, UserId};
use sahod_vault::{Aad, DataKey};

use crate::{
    Store,
    engine::{Row, Value, params, statements},
    error::{StoreError, corrupt},
    fragment::{self, Served},
    page::{PageRequest, Position, limit, span},
    scope::Scoped,
};

// `+scope` is the scope without an index: the source says more, and the planner of SQLite cannot know.
macro_rules! list {
    ($scope:literal, $before:literal, $filter:literal, $limit:literal) => {
        concat!(
            "SELECT id, source_id, sort, payload FROM items WHERE ",
            $scope,
            " = $1 AND kind = $2 AND sort >= $3 AND ",
            $before,
            $filter,
            " ORDER BY sort DESC, id DESC LIMIT ",
            $limit
        )
    };
}

statements! {
    LIST_ALL = list!("scope", "(sort, id) < ($4, $5)", "", "$6");
    LIST_BY_USER = list!("scope", "(sort, id) < ($4, $5)", " AND user_id = $6", "$7");
    LIST_BY_SOURCE = list!("+scope", "(sort, id) < ($4, $5)", " AND source_id = $6", "$7");
    LIST_BY_BOTH = list!("+scope", "(sort, id) < ($4, $5)", " AND user_id = $6 AND source_id = $7", "$8");
    // First pages have no place to go on from. SQLite looks at a pair again for each row, and at a plain bound once.
    FIRST_OF_ALL = list!("scope", "sort < $4", "", "$5");
    FIRST_BY_USER = list!("scope", "sort < $4", " AND user_id = $5", "$6");
    FIRST_BY_SOURCE = list!("+scope", "sort < $4", " AND source_id = $5", "$6");
    FIRST_BY_BOTH = list!("+scope", "sort < $4", " AND user_id = $5 AND source_id = $6", "$7");
    GET_ITEM = "SELECT source_id, payload FROM items WHERE id = $1 AND scope = $2 AND kind = $3";
    LIST_KINDS = "SELECT DISTINCT kind FROM items WHERE source_id = $1 AND +scope = $2";
}

/// Which data points are listed. All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct ItemFilter {
    /// This user's only.
    pub user_id: Option<UserId>,
    /// This source's only.
    pub source_id: Option<SourceId>,
    /// Dated at this moment or later.
    pub from: Option<Timestamp>,
    /// Dated at this moment or earlier.
    pub to: Option<Timestamp>,
}

/// A page of data points, ready to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemPage {
    /// The items as JSON objects with commas between: put brackets around it and it is an array.
    pub body: Vec<u8>,
    /// Where the page ended; `None` on the last one.
    pub next: Option<Position>,
    /// How many items are in `body`. Below the page's size when some belong to a source that is just being revoked.
    pub count: usize,
}

/// Sealed rows in two buffers: their ids, with the id of a source before the first row of each, and their sealed payloads.
#[derive(Default)]
struct SealedRows {
    /// Texts of the database, looked at as such once and together.
    ids: Vec<u8>,
    sealed: Vec<u8>,
    rows: Vec<SealedRow>,
    /// The sources of the rows, one for each run of rows of the same source.
    sources: Vec<Range<usize>>,
    last_sort: Timestamp,
    more: bool,
}

struct SealedRow {
    id: Range<usize>,
    sealed_end: usize,
    source: usize,
}

impl SealedRows {
    fn push(&mut self, row: Row<'_>, size: usize) -> Result<(), StoreError> {
        if self.rows.len() == size {
            self.more = true;
            return Ok(());
        }
        let (id, source, payload) = (row.raw_text(0)?, row.raw_text(1)?, row.blob(3)?);
        if self.rows.is_empty() {
            self.rows.reserve_exact(size);
            self.ids.reserve((size + 1) * id.len() + source.len());
            // Items of one kind are of about the same length.
            self.sealed.reserve(size.saturating_mul(payload.len() + payload.len() / 8));
        }
        if self.sources.last().is_none_or(|last| &self.ids[last.clone()] != source) {
            let start = self.ids.len();
            self.ids.extend_from_slice(source);
            self.sources.push(start..self.ids.len());
        }
        // Wanted only when there is a row after the last one of the page.
        if self.rows.len() + 1 == size {
            self.last_sort = row.timestamp(2)?;
        }
        let start = self.ids.len();
        self.ids.extend_from_slice(id);
        self.sealed.extend_from_slice(payload);
        let id = start..self.ids.len();
        self.rows.push(SealedRow { id, sealed_end: self.sealed.len(), source: self.sources.len() - 1 });
        Ok(())
    }

    fn ids(&self) -> Result<&str, StoreError> {
        std::str::from_utf8(&self.ids).map_err(corrupt)
    }

    /// Opens every row whose source is still there; `sources` are those of `self.sources`.
    fn open(
        &self,
        scope: i64,
        kind: Datapoint,
        sources: &[Option<Opener>],
        served: Served,
    ) -> Result<ItemPage, StoreError> {
        let ids = self.ids()?;
        let capacity = self.sealed.len() + self.ids.len() + self.rows.len() * Self::SERVED_BESIDE;
        let (mut body, mut count, mut start) = (Vec::with_capacity(capacity), 0, 0);
        for row in &self.rows {
            let sealed = &self.sealed[start..row.sealed_end];
            start = row.sealed_end;
            let Some(Some(source)) = sources.get(row.source) else { continue };
            if count > 0 {
                body.push(b',');
            }
            let id = ids.get(row.id.clone()).ok_or_else(|| corrupt("an id is no text"))?;
            source.open_onto(&Aad { scope, kind: kind.number(), id }, sealed, served, &mut body)?;
            count += 1;
        }
        let last = self.rows.last().filter(|_| self.more);
        let next = last.map(|last| Position { sort: self.last_sort, id: ids[last.id.clone()].to_owned() });
        Ok(ItemPage { body, next, count })
    }

    /// About as many bytes are served of an item that are not in its row.
    const SERVED_BESIDE: usize = 224;
}

/// What it takes to open a source's items.
struct Opener {
    key: DataKey,
    fragment: Arc<str>,
}

impl Opener {
    /// For those sources, in their order; `None` for one that was revoked.
    async fn of(store: &Store, sources: &[&str]) -> Result<Vec<Option<Self>>, StoreError> {
        let keys = store.vault().live_keys(sources).await?;
        let fragments = store.source_fragments(sources).await?;
        let both = keys.into_iter().zip(fragments);
        Ok(both.map(|(key, fragment)| Some(Self { key: key?, fragment: fragment? })).collect())
    }

    fn open_onto(
        &self,
        aad: &Aad<'_>,
        sealed: &[u8],
        served: Served,
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        fragment::open_onto(&self.key, aad, sealed, &self.fragment, served, out)
    }
}

impl Scoped<'_> {
    /// A page of data points of one kind, newest first.
    pub async fn list_items(
        &self,
        kind: Datapoint,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> Result<ItemPage, StoreError> {
        self.list_served(kind, filter, page, Served::Whole).await
    }

    /// A page of data points of one kind, newest first, each without its metadata.
    pub async fn list_item_contents(
        &self,
        kind: Datapoint,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> Result<ItemPage, StoreError> {
        self.list_served(kind, filter, page, Served::Content).await
    }

    async fn list_served(
        &self,
        kind: Datapoint,
        filter: &ItemFilter,
        page: &PageRequest,
        served: Served,
    ) -> Result<ItemPage, StoreError> {
        let scope = self.scope.number();
        let (from, end) = span(filter.from, filter.to);
        let mut params = params![scope, kind, from];
        let after = page.after.as_ref().filter(|after| after.sort.as_micros() < end);
        match after {
            Some(after) => params.extend(params![after.sort, after.id.as_str()]),
            None => params.push(end.into()),
        }
        params.extend(filter.user_id.as_ref().map(Value::from));
        params.extend(filter.source_id.as_ref().map(Value::from));
        params.push(limit(page).into());
        let sql = match (after.is_some(), &filter.user_id, &filter.source_id) {
            (true, None, None) => LIST_ALL,
            (true, Some(_), None) => LIST_BY_USER,
            (true, None, Some(_)) => LIST_BY_SOURCE,
            (true, Some(_), Some(_)) => LIST_BY_BOTH,
            (false, None, None) => FIRST_OF_ALL,
            (false, Some(_), None) => FIRST_BY_USER,
            (false, None, Some(_)) => FIRST_BY_SOURCE,
            (false, Some(_), Some(_)) => FIRST_BY_BOTH,
        };
        let size = usize::from(page.size);
        let push = move |rows: &mut SealedRows, row: Row<'_>| rows.push(row, size);
        let sealed = self.store.data().fold(sql, vec![params], SealedRows::default(), push).await?;
        let ids = sealed.ids()?;
        let sources: Vec<_> = sealed.sources.iter().filter_map(|at| ids.get(at.clone())).collect();
        let sources = Opener::of(self.store, &sources).await?;
        sealed.open(scope, kind, &sources, served)
    }

    /// The data point of that kind and id as a JSON object; `None`, too, once its source was revoked.
    pub async fn get_item(&self, kind: Datapoint, id: &ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        let scope = self.scope.number();
        let read = |row: Row<'_>| Ok((row.text(0)?.to_owned(), row.blob(1)?.to_vec()));
        let found = self.store.data().query_opt(GET_ITEM, params![id, scope, kind], read).await?;
        let Some((source, sealed)) = found else { return Ok(None) };
        let Some(source) = Opener::of(self.store, &[&source]).await?.pop().flatten() else { return Ok(None) };
        let mut body = Vec::new();
        source.open_onto(
            &Aad { scope, kind: kind.number(), id: id.as_str() },
            &sealed,
            Served::Whole,
            &mut body,
        )?;
        Ok(Some(body))
    }

    /// The kinds of data points that a source has, in the order of [`Datapoint::ALL`].
    pub async fn datapoints_of(&self, source: &SourceId) -> Result<Vec<Datapoint>, StoreError> {
        let read = |row: Row<'_>| row.int(0);
        let found = self.store.data().query(LIST_KINDS, params![source, self.scope.number()], read).await?;
        let has = |kind: &Datapoint| found.contains(&kind.number().into());
        Ok(Datapoint::ALL.into_iter().filter(has).collect())
    }
}
