//! Consents: what a person agreed to share, with which text, when. Kept after a revoke, as evidence.

use sahod_model::{AccountId, Datapoint, Timestamp, UserId};

use crate::{
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    scope::{Scoped, ScopedTx},
};

statements! {
    INSERT_CONSENT = "INSERT INTO consents (scope, user_id, account_id, version, datapoints, agreed_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    LIST_CONSENTS = "SELECT user_id, account_id, version, datapoints, agreed_at FROM consents
        WHERE scope = $1 AND user_id = $2 ORDER BY agreed_at DESC, account_id DESC";
}

/// What a person agreed to share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who.
    pub user_id: UserId,
    /// From which account.
    pub account_id: AccountId,
    /// The version of the text that was agreed to.
    pub version: String,
    /// Which data points.
    pub datapoints: Vec<Datapoint>,
    /// When.
    pub agreed_at: Timestamp,
}

/// Kinds as a column keeps them: their numbers, with commas between.
pub(crate) fn join_datapoints(kinds: &[Datapoint]) -> String {
    kinds.iter().map(|kind| kind.number().to_string()).collect::<Vec<_>>().join(",")
}

/// Kinds from a column that [`join_datapoints`] wrote.
pub(crate) fn split_datapoints(text: &str) -> Result<Vec<Datapoint>, StoreError> {
    let kind = |number: &str| number.parse().ok().and_then(Datapoint::from_number);
    let numbers = text.split(',').filter(|number| !number.is_empty());
    numbers.map(|number| kind(number).ok_or_else(|| corrupt(number))).collect()
}

impl Scoped<'_> {
    /// All consents of a user, newest first.
    pub async fn list_consents(&self, user_id: &UserId) -> Result<Vec<Consent>, StoreError> {
        let read = |row: Row<'_>| {
            Ok(Consent {
                user_id: row.parsed(0)?,
                account_id: row.parsed(1)?,
                version: row.text(2)?.to_owned(),
                datapoints: split_datapoints(row.text(3)?)?,
                agreed_at: row.timestamp(4)?,
            })
        };
        self.store.engine().query(LIST_CONSENTS, params![self.scope.number(), user_id], read).await
    }
}

impl ScopedTx<'_> {
    /// Inserts a consent; the same one twice at the same moment is one.
    pub async fn insert_consent(&mut self, consent: &Consent) -> Result<(), StoreError> {
        let params = params![
            self.scope.number(),
            &consent.user_id,
            &consent.account_id,
            consent.version.as_str(),
            join_datapoints(&consent.datapoints),
            consent.agreed_at,
        ];
        self.tx.execute(INSERT_CONSENT, params).await.map(|_| ())
    }
}
