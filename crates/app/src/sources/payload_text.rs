//! Payloads as JSON text, put together of the items that the store gives as text.

use std::{borrow::Cow, collections::BTreeMap};

use sahod_model::{Account, Archive, Datapoint, SourceId, UserSession, item::SourceType};
use sahod_store::{ItemPage, Scope};
use serde_json::json;

use crate::{AppError, Cursor, requests::Requests};

/// Items on a page of a list that a payload's cursor continues.
const PAGE: u16 = 150;

/// A payload that is being written.
#[derive(Debug, Default)]
pub(super) struct PayloadText(Vec<u8>);

impl PayloadText {
    /// The whole payload of an account: every kind without the cursors.
    pub(super) fn of_account(account: &Account, kinds: &[(Datapoint, ItemPage)]) -> Vec<u8> {
        let metadata = json!({
            "sourceId": account.id,
            "sourceType": SourceType::Account,
            "userId": account.user_id,
            "providerId": account.provider_id,
        });
        let mut text = Self(format!("{{\"metadata\":{metadata}").into_bytes());
        for (kind, page) in present(kinds) {
            text.member(&member(*kind));
            if kind.is_single() { text.push(&page.body) } else { text.array(page) }
        }
        text.push(b"}");
        text.0
    }

    /// The beginning of a user's payload.
    pub(super) fn of_user(session: &UserSession) -> Self {
        Self(format!("{{\"metadata\":{},\"forms\":[]", json!(session)).into_bytes())
    }

    pub(super) fn begin_accounts(&mut self) {
        self.push(b",\"accounts\":[");
    }

    pub(super) fn begin_archives(&mut self) {
        self.push(b"],\"archives\":[");
    }

    pub(super) fn begin_account(&mut self, account: &Account) {
        self.separate();
        let (id, provider) = (json!(account.id), json!(account.provider_id));
        self.push(format!("{{\"id\":{id},\"providerId\":{provider},\"payload\":").as_bytes());
    }

    pub(super) fn begin_archive(&mut self, archive: &Archive) {
        self.separate();
        let (id, file_type) = (json!(archive.id), json!(archive.file_type));
        self.push(format!("{{\"id\":{id},\"fileType\":{file_type},\"payload\":").as_bytes());
    }

    /// After the lists of an account or an archive.
    pub(super) fn end_source(&mut self) {
        self.push(b"}");
    }

    pub(super) fn end_user(mut self) -> Vec<u8> {
        self.push(b"]}");
        self.0
    }

    /// An object with each kind of a source: the one item, or the first items of the list of that name and where it goes on.
    pub(super) fn lists(
        &mut self,
        requests: &Requests,
        scope: &Scope,
        source: &SourceId,
        kinds: &[(Datapoint, ItemPage)],
    ) -> Result<(), AppError> {
        self.push(b"{");
        for (kind, page) in present(kinds) {
            let name = member(*kind);
            self.member(&name);
            if kind.is_single() {
                self.push(&page.body);
                continue;
            }
            let filters = || BTreeMap::from([("sourceId".to_owned(), source.to_string())]);
            let next = page.next.clone().map(|next| Cursor::new(PAGE, filters(), next));
            let next = next.map(|next| requests.seal_cursor_in(scope, &name, &next)).transpose()?;
            self.push(format!("{{\"nextCursor\":{},\"items\":", json!(next)).as_bytes());
            self.array(page);
            self.push(b"}");
        }
        self.push(b"}");
        Ok(())
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn push(&mut self, text: &[u8]) {
        self.0.extend_from_slice(text);
    }

    /// A comma, unless something was just opened.
    fn separate(&mut self) {
        if !matches!(self.0.last(), Some(b'[' | b'{')) {
            self.push(b",");
        }
    }

    fn member(&mut self, name: &str) {
        self.separate();
        self.push(format!("\"{name}\":").as_bytes());
    }

    fn array(&mut self, page: &ItemPage) {
        self.push(b"[");
        self.push(&page.body);
        self.push(b"]");
    }
}

/// The contract has no null for the one item of a kind that is not there, and clients made of it fail on one.
fn present(kinds: &[(Datapoint, ItemPage)]) -> impl Iterator<Item = &(Datapoint, ItemPage)> {
    kinds.iter().filter(|(kind, page)| !kind.is_single() || page.count > 0)
}

/// What a kind is called in a payload. Kinds of which a source has many are called as their lists are.
fn member(kind: Datapoint) -> Cow<'static, str> {
    match kind.as_str() {
        "IDENTITIES" => "identity".into(),
        "RATINGS" => "rating".into(),
        "INSIGHTS" => "insight".into(),
        "LINK" => "links".into(),
        many => many.to_ascii_lowercase().into(),
    }
}
