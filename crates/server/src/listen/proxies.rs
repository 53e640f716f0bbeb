//! Proxies of the operator's own, behind each of which are many people: how many connections one of them has says nothing.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// Addresses that begin alike, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn has(&self, address: IpAddr) -> bool {
        let differs = match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differs >= u32::from(self.bits)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is neither an address nor a network such as 10.0.0.0/8");
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits <= most { Ok(Self { address, bits }) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

/// Which peers are proxies.
#[derive(Clone, Debug)]
pub(crate) enum Proxies {
    /// None: clients connect directly.
    None,
    /// This machine and those in networks that are not the internet's.
    Near,
    /// Those there.
    In(Vec<Network>),
}

impl Proxies {
    /// As the config has it: where they are, or else near by, but only when there are any.
    pub(crate) fn new(trusted: usize, networks: &[Network]) -> Self {
        match (trusted, networks) {
            (0, _) => Self::None,
            (_, []) => Self::Near,
            (_, networks) => Self::In(networks.to_vec()),
        }
    }

    pub(super) fn has(&self, peer: IpAddr) -> bool {
        match self {
            Self::None => false,
            Self::Near => match peer.to_canonical() {
                IpAddr::V4(peer) => peer.is_loopback() || peer.is_private() || peer.is_link_local(),
                IpAddr::V6(peer) => {
                    peer.is_loopback() || peer.is_unique_local() || peer.is_unicast_link_local()
                }
            },
            Self::In(networks) => networks.iter().any(|network| network.has(peer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Result<Network, String> {
        text.parse()
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("203.0.113.9", "::ffff:203.0.113.9", "203.0.113.8"),
            ("0.0.0.0/0", "198.51.100.1", "::1"),
            ("2001:db8::/32", "2001:db8:7::1", "2001:db9::1"),
        ] {
            let network = network(text).unwrap();
            assert!(network.has(inside.parse().unwrap()), "{text}");
            assert!(!network.has(outside.parse().unwrap()), "{text}");
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/x", "::/129", "example.com"] {
            assert!(network(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nobody_is_a_proxy_unless_there_are_some() {
        let (near, far) = ("10.0.0.7".parse().unwrap(), "203.0.113.7".parse().unwrap());
        let listed = [network("203.0.113.0/24").unwrap()];
        assert!(!Proxies::new(0, &listed).has(far) && !Proxies::new(0, &[]).has(near));
        assert!(Proxies::new(1, &[]).has(near) && !Proxies::new(1, &[]).has(far));
        assert!(!Proxies::new(1, &listed).has(near) && Proxies::new(1, &listed).has(far));
    }
}
