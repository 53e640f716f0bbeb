//! Where the outside finds each surface.

use sahod_api::PublicUrls;

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
