//! Where a PostgreSQL database is, and how it is reached: the operator's URL, read.

use std::{fmt, path::Path, str::FromStr as _, sync::Arc, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_postgres::{
    Config, NoTls,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{super::Purpose, tls};
use crate::error::StoreError;

/// How long it may take to connect.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// A connection on which nothing is said is asked after so long, so often, and given up after so many questions.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(15), Duration::from_secs(5), 3);
/// What was sent is acknowledged by the other machine within this time, or the connection is given up.
const ACKNOWLEDGED: Duration = Duration::from_secs(20);

/// What `sslmode` says, in the words of libpq.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyFull,
}

/// The server and database of an operator's URL.
pub(super) struct Address {
    config: Config,
    mode: Mode,
    root_certificate: Option<String>,
    /// What to call it when something is wrong: never with the password.
    pub(super) name: Arc<Name>,
}

/// What a database is called when something is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    purpose: Purpose,
    place: String,
    pub(super) user: String,
    pub(super) database: String,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.purpose.noun(), self.purpose.key(), self.place)
    }
}

impl Address {
    pub(super) fn read(url: &SecretString, purpose: Purpose) -> Result<Self, StoreError> {
        let refused = |what: &str| StoreError::Refused(format!("{}: {what}", purpose.key()));
        let (url, mode, root_certificate) = without_tls(url.expose_secret());
        let mode = match mode.as_deref() {
            None | Some("prefer") => Mode::Prefer,
            Some("disable") => Mode::Disable,
            Some("require") => Mode::Require,
            Some("verify-full") => Mode::VerifyFull,
            Some(_) => return Err(refused("sslmode must be disable, prefer, require or verify-full")),
        };
        if root_certificate.is_some() && mode != Mode::VerifyFull {
            return Err(refused("sslrootcert is looked at with sslmode=verify-full only"));
        }
        // The fault's own text may quote the URL, and with it the password.
        let mut config = Config::from_str(&url).map_err(|_| refused("the PostgreSQL URL is malformed"))?;
        config
            .connect_timeout(CONNECT)
            .keepalives_idle(KEEPALIVE.0)
            .keepalives_interval(KEEPALIVE.1)
            .keepalives_retries(KEEPALIVE.2)
            .tcp_user_timeout(ACKNOWLEDGED)
            .ssl_mode(match mode {
                Mode::Disable => SslMode::Disable,
                Mode::Prefer => SslMode::Prefer,
                Mode::Require | Mode::VerifyFull => SslMode::Require,
            });
        if config.get_application_name().is_none() {
            config.application_name("sahod");
        }
        let user = config.get_user().unwrap_or("of this process").to_owned();
        let database = config.get_dbname().unwrap_or(&user).to_owned();
        let place = format!("{}/{database}", hosts(&config));
        let name = Arc::new(Name { purpose, place, user, database });
        Ok(Self { config, mode, root_certificate, name })
    }

    /// What makes connections to it.
    pub(super) fn manager(self) -> Result<Manager, StoreError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let tls = match self.mode {
            Mode::Disable => return Ok(Manager::from_config(self.config, NoTls, recycling)),
            Mode::Prefer | Mode::Require => tls::unverified(),
            Mode::VerifyFull => tls::verified(self.root_certificate.as_deref().map(Path::new)),
        };
        let tls = tls.map_err(|error| StoreError::Refused(format!("{}: {error}", self.name)))?;
        Ok(Manager::from_config(self.config, MakeRustlsConnect::new(tls), recycling))
    }
}

fn hosts(config: &Config) -> String {
    let ports = config.get_ports();
    let named = config.get_hosts().iter().enumerate().map(|(at, host)| {
        let port = ports.get(at).or_else(|| ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(folder) => folder.display().to_string(),
        }
    });
    named.collect::<Vec<_>>().join(",")
}

/// A URL without its `sslmode` and `sslrootcert`, and those two: the driver does not know all that libpq does.
fn without_tls(url: &str) -> (String, Option<String>, Option<String>) {
    let Some((base, query)) = url.split_once('?') else { return (url.to_owned(), None, None) };
    let (mut rest, mut mode, mut root) = (Vec::new(), None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let read = url::form_urlencoded::parse(pair.as_bytes()).next();
        match read {
            Some((name, value)) if name == "sslmode" => mode = Some(value.into_owned()),
            Some((name, value)) if name == "sslrootcert" => root = Some(value.into_owned()),
            _ => rest.push(pair),
        }
    }
    let rest = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    (rest, mode, root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Address, StoreError> {
        Address::read(&SecretString::from(url.to_owned()), Purpose::Keyring)
    }

    #[test]
    fn tls_is_said_as_libpq_says_it() {
        for (query, mode) in [
            ("", Mode::Prefer),
            ("?sslmode=disable", Mode::Disable),
            ("?sslmode=require&application_name=x", Mode::Require),
            ("?sslmode=verify-full&sslrootcert=%2Fetc%2Fdb%20ca.pem", Mode::VerifyFull),
        ] {
            let read = read(&format!("postgres://me:hunter2@db.test:6432/sahod{query}")).unwrap();
            assert_eq!(read.mode, mode, "{query}");
            let root = (mode == Mode::VerifyFull).then_some("/etc/db ca.pem");
            assert_eq!(read.root_certificate.as_deref(), root);
        }
        for wrong in ["sslmode=verify-ca", "sslmode=hunter2", "sslrootcert=/a.pem", "port=hunter2"] {
            let error = read(&format!("postgres://me:hunter2@db.test/sahod?{wrong}")).err().unwrap();
            assert!(matches!(&error, StoreError::Refused(_)), "{wrong}: {error}");
            assert!(!error.to_string().contains("hunter2"), "{wrong}: {error}");
            assert!(error.to_string().contains("storage.keyring_url"), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_database_is_called_by_its_key_and_place_and_never_by_its_password() {
        let name = read("postgres://me:hunter2@db.test:6432/sahod").unwrap().name;
        assert_eq!(name.to_string(), "the keyring (storage.keyring_url, db.test:6432/sahod)");
        let name = read("postgres://me:hunter2@db.test").unwrap().name;
        assert_eq!(name.to_string(), "the keyring (storage.keyring_url, db.test:5432/me)");
    }
}
