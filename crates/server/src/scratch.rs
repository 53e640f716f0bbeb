//! A folder for what ends with the process, and the end of such folders whose process was killed.

use std::{
    fs::{File, Permissions, TryLockError},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use tempfile::TempDir;

const PREFIX: &str = "sahod-sandbox-";
/// Locked as long as the folder's process lives.
const LOCK: &str = "lock";

/// A private folder that is gone when it is dropped.
pub(crate) struct Scratch {
    folder: TempDir,
    /// Let go by the system when the process ends, however it ends.
    _lock: File,
}

impl Scratch {
    /// Makes a folder below the machine's folder for such things, and removes those that nobody uses any more.
    pub(crate) fn make() -> io::Result<Self> {
        Self::make_in(&std::env::temp_dir())
    }

    fn make_in(place: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix(PREFIX).permissions(Permissions::from_mode(0o700)).tempdir_in(place)?;
        // Locked before it has its name, so that nobody finds it without its lock.
        let draft = folder.path().join("lock.new");
        let lock = File::create_new(&draft)?;
        lock.lock()?;
        std::fs::rename(draft, folder.path().join(LOCK))?;
        remove_abandoned(place, folder.path());
        Ok(Self { folder, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes the folder, and says so when that does not work.
    pub(crate) fn remove(self) -> io::Result<()> {
        self.folder.close()
    }
}

/// Removes what others left behind. What cannot be looked at or removed is somebody else's, or will be found again.
fn remove_abandoned(place: &Path, own: &Path) {
    let Ok(user) = std::fs::metadata(own).map(|own| own.uid()) else { return };
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // Of the entry itself: where a link leads is not ours.
        let ours = || entry.metadata().is_ok_and(|entry| entry.is_dir() && entry.uid() == user);
        if named && ours() && entry.path() != own && is_abandoned(&entry.path()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether the process is gone whose folder it was.
fn is_abandoned(folder: &Path) -> bool {
    let Ok(lock) = File::open(folder.join(LOCK)) else { return false };
    match lock.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> usize {
        std::fs::read_dir(place).unwrap().count()
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_lives_stays() {
        let place = tempfile::tempdir().unwrap();
        let living = Scratch::make_in(place.path()).unwrap();
        std::fs::write(living.path().join("data"), "x").unwrap();
        let killed = place.path().join(format!("{PREFIX}killed"));
        std::fs::create_dir(&killed).unwrap();
        std::fs::write(killed.join(LOCK), "").unwrap();
        let foreign = place.path().join("something-else");
        std::fs::create_dir(&foreign).unwrap();
        std::fs::write(foreign.join(LOCK), "").unwrap();

        let next = Scratch::make_in(place.path()).unwrap();
        assert!(!killed.exists() && foreign.exists() && living.path().join("data").exists());
        assert_eq!(next.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        next.remove().unwrap();
        drop(living);
        assert_eq!(names(place.path()), 1);
    }
}
