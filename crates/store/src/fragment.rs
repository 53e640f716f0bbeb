//! How a data point is laid out. Sealed is only what neither its row nor its source tells:
//!
//! ```text
//! served  {"id":"t-…","date":…,"amount":…,"metadata":{"createdAt":…,"itemCreatedAt":…,"sourceId":…,"providerId":…}}
//! sealed            "date":…,"amount":…,"metadata":{"createdAt":…,"itemCreatedAt":…
//! ```

use sahod_model::item::{ItemTimes, SourceRef};
use sahod_vault::{Aad, DataKey};

use crate::{error::StoreError, sealing::to_json};

/// What stands between an item's content and its metadata. After it come two moments, so the last one in an item is it.
const METADATA: &str = ",\"metadata\":{";

/// How much of an item is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// All of it.
    Whole,
    /// Its id and content, without the metadata.
    Content,
}

/// The part that is sealed, of an item whose content is the JSON object `content`.
pub(crate) fn of_item(content: &str, times: ItemTimes) -> Result<String, StoreError> {
    let fields = inside(content)?;
    let times = to_json(&times)?;
    Ok(format!("{fields}{METADATA}{}", inside(&times)?))
}

/// The part that all items of a source have in common, with everything that is still open closed.
pub(crate) fn of_source(source: &SourceRef) -> Result<String, StoreError> {
    Ok(format!(",{}}}}}", inside(&to_json(source)?)?))
}

fn inside(object: &str) -> Result<&str, StoreError> {
    let inside = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inside.ok_or_else(|| StoreError::Internal("an item is no JSON object".to_owned()))
}

/// Opens a sealed item and appends it to `out` as it is served. `source` is what [`of_source`] made.
pub(crate) fn open_onto(
    key: &DataKey,
    aad: &Aad<'_>,
    sealed: &[u8],
    source: &str,
    served: Served,
    out: &mut Vec<u8>,
) -> Result<(), StoreError> {
    out.extend_from_slice(b"{\"id\":\"");
    out.extend_from_slice(aad.id.as_bytes());
    out.extend_from_slice(b"\",");
    let content = out.len();
    key.open_onto(aad, sealed, out)?;
    match served {
        Served::Whole => out.extend_from_slice(source.as_bytes()),
        Served::Content => {
            let end = out[content..].windows(METADATA.len()).rposition(|bytes| bytes == METADATA.as_bytes());
            let end = end.ok_or_else(|| StoreError::Corrupt("an item without metadata".to_owned()))?;
            out.truncate(content + end);
            out.push(b'}');
        }
    }
    Ok(())
}
