//! The certificate: from files, which may be renewed at any time, or one of our own making for local use.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::interval,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{config::Config, failure::Failure};

/// How often it is looked whether the files are others than those that were read.
const LOOK: Duration = Duration::from_secs(2);

/// What connections are encrypted with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Encryption {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
}

/// The certificate that is shown to clients.
#[derive(Debug)]
struct Shown {
    files: Files,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    /// How the files looked when they were read, and what was wrong with them then.
    looked: Mutex<Looked>,
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    private_key: PathBuf,
}

#[derive(Debug)]
struct Looked {
    traces: Option<[Trace; 2]>,
    fault: Option<String>,
}

/// What of a file is another after it was written, or another one was put in its place.
type Trace = (u64, u64, i64, i64);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Files {
    fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
        let Self { certificate, private_key } = self;
        let fault = |error: &dyn std::fmt::Display| {
            format!(
                "cannot use the certificate {} with the key {}: {error}",
                certificate.display(),
                private_key.display()
            )
        };
        let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(|error| fault(&error))?;
        if chain.is_empty() {
            return Err(fault(&"there is no certificate in the file"));
        }
        let key = PrivateKeyDer::from_pem_file(private_key).map_err(|error| fault(&error))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| fault(&error))
    }

    fn traces(&self) -> Option<[Trace; 2]> {
        let trace = |path: &Path| -> io::Result<Trace> {
            let data = fs::metadata(path)?;
            Ok((data.ino(), data.size(), data.mtime(), data.mtime_nsec()))
        };
        Some([trace(&self.certificate).ok()?, trace(&self.private_key).ok()?])
    }
}

impl Encryption {
    fn start(certificate: PathBuf, private_key: PathBuf) -> Result<Self, Failure> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let files = Files { certificate, private_key };
        let traces = files.traces();
        let current = RwLock::new(Arc::new(files.read(&provider)?));
        let looked = Mutex::new(Looked { traces, fault: None });
        let shown = Arc::new(Shown { files, provider: Arc::clone(&provider), current, looked });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), shown })
    }

    /// Encrypts a connection.
    pub(crate) async fn accept<I: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: I,
    ) -> io::Result<TlsStream<I>> {
        self.acceptor.accept(stream).await
    }

    /// Takes what the files hold now. What cannot be used is logged, and the certificate that was there stays.
    pub(crate) fn reload(&self) {
        let shown = &self.shown;
        let mut looked = shown.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.traces = shown.files.traces();
        match shown.files.read(&shown.provider) {
            Ok(read) => {
                looked.fault = None;
                let mut current = shown.current.write().unwrap_or_else(PoisonError::into_inner);
                if current.cert != read.cert {
                    *current = Arc::new(read);
                    tracing::info!("the renewed certificate is shown from now on");
                }
            }
            Err(fault) if looked.fault.as_ref() != Some(&fault) => {
                tracing::error!(%fault, "the certificate that was there before is kept");
                looked.fault = Some(fault);
            }
            Err(_) => {}
        }
    }

    /// Reloads whenever the files are others, for ever. Of certificate and key one is always written first: what did not fit
    /// together is looked at again.
    pub(crate) async fn follow_files(self) {
        let mut looks = interval(LOOK);
        loop {
            looks.tick().await;
            let tls = self.clone();
            let look = move || {
                let unchanged = {
                    let looked = tls.shown.looked.lock().unwrap_or_else(PoisonError::into_inner);
                    looked.fault.is_none() && looked.traces == tls.shown.files.traces()
                };
                if !unchanged {
                    tls.reload();
                }
            };
            // A slow disk must not keep the runtime from working. A look that panicked is followed by another one.
            let _ = tokio::task::spawn_blocking(look).await;
        }
    }
}

/// What connections are encrypted with; `None` when they are not.
pub(crate) async fn load(config: &Config) -> Result<Option<Encryption>, Failure> {
    let tls = &config.tls;
    if !tls.self_signed && tls.certificate.is_empty() {
        return Ok(None);
    }
    // The process may have chosen before, in which case it chose the same.
    let _ = aws_lc_rs::default_provider().install_default();
    if !tls.self_signed {
        return Ok(Some(Encryption::start(tls.certificate.clone().into(), tls.private_key.clone().into())?));
    }
    let folder = Path::new(&config.storage.keys_dir);
    let (key, certificate) = (folder.join("self-signed.key.pem"), folder.join("self-signed.pem"));
    if !key.exists() {
        let (names, path) = (host_names(config), key.clone());
        tokio::task::spawn_blocking(move || make(names, &path)).await??;
    }
    // What clients are told to trust.
    let both = fs::read_to_string(&key)?;
    if let Some(at) = both.find("-----BEGIN CERTIFICATE-----") {
        fs::write(certificate, &both[at..])?;
    }
    Ok(Some(Encryption::start(key.clone(), key)?))
}

/// The hosts that a certificate of our own is for.
fn host_names(config: &Config) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let domain = &config.server.base_domain;
    if !domain.is_empty() {
        names.extend([domain.clone(), format!("*.{domain}")]);
    }
    names
}

/// RSA-4096 and SHA-256, as the contract names them. Takes a second of CPU. Key and certificate are one file, so that no
/// crash leaves one without the other.
fn make(names: Vec<String>, path: &Path) -> Result<(), Failure> {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096)?;
    let made = CertificateParams::new(names)?.self_signed(&pair)?;
    let both = format!("{}{}", pair.serialize_pem(), made.pem());
    sahod_vault::create_private(path, both.as_bytes(), &sahod_model::SystemRandom)?;
    Ok(())
}
