//! Folds of an answer's rows.

use super::Row;
use crate::error::StoreError;

/// A fold that keeps every mapped row.
pub(crate) fn pushing<T>(
    map: impl Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
) -> impl FnMut(&mut Vec<T>, Row<'_>) -> Result<(), StoreError> + Send + 'static {
    move |rows, row| {
        rows.push(map(row)?);
        Ok(())
    }
}

/// A fold that keeps the first mapped row.
pub(crate) fn keeping_first<T>(
    map: impl Fn(Row<'_>) -> Result<T, StoreError> + Send + 'static,
) -> impl FnMut(&mut Option<T>, Row<'_>) -> Result<(), StoreError> + Send + 'static {
    move |first, row| {
        if first.is_none() {
            *first = Some(map(row)?);
        }
        Ok(())
    }
}
