//! One row of an answer, whichever engine it came from.

use rusqlite::types::ValueRef;
use sahod_model::Timestamp;

use crate::error::{StoreError, corrupt};

/// One row of an answer. Values are borrowed from the engine, without a copy.
#[derive(Clone, Copy)]
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) fn text(self, index: usize) -> Result<&'a str, StoreError> {
        self.opt_text(index)?.ok_or_else(|| missing(index))
    }

    pub(crate) fn opt_text(self, index: usize) -> Result<Option<&'a str>, StoreError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index).map_err(corrupt)? {
                ValueRef::Null => Ok(None),
                value => value.as_str().map(Some).map_err(corrupt),
            },
            Self::Postgres(row) => row.try_get(index).map_err(corrupt),
        }
    }

    /// A text's bytes, perhaps not checked to be UTF-8: for where many are read and few are looked at.
    pub(crate) fn raw_text(self, index: usize) -> Result<&'a [u8], StoreError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index).map_err(corrupt)? {
                ValueRef::Text(bytes) => Ok(bytes),
                _ => Err(StoreError::Corrupt(format!("column {index} is no text"))),
            },
            Self::Postgres(_) => self.text(index).map(str::as_bytes),
        }
    }

    pub(crate) fn int(self, index: usize) -> Result<i64, StoreError> {
        self.opt_int(index)?.ok_or_else(|| missing(index))
    }

    pub(crate) fn opt_int(self, index: usize) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index).map_err(corrupt)? {
                ValueRef::Null => Ok(None),
                value => value.as_i64().map(Some).map_err(corrupt),
            },
            Self::Postgres(row) => row.try_get(index).map_err(corrupt),
        }
    }

    pub(crate) fn blob(self, index: usize) -> Result<&'a [u8], StoreError> {
        self.opt_blob(index)?.ok_or_else(|| missing(index))
    }

    pub(crate) fn opt_blob(self, index: usize) -> Result<Option<&'a [u8]>, StoreError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(index).map_err(corrupt)? {
                ValueRef::Null => Ok(None),
                value => value.as_blob().map(Some).map_err(corrupt),
            },
            Self::Postgres(row) => row.try_get(index).map_err(corrupt),
        }
    }

    /// Exactly `N` bytes.
    pub(crate) fn bytes<const N: usize>(self, index: usize) -> Result<[u8; N], StoreError> {
        self.blob(index)?.try_into().map_err(corrupt)
    }

    pub(crate) fn timestamp(self, index: usize) -> Result<Timestamp, StoreError> {
        self.int(index).map(Timestamp::from_micros)
    }

    pub(crate) fn opt_timestamp(self, index: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(index)?.map(Timestamp::from_micros))
    }

    /// Something that is kept as its text.
    pub(crate) fn parsed<T>(self, index: usize) -> Result<T, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.text(index)?.parse().map_err(corrupt)
    }

    /// Something that is kept as its text, or nothing.
    pub(crate) fn opt_parsed<T>(self, index: usize) -> Result<Option<T>, StoreError>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        self.opt_text(index)?.map(str::parse).transpose().map_err(corrupt)
    }

    /// Something that is kept as its name.
    pub(crate) fn named<T>(
        self,
        index: usize,
        from_name: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let name = self.text(index)?;
        from_name(name).ok_or_else(|| StoreError::Corrupt(format!("unknown name {name}")))
    }

    /// Something that is kept as its name, or nothing.
    pub(crate) fn opt_named<T>(
        self,
        index: usize,
        from_name: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        if self.opt_text(index)?.is_none() { Ok(None) } else { self.named(index, from_name).map(Some) }
    }
}

fn missing(index: usize) -> StoreError {
    StoreError::Corrupt(format!("column {index} is null"))
}
