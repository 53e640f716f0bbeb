//! Rows that are inserted at the end of a transaction: all of them are known by then, so they travel together.

use super::{Params, Sql};

/// Rows to be inserted in one transaction.
#[derive(Default)]
pub(crate) struct Batch {
    /// Each with its statement, in order.
    rows: Vec<(Sql, Params)>,
    numbered: Option<Numbered>,
}

/// Rows that get the next numbers of a sequence, without a gap. The sequence is a row that is locked from then to the end of the
/// transaction, so they are written last.
pub(crate) struct Numbered {
    /// Moves a sequence on: by how much, which one → the last number.
    pub(crate) next: Sql,
    /// Which sequence it is.
    pub(crate) sequence: i64,
    /// Inserts a row.
    pub(crate) insert: Sql,
    pub(crate) rows: Vec<NumberedRow>,
}

/// A row of that number. Made once the sequence is locked; more than once when the transaction is tried again.
pub(crate) type NumberedRow = Box<dyn Fn(i64) -> Params + Send + Sync>;

impl Batch {
    pub(crate) fn of_rows(sql: Sql, rows: Vec<Params>) -> Self {
        Self { rows: rows.into_iter().map(|row| (sql, row)).collect(), numbered: None }
    }

    pub(crate) fn push(&mut self, sql: Sql, row: Params) {
        self.rows.push((sql, row));
    }

    /// Adds a row of a sequence; gives it back when the batch has rows of another one.
    pub(crate) fn push_numbered(&mut self, row: Numbered) -> Result<(), Numbered> {
        match &mut self.numbered {
            None => self.numbered = Some(row),
            Some(has) if has.sequence == row.sequence => has.rows.extend(row.rows),
            Some(_) => return Err(row),
        }
        Ok(())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.numbered.is_none()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len() + self.numbered.as_ref().map_or(0, |numbered| numbered.rows.len())
    }

    pub(super) fn rows(&self) -> &[(Sql, Params)] {
        &self.rows
    }

    pub(super) const fn numbered(&self) -> Option<&Numbered> {
        self.numbered.as_ref()
    }
}

/// All numbered rows of batches of one sequence, in the batches' order, from the first of their numbers on.
pub(super) fn numbered_rows<'a>(batches: impl Iterator<Item = &'a Numbered>, first: i64) -> Vec<Params> {
    (first..).zip(batches.flat_map(|numbered| &numbered.rows)).map(|(number, row)| row(number)).collect()
}
