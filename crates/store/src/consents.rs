//! Consents: what a person agreed to share, with which text, when. Kept after a revoke, as evidence.

use sahod_model::{ConsentId, Datapoint, SourceId, Timestamp, UserId};

use crate::{
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    scope::{Scoped, ScopedTx},
};

statements! {
    INSERT_CONSENT = "INSERT INTO consents
        (scope, id, user_id, source_id, version, purpose, datapoints, continuous, retention_days, agreed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    LATEST_CONSENT = "SELECT id, user_id, source_id, version, purpose, datapoints, continuous, retention_days, agreed_at
        FROM consents WHERE scope = $1 AND user_id = $2 AND source_id = $3 ORDER BY agreed_at DESC LIMIT 1";
}

/// What a person agreed to share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Who.
    pub user_id: UserId,
    /// From which account, or in which documents.
    pub source_id: SourceId,
    /// The version of the text that was agreed to.
    pub version: String,
    /// What the data is for; `None`: as the widget says it.
    pub purpose: Option<String>,
    /// Which data points.
    pub datapoints: Vec<Datapoint>,
    /// Whether they are read again, month by month.
    pub continuous: bool,
    /// How long they stay after they were last refreshed.
    pub retention_days: u16,
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
    /// What a user agreed to last for a source.
    pub async fn latest_consent(
        &self,
        user_id: &UserId,
        source_id: &SourceId,
    ) -> Result<Option<Consent>, StoreError> {
        let params = params![self.scope.number(), user_id, source_id];
        self.store.data().query_opt(LATEST_CONSENT, params, read).await
    }
}

fn read(row: Row<'_>) -> Result<Consent, StoreError> {
    Ok(Consent {
        id: row.parsed(0)?,
        user_id: row.parsed(1)?,
        source_id: row.parsed(2)?,
        version: row.text(3)?.to_owned(),
        purpose: row.opt_text(4)?.map(str::to_owned),
        datapoints: split_datapoints(row.text(5)?)?,
        continuous: row.int(6)? != 0,
        retention_days: u16::try_from(row.int(7)?).map_err(corrupt)?,
        agreed_at: row.timestamp(8)?,
    })
}

impl ScopedTx<'_> {
    /// Inserts a consent; the same one twice at the same moment is one.
    pub async fn insert_consent(&mut self, consent: &Consent) -> Result<(), StoreError> {
        let params = params![
            self.scope.number(),
            &consent.id,
            &consent.user_id,
            &consent.source_id,
            consent.version.as_str(),
            consent.purpose.as_deref(),
            join_datapoints(&consent.datapoints),
            i64::from(consent.continuous),
            i64::from(consent.retention_days),
            consent.agreed_at,
        ];
        self.tx.execute(INSERT_CONSENT, params).await.map(|_| ())
    }
}
