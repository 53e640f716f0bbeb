//! Files that hold secrets: made whole or not at all, never replaced, and refused when others can read them.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use sahod_model::Random;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// Why a secret's file is not read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The system said no.
    Io(io::Error),
    /// The file is not as a secret's file must be.
    Refused(&'static str),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Refuses a file of keys, or a folder of them, that others than its owner can use. What is not there is no fault.
pub fn check_private(path: &Path) -> Result<(), VaultError> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    let fault = if metadata.is_dir() {
        "can be entered by others than its owner: run `chmod 700` on it"
    } else {
        "can be read by others than its owner: run `chmod 600` on it"
    };
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(VaultError::NotPrivate { path: path.to_owned(), fault });
    }
    Ok(())
}

/// Refuses a folder of keys that others than its owner can enter, and every file in it that they can read.
pub fn check_private_folder(folder: &Path) -> Result<(), VaultError> {
    check_private(folder)?;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // A certificate that clients are told to trust is no secret.
        if path.is_file() && path.file_name().is_none_or(|name| name != "self-signed.pem") {
            check_private(&path)?;
        }
    }
    Ok(())
}

/// Reads a secret's file of at most `most` bytes.
pub(crate) fn read_private(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::Refused("is no file"));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(ReadError::Refused("can be read by others than its owner: run `chmod 600` on it"));
    }
    // The buffer never grows, so no copy of the secret is left behind by a move.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(ReadError::Refused("is longer than such a file can be")) } else { Ok(bytes) }
}

/// Writes a draft beside `path`, then links it there: a reader sees the whole file or none, and a file that is there
/// already is never replaced.
pub fn create_private(path: &Path, bytes: &[u8], random: &dyn Random) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}.new", u64::from_le_bytes(random.array())));
    let draft = folder.join(name);

    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            other => other,
        });
    let removed = std::fs::remove_file(&draft);
    written.and(removed).and_then(|()| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_keys_and_every_key_in_it_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let key = folder.path().join("token-signing.key");
        std::fs::write(&key, "sealed").unwrap();
        set(&key, 0o600);
        set(folder.path(), 0o700);
        check_private_folder(folder.path()).unwrap();

        set(&key, 0o640);
        let told = check_private_folder(folder.path()).unwrap_err().to_string();
        assert!(told.contains("token-signing.key") && told.contains("chmod 600"), "{told}");
        set(&key, 0o600);
        set(folder.path(), 0o755);
        let told = check_private_folder(folder.path()).unwrap_err().to_string();
        assert!(told.contains("chmod 700"), "{told}");
        check_private(&folder.path().join("nothing")).unwrap();
    }
}
