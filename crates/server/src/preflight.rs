//! What of the machine does not fit the config, found before anything is changed: all of it at once.

use std::{net::TcpListener, os::unix::fs::PermissionsExt as _, path::Path};

use sahod_store::Databases;

use crate::{
    config::{Config, ConfigError, ConfigFile},
    listen,
    open::store_config,
    tls,
};

/// The config, and the listener that it asks for; or everything that is wrong with it, and with what it names.
pub(crate) async fn check(file: &ConfigFile) -> Result<(Config, TcpListener), ConfigError> {
    let (config, mut faults) = file.layers()?.config_and_faults();
    if let Ok(storage) = store_config(&config) {
        faults.extend(Databases::faults(&storage).await.iter().map(ToString::to_string));
    }
    if let Err(error) = sahod_vault::check_private_folder(Path::new(&config.storage.keys_dir)) {
        faults.push(format!("storage.keys_dir: {error}"));
    }
    let named = !config.tls.certificate.is_empty() && !config.tls.private_key.is_empty();
    if named && !config.tls.self_signed {
        faults.extend(open_to_others(Path::new(&config.tls.private_key)));
        faults.extend(tls::load(&config).await.err().map(|error| format!("tls.certificate: {error}")));
    }
    let listener = match listen::bind(&config.server.listen) {
        Ok(listener) => Some(listener),
        Err(error) => {
            // An address that is none is told already.
            if config.server.listen.parse::<std::net::SocketAddr>().is_ok() {
                faults.push(format!("server.listen: {error}"));
            }
            None
        }
    };
    match listener {
        Some(listener) if faults.is_empty() => Ok((config, listener)),
        _ => Err(ConfigError(faults)),
    }
}

/// A private key that everybody on the machine can read. Its group may: those who renew certificates are one.
fn open_to_others(key: &Path) -> Option<String> {
    let mode = key.metadata().ok()?.permissions().mode();
    (mode & 0o007 != 0).then(|| {
        format!("tls.private_key: {} can be read by everybody: run `chmod 600` on it", key.display())
    })
}
