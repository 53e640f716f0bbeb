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
    page::{PageRequest, Position, limit, window},
    scope::Scoped,
};

// `+scope` is the scope without an index: the source says more, and the planner of SQLite cannot know.
macro_rules! list {
    ($scope:literal, $filter:literal, $limit:literal) => {
        concat!(
            "SELECT id, source_id, sort, payload FROM items WHERE ",
            $scope,
            " = $1 AND sort >= $2 AND (sort, id) < ($3, $4) AND kind = $5",
            $filter,
            " ORDER BY sort DESC, id DESC LIMIT ",
            $limit
        )
    };
}

statements! {
    LIST_ALL = list!("scope", "", "$6");
    LIST_BY_USER = list!("scope", " AND user_id = $6", "$7");
    LIST_BY_SOURCE = list!("+scope", " AND source_id = $6", "$7");
    LIST_BY_BOTH = list!("+scope", " AND user_id = $6 AND source_id = $7", "$8");
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

/// Sealed rows in one buffer: `id` and sealed payload of each row, one after the other, and before the first row of each
/// source that source's id.
#[derive(Default)]
struct SealedRows {
    bytes: Vec<u8>,
    rows: Vec<SealedRow>,
    /// The sources of the rows, one for each run of rows of the same source.
    sources: Vec<Range<usize>>,
    last_sort: Timestamp,
    more: bool,
}

struct SealedRow {
    id_at: usize,
    payload_at: usize,
    end: usize,
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
            // Items of one kind are of about the same length.
            self.bytes.reserve(size.saturating_mul(id.len() + payload.len() + payload.len() / 8));
        }
        if self.sources.last().is_none_or(|last| &self.bytes[last.clone()] != source) {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(source);
            self.sources.push(start..self.bytes.len());
        }
        // Wanted only when there is a row after the last one of the page.
        if self.rows.len() + 1 == size {
            self.last_sort = row.timestamp(2)?;
        }
        let id_at = self.bytes.len();
        self.bytes.extend_from_slice(id);
        let payload_at = self.bytes.len();
        self.bytes.extend_from_slice(payload);
        let source = self.sources.len() - 1;
        self.rows.push(SealedRow { id_at, payload_at, end: self.bytes.len(), source });
        Ok(())
    }

    fn next(&self) -> Result<Option<Position>, StoreError> {
        let Some(last) = self.rows.last().filter(|_| self.more) else { return Ok(None) };
        let id = std::str::from_utf8(&self.bytes[last.id_at..last.payload_at]).map_err(corrupt)?;
        Ok(Some(Position { sort: self.last_sort, id: id.to_owned() }))
    }

    fn source_ids(&self) -> Result<Vec<&str>, StoreError> {
        let read = |range: &Range<usize>| std::str::from_utf8(&self.bytes[range.clone()]).map_err(corrupt);
        self.sources.iter().map(read).collect()
    }

    /// Opens every row whose source is still there; `sources` are those of `self.sources`.
    fn open(
        &self,
        scope: i64,
        kind: Datapoint,
        sources: &[Option<Opener>],
        served: Served,
    ) -> Result<ItemPage, StoreError> {
        let mut body = Vec::with_capacity(self.bytes.len() + self.rows.len() * Self::SERVED_BESIDE);
        let mut count = 0;
        for row in &self.rows {
            let Some(Some(source)) = sources.get(row.source) else { continue };
            if count > 0 {
                body.push(b',');
            }
            let id = std::str::from_utf8(&self.bytes[row.id_at..row.payload_at]).map_err(corrupt)?;
            let aad = Aad { scope, kind: kind.number(), id };
            source.open_onto(&aad, &self.bytes[row.payload_at..row.end], served, &mut body)?;
            count += 1;
        }
        Ok(ItemPage { body, next: self.next()?, count })
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
        let keys = store.vault().keys(sources).await?;
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
        let mut params = window(scope, filter.from, filter.to, page.after.as_ref());
        params.push(kind.into());
        params.extend(filter.user_id.as_ref().map(Value::from));
        params.extend(filter.source_id.as_ref().map(Value::from));
        params.push(limit(page).into());
        let sql = match (&filter.user_id, &filter.source_id) {
            (None, None) => LIST_ALL,
            (Some(_), None) => LIST_BY_USER,
            (None, Some(_)) => LIST_BY_SOURCE,
            (Some(_), Some(_)) => LIST_BY_BOTH,
        };
        let size = usize::from(page.size);
        let push = move |rows: &mut SealedRows, row: Row<'_>| rows.push(row, size);
        let sealed = self.store.data().fold(sql, vec![params], SealedRows::default(), push).await?;
        let sources = Opener::of(self.store, &sealed.source_ids()?).await?;
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
