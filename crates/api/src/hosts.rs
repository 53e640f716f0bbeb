//! For whom a request is: what its `Host` says, judged before anything else of it, and what browsers are told about the way here.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, Version, header, uri::Authority},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use sahod_app::Fault;
use sahod_model::RequestId;

use crate::{envelope, error::ApiError};

/// Which names a server answers to.
#[derive(Clone, Debug)]
pub enum Hosts {
    /// To any: which one says what a request is for.
    Any,
    /// To this machine's own names, to every address, and to these names and what is below them. A page elsewhere whose name
    /// was made to lead here (DNS rebinding) has another one, and is refused.
    Own(Arc<[String]>),
}

impl Hosts {
    /// The names that are this machine's own, and those.
    #[must_use]
    pub fn own(names: impl IntoIterator<Item = String>) -> Self {
        Self::Own(names.into_iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    fn has(&self, host: &str) -> bool {
        let Self::Own(names) = self else { return true };
        let host = host.to_ascii_lowercase();
        let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
        let below = |name: &str| {
            host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        // No name leads to an address: nobody can make one theirs.
        bare.parse::<IpAddr>().is_ok() || below("localhost") || names.iter().any(|name| below(name))
    }
}

/// What stands in front of everything that is served.
#[derive(Clone, Debug)]
pub struct Front {
    /// Which names it answers to.
    pub hosts: Hosts,
    /// For how many seconds browsers are to come back encrypted only; `None` where they may come as they like.
    pub encrypted_only_s: Option<u64>,
}

impl Front {
    /// That, in front of a router.
    pub fn before(&self, router: Router) -> Router {
        let strictly = self.encrypted_only_s.map(|seconds| format!("max-age={seconds}"));
        let strictly = strictly.and_then(|text| HeaderValue::from_str(&text).ok());
        router.layer(from_fn_with_state((self.hosts.clone(), strictly), judge))
    }
}

async fn judge(
    State((hosts, strictly)): State<(Hosts, Option<HeaderValue>)>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match host(request.version(), request.uri(), request.headers()) {
        Ok(Some(host)) if !hosts.has(host.host()) => {
            let why = "This server does not answer to that name. Call it by localhost or its address, or set \
                       server.public_url.\n";
            (StatusCode::MISDIRECTED_REQUEST, why).into_response()
        }
        Ok(_) => next.run(request).await,
        Err(detail) => {
            let mut response = ApiError::invalid(vec![Fault::new("Host", detail)]).into_response();
            envelope::render(RequestId::default(), &mut response);
            response
        }
    };
    if let Some(strictly) = strictly {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, strictly);
    }
    response
}

/// The one host that a request is for (RFC 9112, 3.2, and RFC 9113, 8.3.1). Only HTTP/1.0 may leave it out.
fn host(version: Version, uri: &Uri, headers: &HeaderMap) -> Result<Option<Authority>, &'static str> {
    let mut given = headers.get_all(header::HOST).iter();
    let (first, second) = (given.next(), given.next());
    if second.is_some() {
        return Err("is given more than once; give it once");
    }
    let read = |value: &HeaderValue| {
        let authority = value.to_str().ok().and_then(|text| text.parse::<Authority>().ok());
        authority.filter(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
    };
    let named = first.map(|value| read(value).ok_or("is not the name of a host")).transpose()?;
    match (named, uri.authority()) {
        (Some(named), Some(target)) if !named.as_str().eq_ignore_ascii_case(target.as_str()) => {
            Err("is not the host that is asked for")
        }
        (Some(named), _) => Ok(Some(named)),
        (None, Some(target)) if version >= Version::HTTP_2 => Ok(Some(target.clone())),
        (None, _) if version <= Version::HTTP_10 => Ok(None),
        (None, _) => Err("is required"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(version: Version, uri: &str, hosts: &[&str]) -> Result<Option<String>, &'static str> {
        let headers = hosts.iter().map(|host| (header::HOST, host.parse().unwrap())).collect();
        let found = host(version, &uri.parse().unwrap(), &headers);
        found.map(|host| host.map(|host| host.to_string()))
    }

    #[test]
    fn a_request_is_for_exactly_one_host() {
        let (http_10, http_11, http_2) = (Version::HTTP_10, Version::HTTP_11, Version::HTTP_2);
        assert_eq!(judged(http_11, "/", &["example.com:8443"]), Ok(Some("example.com:8443".into())));
        assert_eq!(judged(http_2, "https://example.com/", &[]), Ok(Some("example.com".into())));
        assert_eq!(judged(http_2, "https://example.com/", &["EXAMPLE.com"]), Ok(Some("EXAMPLE.com".into())));
        assert_eq!(judged(http_10, "/", &[]), Ok(None));
        for (version, uri, hosts) in [
            (http_11, "/", &[][..]),
            (http_11, "http://example.com/", &[]),
            (http_11, "/", &["example.com", "example.com"]),
            (http_10, "/", &["example.com", "example.org"]),
            (http_11, "/", &[""]),
            (http_11, "/", &["exa mple"]),
            (http_11, "/", &["me@example.com"]),
            (http_11, "http://example.com/", &["example.org"]),
            (http_2, "https://example.com/", &["example.org"]),
        ] {
            assert!(judged(version, uri, hosts).is_err(), "{version:?} {uri} {hosts:?}");
        }
    }

    #[test]
    fn a_name_of_somebody_else_is_foreign() {
        let hosts = Hosts::own(["Sahod.Test".to_owned()]);
        for own in [
            "localhost",
            "LOCALHOST",
            "sandbox.localhost",
            "127.0.0.1",
            "[::1]",
            "192.0.2.7",
            "sahod.test",
            "web.sahod.test",
        ] {
            assert!(hosts.has(own), "{own}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "evilsahod.test",
            "127.0.0.1.evil.example",
        ] {
            assert!(!hosts.has(foreign), "{foreign}");
            assert!(Hosts::Any.has(foreign));
        }
    }
}
