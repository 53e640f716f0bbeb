//! Parameters of statements.

use std::error::Error;

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};
use sahod_model::{
    AccountId, ApiKeyId, ArchiveId, AttemptId, ConsentId, ConsentTemplateId, Datapoint, EventId, InviteId,
    InviteLogId, InviteTemplateId, ItemId, JobId, Origin, ProviderId, ScenarioId, SourceId, StepId, TaskId,
    TenantId, Timestamp, TokenId, UserId, WebhookId, WinkTemplateId,
};
use sahod_vault::Sealed;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// One parameter of a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(Box<str>),
    Blob(Vec<u8>),
}

/// All parameters of one run of a statement.
pub(crate) type Params = Vec<Value>;

/// The parameters `$1…` of one run of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Value::from($value)),*] };
}
pub(crate) use params;

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql_checked(ty, out),
            Self::Text(text) => text.as_ref().to_sql_checked(ty, out),
            Self::Blob(bytes) => bytes.as_slice().to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

macro_rules! text_values {
    ($($id:ty),*) => {$(
        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::Text(id.as_str().into())
            }
        }
    )*};
}

text_values!(
    AccountId,
    ApiKeyId,
    ArchiveId,
    AttemptId,
    ConsentId,
    ConsentTemplateId,
    EventId,
    InviteId,
    InviteLogId,
    InviteTemplateId,
    ItemId,
    JobId,
    Origin,
    ProviderId,
    ScenarioId,
    SourceId,
    StepId,
    TaskId,
    TenantId,
    TokenId,
    UserId,
    WebhookId,
    WinkTemplateId
);

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Int(moment.as_micros())
    }
}

impl From<Datapoint> for Value {
    fn from(kind: Datapoint) -> Self {
        Self::Int(kind.number().into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<Sealed> for Value {
    fn from(sealed: Sealed) -> Self {
        Self::Blob(sealed.into_bytes())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
