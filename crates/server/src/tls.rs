//! The certificate: from files, or one of our own making for local use.

use std::path::Path;

use axum_server::tls_rustls::RustlsConfig;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use crate::{config::Config, failure::Failure};

/// What connections are encrypted with; `None` when they are not.
pub(crate) async fn load(config: &Config) -> Result<Option<RustlsConfig>, Failure> {
    let tls = &config.tls;
    if !tls.self_signed && tls.certificate.is_empty() {
        return Ok(None);
    }
    // The process may have chosen before, in which case it chose the same.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    if !tls.self_signed {
        let loaded = RustlsConfig::from_pem_file(&tls.certificate, &tls.private_key).await;
        return Ok(Some(loaded.map_err(|error| {
            format!(
                "cannot use the certificate {} with the key {}: {error}",
                tls.certificate, tls.private_key
            )
        })?));
    }
    let folder = Path::new(&config.storage.keys_dir);
    let (key, certificate) = (folder.join("self-signed.key.pem"), folder.join("self-signed.pem"));
    if !key.exists() {
        let (names, path) = (host_names(config), key.clone());
        tokio::task::spawn_blocking(move || make(names, &path)).await??;
    }
    // What clients are told to trust.
    let both = std::fs::read_to_string(&key)?;
    if let Some(at) = both.find("-----BEGIN CERTIFICATE-----") {
        std::fs::write(certificate, &both[at..])?;
    }
    Ok(Some(RustlsConfig::from_pem_file(&key, &key).await?))
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
