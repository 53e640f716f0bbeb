//! Where the outside finds each surface.

use std::net::SocketAddr;

use sahod_api::PublicUrls;

use crate::config::Config;

/// The addresses of all surfaces below `root` (`https://example.com`), or beside it as hosts of `base_domain`.
pub(crate) fn public_urls(root: &str, base_domain: Option<&str>) -> PublicUrls {
    let url = |label: &str| match base_domain {
        None => format!("{root}/{label}"),
        Some(domain) => {
            let (scheme, rest) = root.split_once("://").unwrap_or(("https", root));
            let port = rest.rsplit_once(':').map(|(_, port)| format!(":{port}")).unwrap_or_default();
            format!("{scheme}://{label}.{domain}{port}")
        }
    };
    PublicUrls {
        sandbox: url("sandbox"),
        open: url("open"),
        link_sandbox: url("link-sandbox"),
        link: url("link"),
        web: url("web"),
        user: url("user"),
        portal: url("portal"),
        docs: url("docs"),
    }
}

/// The public addresses by the config, for a server that listens at `address`.
pub(crate) fn urls(config: &Config, address: SocketAddr) -> PublicUrls {
    let server = &config.server;
    let root = if server.public_url.is_empty() {
        let encrypted = config.tls.self_signed || !config.tls.certificate.is_empty();
        let scheme = if encrypted { "https" } else { "http" };
        let host = if server.base_domain.is_empty() { "localhost" } else { &server.base_domain };
        format!("{scheme}://{host}:{}", address.port())
    } else {
        server.public_url.clone()
    };
    let base_domain = (!server.base_domain.is_empty()).then_some(server.base_domain.as_str());
    public_urls(&root, base_domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surfaces_are_paths_or_hosts() {
        assert_eq!(
            public_urls("http://localhost:8080", None).link_sandbox,
            "http://localhost:8080/link-sandbox"
        );
        let hosts = public_urls("https://example.com:8443", Some("example.com"));
        assert_eq!(hosts.sandbox, "https://sandbox.example.com:8443");
    }
}
