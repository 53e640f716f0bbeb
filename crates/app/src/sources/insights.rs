//! Insights and links with other organisations: from what is stored of a source to the items that are derived from it.

use sahod_model::{
    Datapoint, Date, SourceId,
    item::{Item, SourceItem},
};
use sahod_store::{ItemFilter, PageRequest, Scope};
use serde::de::DeserializeOwned;

use super::{
    Sources,
    derive::{
        insights::{Facts, derive_insight},
        network_links::derive_link,
    },
};
use crate::AppError;

/// How many items are opened at once.
const PAGE: u16 = 500;

impl Sources {
    /// The insight that the stored items of a source give now.
    pub(super) async fn derive_insight(
        &self,
        scope: &Scope,
        source: &SourceId,
        linked_on: Option<Vec<Date>>,
    ) -> Result<SourceItem, AppError> {
        let facts = Facts {
            incomes: self.stored(scope, source, Datapoint::Incomes).await?,
            eincomes: self.stored(scope, source, Datapoint::Eincomes).await?,
            liabilities: self.stored(scope, source, Datapoint::Liabilities).await?,
            employments: self.stored(scope, source, Datapoint::Employments).await?,
            identities: self.stored(scope, source, Datapoint::Identities).await?,
            linked_on,
        };
        let now = self.services.now(scope);
        let item = Item::Insight(derive_insight(&facts, now));
        Ok(SourceItem { key: "insight".to_owned(), created_at: now, item })
    }

    /// What the days on which a login was linked with other organisations come to now.
    pub(super) fn derive_link(&self, scope: &Scope, linked_on: &[Date]) -> SourceItem {
        let now = self.services.now(scope);
        SourceItem { key: "link".to_owned(), created_at: now, item: Item::Link(derive_link(linked_on, now)) }
    }

    /// All items of one kind that are stored of a source.
    async fn stored<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        source: &SourceId,
        kind: Datapoint,
    ) -> Result<Vec<T>, AppError> {
        let filter = ItemFilter { source_id: Some(source.clone()), ..ItemFilter::default() };
        let (mut request, mut items) = (PageRequest::first(PAGE), Vec::new());
        loop {
            let page = self.services.store.scoped(scope).list_items(kind, &filter, &request).await?;
            let body = [b"[".as_slice(), &page.body, b"]"].concat();
            items.append(&mut serde_json::from_slice::<Vec<T>>(&body).map_err(unreadable)?);
            match page.next {
                Some(next) => request.after = Some(next),
                None => return Ok(items),
            }
        }
    }
}

/// Without the parser's words, which may quote what is personal.
#[expect(clippy::needless_pass_by_value, reason = "it maps an error, which is passed by value")]
fn unreadable(error: serde_json::Error) -> AppError {
    AppError::internal(format_args!(
        "a stored item cannot be read back (line {}, column {})",
        error.line(),
        error.column()
    ))
}
