//! Mail to people: one plain text to one address, by the mail server that the operator names.

use std::{error::Error as StdError, io, net::IpAddr, sync::Arc, time::Duration};

use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, CertificateStore, TlsParameters},
        extension::ClientId,
    },
};
use serde::{Deserialize, Serialize};

/// How long a server that has taken the mail is waited for to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailEncryption {
    /// From the first byte on.
    Tls,
    /// From the greeting on. A server that does not offer it gets no mail.
    #[default]
    Starttls,
    /// Not at all: for a server on the same machine or network.
    None,
}

/// The `[mail]` section of the configuration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// The mail server's name. Empty: no mail is sent.
    pub host: String,
    /// The mail server's port. 0: the usual one of the encryption, which is 465 for `tls`, 587 for `starttls`, 25 for `none`.
    pub port: u16,
    /// How the way to the mail server is encrypted.
    pub encryption: MailEncryption,
    /// Who signs in to the mail server. Empty: nobody does.
    pub username: String,
    /// What they sign in with.
    pub password: String,
    /// Whom mail is from: `Sahod <no-reply@example.com>`.
    pub from: String,
    /// How long sending one mail may take, from the first look at the server's name to its word that it has the mail.
    pub timeout_ms: u64,
}

impl std::fmt::Debug for MailConfig {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailConfig").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 0,
            encryption: MailEncryption::default(),
            username: String::new(),
            password: String::new(),
            from: String::new(),
            timeout_ms: 30_000,
        }
    }
}

impl MailConfig {
    /// Everything that is wrong with these settings, each with the key it is about.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if self.host.is_empty() {
            return faults;
        }
        if self.encryption == MailEncryption::None && !self.username.is_empty() && !self.is_on_this_machine()
        {
            faults
                .push(("encryption", "must be tls or starttls where a password is sent to another machine"));
        }
        if self.username.is_empty() && !self.password.is_empty() {
            faults.push(("username", "must be given with a password"));
        }
        if self.password.is_empty() && !self.username.is_empty() {
            faults.push(("password", "must be given with a username"));
        }
        if mailbox(&self.from).is_none() {
            faults.push(("from", "must be a mail address, or NAME <ADDRESS>"));
        }
        if self.timeout_ms == 0 {
            faults.push(("timeout_ms", "must be at least 1"));
        }
        faults
    }

    fn is_on_this_machine(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    const fn port(&self) -> u16 {
        match (self.port, self.encryption) {
            (0, MailEncryption::Tls) => 465,
            (0, MailEncryption::Starttls) => 587,
            (0, MailEncryption::None) => 25,
            (port, _) => port,
        }
    }
}

/// Why a mail was not sent. The texts never carry an address, a subject, a body, or the mail server's own words, which like
/// to quote the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The settings cannot be used.
    #[error("mail settings cannot be used: {key} {rule}")]
    InvalidConfig {
        /// The setting it is about.
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// The address is none that mail is sent to.
    #[error("mail address is not valid")]
    InvalidAddress,
    /// The mail server will never take this mail.
    #[error("mail server refused the mail ({code})")]
    Refused {
        /// The mail server's reply code.
        code: u16,
    },
    /// The mail server does not take mail now.
    #[error("mail server does not take the mail now ({code})")]
    NotNow {
        /// The mail server's reply code.
        code: u16,
    },
    /// The mail server wants another username or password, or some where none is set.
    #[error("mail server did not accept the username and password")]
    NotSignedIn,
    /// The mail server does not offer the encryption that is asked for.
    #[error("mail server does not offer an encrypted connection")]
    Unencrypted,
    /// The TLS handshake failed: mostly because the certificate is not one to trust.
    #[error("secure connection to the mail server failed")]
    Untrusted,
    /// There is no way to the mail server.
    #[error("mail server cannot be reached")]
    Unreachable,
    /// The mail server hung up, or what it said is no SMTP.
    #[error("mail server stopped half way, or what answers is no mail server")]
    Broken,
    /// Time ran out. Whether the mail arrives all the same is not known.
    #[error("mail server timed out after {after_ms} ms")]
    TimedOut {
        /// The limit that was reached.
        after_ms: u64,
    },
}

impl MailError {
    /// Whether the same mail would fail again, however often it is sent. What the operator can mend is not permanent.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::InvalidAddress | Self::Refused { .. })
    }
}

/// Whether a text is an address that mail can be sent to: `name@example.com`, in ASCII, and nothing around it.
pub fn check_mail_address(text: &str) -> Result<(), MailError> {
    address(text).map(|_| ()).ok_or(MailError::InvalidAddress)
}

/// One mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address that it goes to.
    pub to: String,
    /// The subject, which is one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for Mail {
    /// Without what is nobody's business but the reader's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").finish_non_exhaustive()
    }
}

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    config: MailConfig,
    from: Mailbox,
    tls: Option<TlsParameters>,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Mailer").field(&self.0.config).finish()
    }
}

impl Mailer {
    /// A mailer with those settings; none where they name no mail server.
    ///
    /// # Errors
    ///
    /// [`MailError::InvalidConfig`] when there is a fault in the settings, [`MailError::Untrusted`] when TLS cannot be set up
    /// at all.
    pub fn new(config: &MailConfig) -> Result<Option<Self>, MailError> {
        if config.host.is_empty() {
            return Ok(None);
        }
        if let Some((key, rule)) = config.faults().into_iter().next() {
            return Err(MailError::InvalidConfig { key, rule });
        }
        let from = mailbox(&config.from).ok_or(MailError::InvalidAddress)?;
        let tls = match config.encryption {
            MailEncryption::None => None,
            MailEncryption::Tls | MailEncryption::Starttls => Some(tls(&config.host)?),
        };
        Ok(Some(Self(Arc::new(Inner { config: config.clone(), from, tls }))))
    }

