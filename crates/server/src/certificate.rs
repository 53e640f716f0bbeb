//! What is wrong with the certificate that clients are shown, though it can be used: said at the start.

use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use sahod_api::PublicUrls;
use sahod_model::Timestamp;
use x509_cert::{Certificate, der::Decode as _};

/// This long before its end it is said that a certificate ends.
const SOON: Duration = Duration::from_hours(14 * 24);

/// What is wrong with the certificate in that PEM file, at that moment, for those addresses.
pub(crate) fn faults(pem: &[u8], now: Timestamp, urls: &PublicUrls) -> Vec<String> {
    let Some(Ok(der)) = CertificateDer::pem_slice_iter(pem).next() else {
        return vec!["there is no certificate in it".to_owned()];
    };
    let mut faults = Vec::new();
    if let Ok(certificate) = Certificate::from_der(&der) {
        let validity = certificate.tbs_certificate.validity;
        let at = |time: x509_cert::time::Time| Timestamp::from_micros(0).plus(time.to_unix_duration());
        let (from, to) = (at(validity.not_before), at(validity.not_after));
        if now > to {
            faults.push(format!("it expired at {to}: browsers and receivers refuse it"));
        } else if now.plus(SOON) > to {
            faults.push(format!("it expires at {to}: renew it"));
        }
        if now < from {
            faults.push(format!("it is not valid before {from}: is the clock right?"));
        }
    }
    let Ok(parsed) = rustls::server::ParsedCertificate::try_from(&der) else { return faults };
    let mut unnamed: Vec<_> = hosts(urls)
        .into_iter()
        .filter(|host| {
            let name = ServerName::try_from(host.as_str());
            !name.is_ok_and(|name| rustls::client::verify_server_name(&parsed, &name).is_ok())
        })
        .collect();
    unnamed.dedup();
    if !unnamed.is_empty() {
        faults.push(format!("it is not for {}", unnamed.join(", ")));
    }
    faults
}

/// The hosts of all surfaces.
fn hosts(urls: &PublicUrls) -> Vec<String> {
    let PublicUrls { sandbox, open, link_sandbox, link, web, user, portal, docs } = urls;
    let mut hosts: Vec<_> = [sandbox, open, link_sandbox, link, web, user, portal, docs]
        .into_iter()
        .filter_map(|url| {
            let authority = url.split_once("://")?.1.split('/').next()?;
            Some(authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned())
        })
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::urls::public_urls;

    fn certificate(names: &[&str], year: i32) -> Vec<u8> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = rcgen::CertificateParams::new(names).unwrap();
        params.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let pair = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&pair).unwrap().pem().into_bytes()
    }

    /// 2026-06-01T00:00:00Z.
    const NOW: Timestamp = Timestamp::from_micros(1_780_272_000_000_000);

    #[test]
    fn what_expired_and_what_is_for_others_is_said() {
        let one = public_urls("https://sahod.example.com:8443", None);
        let many = public_urls("https://example.com", Some("example.com"));
        let good = certificate(&["sahod.example.com"], 2027);
        assert_eq!(faults(&good, NOW, &one), Vec::<String>::new());
        let told = faults(&good, NOW, &many).join("\n");
        assert!(told.contains("link-sandbox.example.com") && told.contains("docs.example.com"), "{told}");
        assert_eq!(faults(&certificate(&["*.example.com"], 2027), NOW, &many), Vec::<String>::new());

        let told = faults(&certificate(&["sahod.example.com"], 2026), NOW, &one).join("\n");
        assert!(told.contains("expired at 2026-01-01"), "{told}");
        let told = faults(&certificate(&["sahod.example.com"], 2028), NOW, &one).join("\n");
        assert!(told.contains("not valid before 2027-01-01"), "{told}");
        assert!(!faults(b"nothing", NOW, &one).is_empty());
    }
}
