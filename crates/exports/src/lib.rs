//! An account's data as files for people: pages in PDF to read and to print, a table in CSV for spreadsheets.
//!
//! What goes in are data points as the API serves them, so that an export says what the API says, digit for digit. This
//! room knows how they look on paper and nothing of where they come from.
//!
//! ```text
//! Report ── csv()  ── columns ──► one table
//!        └─ pdf()  ── sections ─► paper (what stands where, page by page) ─► ink (the PDF itself)
//! ```

mod columns;
mod csv;
mod ink;
mod paper;
mod pdf;
mod report;
mod sections;

pub use csv::csv;
pub use pdf::pdf;
pub use report::{ExportError, Record, Report};
