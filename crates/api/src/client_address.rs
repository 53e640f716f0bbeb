//! Whose request it is, for every limit: the address that a trusted hop saw, never what a client says of itself.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::error::ApiError;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request is counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Notes whose request it is, for whatever counts it. `trusted_proxies` is how many proxies of the operator's own stand before
/// the server.
pub async fn note(State(trusted_proxies): State<usize>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let Some(address) = client_address(request.headers(), peer, trusted_proxies) else {
        return ApiError::internal("a request without a peer address").into_response();
    };
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// The address that requests are counted by: the peer's own, or the one that the outermost trusted proxy saw. `Forwarded`
/// is not looked at: a proxy that does not set it would hand on the client's.
fn client_address(headers: &HeaderMap, peer: Option<IpAddr>, trusted_proxies: usize) -> Option<IpAddr> {
    let seen = trusted_proxies.checked_sub(1).and_then(|hops| {
        // Proxies append, so what the operator's own proxies saw stands last; whatever is before it was the client's word.
        let lines: Vec<&[u8]> =
            headers.get_all(FORWARDED_FOR).iter().map(axum::http::HeaderValue::as_bytes).collect();
        let mut hops_from_last =
            lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')).skip(hops);
        hops_from_last.next().and_then(read)
    });
    seen.or(peer).map(counted)
}

/// An address, perhaps with its port, as some proxies write it.
fn read(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// The same address however it is written; of IPv6 the network of 64 bits, because that is the least that a subscriber
/// gets, and within it addresses can be had without number.
#[must_use]
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: &str = "10.0.0.1";

    fn address(lines: &[&str], trusted_proxies: usize) -> String {
        let headers = lines.iter().map(|line| (FORWARDED_FOR, line.parse().unwrap())).collect();
        client_address(&headers, Some(PEER.parse().unwrap()), trusted_proxies).unwrap().to_string()
    }

    #[test]
    fn only_what_trusted_proxies_added_is_believed() {
        for lines in [&["6.6.6.6, 203.0.113.9"][..], &["6.6.6.6", "203.0.113.9"], &["6.6.6.6,203.0.113.9 "]] {
            assert_eq!(address(lines, 0), PEER);
            assert_eq!(address(lines, 1), "203.0.113.9");
            assert_eq!(address(lines, 2), "6.6.6.6");
            assert_eq!(
                address(lines, 3),
                PEER,
                "there were fewer hops than the operator has: nobody is believed"
            );
        }
        assert_eq!(address(&[], 2), PEER);
        // What the client sent stays in front, whatever it is.
        for spoofed in
            ["1.1.1.1, 2.2.2.2, 3.3.3.3", ",,,", "\"", "for=1.1.1.1;by=2.2.2.2", &"9".repeat(5_000)]
        {
            assert_eq!(address(&[spoofed, "203.0.113.9, 10.0.0.7"], 2), "203.0.113.9", "{spoofed}");
        }
    }

    #[test]
    fn what_is_no_address_where_one_must_be_is_not_believed() {
        for wrong in ["unknown", "", "203.0.113", "203.0.113.9.1", "_hidden", "203.0.113.9:x", "[::1", "é"] {
            assert_eq!(address(&[wrong], 1), PEER, "{wrong}");
        }
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, axum::http::HeaderValue::from_bytes(b"\xff\xfe, 203.0.113.9").unwrap());
        let peer = Some(PEER.parse().unwrap());
        assert_eq!(client_address(&headers, peer, 1).unwrap().to_string(), "203.0.113.9");
        assert_eq!(client_address(&headers, peer, 2), peer);
        assert_eq!(client_address(&headers, None, 0), None);
    }

    #[test]
    fn the_header_forwarded_is_not_looked_at() {
        let mut headers = HeaderMap::new();
        headers.append("forwarded", "for=203.0.113.9".parse().unwrap());
        for trusted in 0..3 {
            let peer = Some(PEER.parse().unwrap());
            assert_eq!(client_address(&headers, peer, trusted), peer);
        }
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        for same in ["203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9:51000", "[::ffff:203.0.113.9]:443"] {
            assert_eq!(address(&[same], 1), "203.0.113.9", "{same}");
        }
        for same in [
            "2001:db8:0:7::1",
            "2001:db8:0:7:ffff:ffff:ffff:ffff",
            "[2001:db8:0:7::2]",
            "[2001:0DB8:0:7::9]:1",
        ] {
            assert_eq!(address(&[same], 1), "2001:db8:0:7::", "{same}");
        }
        assert_eq!(address(&["2001:db8:0:8::1"], 1), "2001:db8:0:8::", "the next network is another one");
    }
}
