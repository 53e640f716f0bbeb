//! What browsers load, embedded in the binary: the widget and its script, providers' pictures, and plain pages.
//!
//! This room knows files and HTML, not HTTP: which address serves what, with which policy, is `api`'s.

mod bundle;
mod docs;
mod monogram;
mod page;

pub use bundle::{Asset, Bundle};
pub use docs::doc_page;
pub use monogram::monogram;
pub use page::{PAGE_ICON, PAGE_STYLE, escape, page};
