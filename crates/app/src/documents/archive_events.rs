//! What events say of the archive that they are about.

use sahod_model::{Archive, event::ArchiveEvent};

/// The archive as its events name it.
pub(crate) fn archive_event(archive: &Archive) -> ArchiveEvent {
    ArchiveEvent { user_id: archive.user_id.clone(), archive_id: archive.id.clone() }
}