    /// Sends a mail: when this returns, the mail server has it.
    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let Inner { config, from, .. } = &*self.0;
        let message = message(from, mail)?;
        let exchange = async {
            let mut connection = self.connect().await?;
            connection
                .send(message.envelope(), &message.formatted())
                .await
                .map_err(|error| explain(&error))?;
            Ok(connection)
        };
        let sent = tokio::time::timeout(Duration::from_millis(config.timeout_ms), exchange)
            .await
            .unwrap_or(Err(MailError::TimedOut { after_ms: config.timeout_ms }));
        match sent {
            Ok(mut connection) => {
                // The mail is on its way, whatever becomes of the goodbye: an error here would have it sent twice.
                let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
                tracing::debug!(host = config.host, "mail sent");
                Ok(())
            }
            Err(error) => {
                tracing::debug!(host = config.host, %error, "mail not sent");
                Err(error)
            }
        }
    }

    /// A connection that is encrypted and signed in as the settings say. A server that turns everybody away does not
    /// speak of one mail, so nothing that it says here is a refusal.
    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let Inner { config, from, tls } = &*self.0;
        // Servers look the name up that a client calls itself by, and the sender's domain is one that is known to be there.
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let failed = |error| match explain(&error) {
            MailError::Refused { code } => MailError::NotNow { code },
            error => error,
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (config.host.as_str(), config.port()),
            // An address of the server's at which nothing answers leaves time for the next.
            Some(Duration::from_millis(config.timeout_ms.div_ceil(3))),
            &hello,
            tls.clone().filter(|_| config.encryption == MailEncryption::Tls),
            None,
        )
        .await
        .map_err(failed)?;
        if let Some(tls) = tls.clone().filter(|_| config.encryption == MailEncryption::Starttls) {
            if !connection.can_starttls() {
                return Err(MailError::Unencrypted);
            }
            connection.starttls(tls, &hello).await.map_err(failed)?;
        }
        if !config.username.is_empty() {
            let credentials = Credentials::new(config.username.clone(), config.password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|error| {
                // The client's own error is that the server knows no way to sign in by password.
                if error.is_permanent() || error.is_client() {
                    MailError::NotSignedIn
                } else {
                    explain(&error)
                }
            })?;
        }
        Ok(connection)
    }
}

fn tls(host: &str) -> Result<TlsParameters, MailError> {
    let builder = TlsParameters::builder(host.to_owned());
    builder
        .clone()
        .build()
        .or_else(|error| {
            // As for the HTTP client: without certificate authorities the server starts, and each mail fails.
            tracing::warn!(%error, "no certificate authorities found: mail will not be sent");
            builder.certificate_store(CertificateStore::None).build()
        })
        .map_err(|_| MailError::Untrusted)
}

/// Only what every mail server takes: ASCII, and nothing that could be more than an address.
fn address(text: &str) -> Option<Address> {
    text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| text.parse().ok())?
}

/// `ADDRESS` or `NAME <ADDRESS>`. The library's own parser overlooks whatever follows an address.
fn mailbox(text: &str) -> Option<Mailbox> {
    let Some((name, rest)) = text.rsplit_once('<') else { return address(text).map(Mailbox::from) };
    let name = name.trim().trim_matches('"');
    let name = (!name.is_empty()).then(|| name.to_owned());
    let email = address(rest.strip_suffix('>')?)?;
    (!text.contains(char::is_control)).then(|| Mailbox::new(name, email))
}

fn message(from: &Mailbox, mail: Mail) -> Result<Message, MailError> {
    let to = address(&mail.to).ok_or(MailError::InvalidAddress)?;
    // A header is one line: what follows a line's end would be read as the next header.
    let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // Servers refuse mail without an id. It needs to be like no other, not to be hard to guess.
    let id = format!("<{:032x}@{}>", fastrand::u128(..), from.email.domain());
    // So that robots that answer for people on leave do not answer this (RFC 3834).
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    Message::builder()
        .from(from.clone())
        .to(to.into())
        .subject(subject)
        .message_id(Some(id))
        .raw_header(automatic)
        .singlepart(SinglePart::plain(mail.text))
        .map_err(|_| MailError::InvalidAddress)
}

/// What went wrong, without the chain's own texts: they hold the server's words.
fn explain(error: &lettre::transport::smtp::Error) -> MailError {
    match error.status().map(u16::from) {
        // Replies to "sign in first", "not by that way" and "not with that password", whatever they are replies to.
        Some(530 | 534 | 535 | 538) => return MailError::NotSignedIn,
        Some(code) if error.is_permanent() => return MailError::Refused { code },
        Some(code) => return MailError::NotNow { code },
        None => {}
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return MailError::Untrusted;
        }
        cause = match error.downcast_ref::<io::Error>() {
            // `source` of an I/O error skips the error it wraps.
            Some(outer) => match outer.get_ref() {
                Some(inner) => Some(inner),
                None => return explain_io(outer),
            },
            None => error.source(),
        };
    }
    if error.is_response() || error.is_client() { MailError::Broken } else { MailError::Unreachable }
}

fn explain_io(error: &io::Error) -> MailError {
    match error.kind() {
        io::ErrorKind::BrokenPipe
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::InvalidData
        | io::ErrorKind::UnexpectedEof => MailError::Broken,
        _ => MailError::Unreachable,
    }
}
