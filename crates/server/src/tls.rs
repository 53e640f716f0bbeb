//! The certificate: from files, or one of our own making for local use.

use std::path::Path;

use axum_server::tls_rustls::RustlsConfig;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use crate::{command::Failure, config::Config};

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
    let (certificate, key) = (folder.join("self-signed.pem"), folder.join("self-signed.key.pem"));
    if !certificate.exists() {
        let names = host_names(config);
        let (certificate_path, key_path) = (certificate.clone(), key.clone());
        tokio::task::spawn_blocking(move || make(names, &certificate_path, &key_path)).await??;
    }
    Ok(Some(RustlsConfig::from_pem_file(certificate, key).await?))
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

/// RSA-4096 and SHA-256, as the contract names them. Takes a second of CPU.
fn make(names: Vec<String>, certificate: &Path, key: &Path) -> Result<(), Failure> {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096)?;
    let made = CertificateParams::new(names)?.self_signed(&pair)?;
    sahod_vault::create_private(key, pair.serialize_pem().as_bytes(), &sahod_model::SystemRandom)?;
    std::fs::write(certificate, made.pem())?;
    Ok(())
}
