//! How the larger objects of the Link API look on the wire. The comments on the fields are the descriptions in its document.

pub(super) mod progress;
pub(super) mod receipt;
pub(super) mod session;
