//! Receipts and the keys that they are checked with.

use sahod_app::{Receipt, Shared, SignedReceipt, SigningJwk};
use sahod_model::{AccountId, ArchiveId, ConsentId, Datapoint, ProviderId, Timestamp, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// A receipt with the proof that it is this server's.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignedReceipt")]
pub(in crate::link) struct SignedReceiptWire<'a> {
    /// The receipt, for reading.
    receipt: ReceiptWire<'a>,
    /// The same receipt, signed: a compact JWS with `alg` `EdDSA`. Whoever has it can check it.
    jws: &'a str,
    /// The address of the key set with which it is checked. Neither a session nor this API is needed for that.
    jwks: &'a str,
}

/// What a person agreed to.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Receipt")]
struct ReceiptWire<'a> {
    /// The consent's id.
    id: &'a ConsentId,
    /// The wording that was agreed to.
    version: &'a str,
    /// When the person agreed.
    agreed_at: Timestamp,
    /// Who asked for the data.
    organisation: OrganisationWire<'a>,
    /// Who agreed.
    person: PersonWire<'a>,
    /// The account that is shared; absent where documents are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SharedAccountWire<'a>")]
    account: Option<SharedAccountWire<'a>>,
    /// The documents that are shared; absent where an account is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SharedUploadWire<'a>")]
    upload: Option<SharedUploadWire<'a>>,
    /// What the data is for; null: the organisation gave no words of its own.
    purpose: Option<&'a str>,
    /// The kinds of data that are shared.
    datapoints: &'a [Datapoint],
    /// Whether it is read again every month.
    continuous: bool,
    /// For how many days the data stays after it was last refreshed.
    retention_days: u16,
    /// How the person can end it, in an English sentence.
    revoke: &'a str,
    /// When it was ended; null: it was not.
    revoked_at: Option<Timestamp>,
}

/// Who asks for the data.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Organisation")]
pub(in crate::link) struct OrganisationWire<'a> {
    /// The organisation's name, as people know it.
    pub(in crate::link) name: &'a str,
}

/// Who agreed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Person")]
struct PersonWire<'a> {
    /// The id of the person's user.
    user_id: &'a UserId,
}

/// The account that a receipt is about.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SharedAccount")]
struct SharedAccountWire<'a> {
    /// Its id.
    id: &'a AccountId,
    /// Where it is.
    provider: SharedProviderWire<'a>,
}

/// A provider as people know it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SharedProvider")]
struct SharedProviderWire<'a> {
    /// Its id.
    id: &'a ProviderId,
    /// Its name.
    name: &'a str,
}

/// The documents that a receipt is about.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SharedUpload")]
struct SharedUploadWire<'a> {
    /// The upload's id.
    id: &'a ArchiveId,
    /// How many files there are.
    file_count: u16,
}

/// A set of keys (RFC 7517).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "KeySet")]
pub(in crate::link) struct KeySetWire<'a> {
    /// The keys, one of which has the `kid` that the header of a receipt's signature names.
    pub(in crate::link) keys: [&'a SigningJwk; 1],
}

impl<'a> From<&'a SignedReceipt> for SignedReceiptWire<'a> {
    fn from(signed: &'a SignedReceipt) -> Self {
        Self { receipt: (&signed.receipt).into(), jws: &signed.jws, jwks: &signed.jwks }
    }
}

impl<'a> From<&'a Receipt> for ReceiptWire<'a> {
    fn from(receipt: &'a Receipt) -> Self {
        let (account, upload) = match &receipt.shared {
            Shared::Account(account) => {
                let provider = SharedProviderWire { id: &account.provider.id, name: &account.provider.name };
                (Some(SharedAccountWire { id: &account.id, provider }), None)
            }
            Shared::Upload(upload) => {
                (None, Some(SharedUploadWire { id: &upload.id, file_count: upload.file_count }))
            }
        };
        Self {
            id: &receipt.id,
            version: &receipt.version,
            agreed_at: receipt.agreed_at,
            organisation: OrganisationWire { name: &receipt.organisation.name },
            person: PersonWire { user_id: &receipt.person.user_id },
            account,
            upload,
            purpose: receipt.purpose.as_deref(),
            datapoints: &receipt.datapoints,
            continuous: receipt.continuous,
            retention_days: receipt.retention_days,
            revoke: &receipt.revoke,
            revoked_at: receipt.revoked_at,
        }
    }
}
