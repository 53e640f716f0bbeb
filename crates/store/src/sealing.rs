//! What the store seals besides data points, and under which numbers.

use sahod_vault::{Aad, DataKey};

use crate::error::StoreError;

/// The kinds of sealed columns. Data points have the numbers of `Datapoint`, below 100. They never change.
pub(crate) const USER_METADATA: i16 = 101;
pub(crate) const ACCOUNT_LOGIN: i16 = 102;
pub(crate) const WEBHOOK_DETAILS: i16 = 103;
pub(crate) const INVITE_CONTENT: i16 = 104;
pub(crate) const INVITEE: i16 = 105;
pub(crate) const ARCHIVE_CONTENT: i16 = 106;
pub(crate) const ATTEMPT_DETAILS: i16 = 107;
pub(crate) const TENANT_CONTACT: i16 = 108;
pub(crate) const SOURCE_SESSION: i16 = 109;
pub(crate) const SCENARIO_CONTENT: i16 = 112;
pub(crate) const FIRST_ANSWER: i16 = 120;

/// What a use case seals itself: the bytes of a file of an archive, under that archive's key.
pub const RAW_FILE: i16 = 121;
/// The same: a file that was made of an account's data, under that account's key.
pub const EXPORT_FILE: i16 = 122;

/// Opens a JSON value that was sealed whole.
pub(crate) fn open_json<T: serde::de::DeserializeOwned>(
    key: &DataKey,
    aad: &Aad<'_>,
    sealed: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(&key.open(aad, sealed)?).map_err(crate::error::corrupt)
}

/// A value as JSON, for sealing or for a column.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Internal(error.to_string()))
}
