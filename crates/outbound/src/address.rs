//! Which addresses anyone may be sent to.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What kind of network an address that is not called belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// This very machine.
    Loopback,
    /// A private network (RFC 1918, RFC 4193), or one shared behind a carrier's NAT (RFC 6598).
    Private,
    /// The local link, where cloud machines also find their metadata service.
    LinkLocal,
    /// A cloud's own service for its machines, outside the link-local range.
    Metadata,
    /// Many receivers at once.
    Multicast,
    /// No address at all.
    Unspecified,
    /// Set aside by IANA for documentation, tests, translation or the future.
    Reserved,
}

impl fmt::Display for NetworkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "a private network (this machine itself)",
            Self::Private => "a private network",
            Self::LinkLocal => "a private network (the local link)",
            Self::Metadata => "a private network (a cloud's metadata service)",
            Self::Multicast => "a multicast network",
            Self::Unspecified => "no network (it is unspecified)",
            Self::Reserved => "a reserved network",
        })
    }
}

/// Azure's metadata and wire server: a public address that only Azure machines can see.
const AZURE_WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// What kind of network keeps that address from being called; `None` for the public internet.
///
/// Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates).
pub(crate) fn refused(address: IpAddr) -> Option<NetworkKind> {
    match address {
        IpAddr::V4(address) => refused_v4(address),
        IpAddr::V6(address) => refused_v6(address),
    }
}

fn refused_v4(address: Ipv4Addr) -> Option<NetworkKind> {
    match address.octets() {
        _ if address == AZURE_WIRE_SERVER => Some(NetworkKind::Metadata),
        [0, 0, 0, 0] => Some(NetworkKind::Unspecified),
        [127, ..] => Some(NetworkKind::Loopback),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Some(NetworkKind::Private),
        [169, 254, ..] => Some(NetworkKind::LinkLocal),
        [224..=239, ..] => Some(NetworkKind::Multicast),
        [0 | 240..=255, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Some(NetworkKind::Reserved),
        _ => None,
    }
}

fn refused_v6(address: Ipv6Addr) -> Option<NetworkKind> {
    if let Some(inner) = embedded_v4(address) {
        return refused_v4(inner);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(NetworkKind::Unspecified),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(NetworkKind::Loopback),
        // The second range are the site-local addresses of RFC 3879, long deprecated and still routed in places.
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => Some(NetworkKind::Private),
        [0xfe80..=0xfebf, ..] => Some(NetworkKind::LinkLocal),
        [0xff00..=0xffff, ..] => Some(NetworkKind::Multicast),
        // Protocol assignments (Teredo among them), documentation, 6to4: each can carry another address inside.
        [0x2001, 0x0000..=0x01ff | 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0x0000..=0x0fff, ..] => {
            Some(NetworkKind::Reserved)
        }
        [0x2000..=0x3fff, ..] => None,
        // The rest is not handed out to anyone yet.
        _ => Some(NetworkKind::Reserved),
    }
}

/// The IPv4 address that is really called when this one is: mapped (RFC 4291), or by way of NAT64 (RFC 6052).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = address.octets();
    let last = Ipv4Addr::new(octets[12], octets[13], octets[14], octets[15]);
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Option<NetworkKind> {
        refused(text.parse().unwrap())
    }

    #[test]
    fn private_and_special_addresses_are_refused() {
        for (text, kind) in [
            ("0.0.0.0", NetworkKind::Unspecified),
            ("0.1.2.3", NetworkKind::Reserved),
            ("10.0.0.1", NetworkKind::Private),
            ("100.64.0.1", NetworkKind::Private),
            ("100.100.100.200", NetworkKind::Private),
            ("127.0.0.1", NetworkKind::Loopback),
            ("127.255.255.254", NetworkKind::Loopback),
            ("168.63.129.16", NetworkKind::Metadata),
            ("169.254.169.254", NetworkKind::LinkLocal),
            ("172.16.0.1", NetworkKind::Private),
            ("172.31.255.255", NetworkKind::Private),
            ("192.0.0.192", NetworkKind::Reserved),
            ("192.168.1.1", NetworkKind::Private),
            ("198.19.0.1", NetworkKind::Reserved),
            ("203.0.113.9", NetworkKind::Reserved),
            ("224.0.0.1", NetworkKind::Multicast),
            ("255.255.255.255", NetworkKind::Reserved),
            ("::", NetworkKind::Unspecified),
            ("::1", NetworkKind::Loopback),
            ("::ffff:127.0.0.1", NetworkKind::Loopback),
            ("::ffff:10.1.2.3", NetworkKind::Private),
            ("::ffff:169.254.169.254", NetworkKind::LinkLocal),
            ("::127.0.0.1", NetworkKind::Reserved),
            ("64:ff9b::7f00:1", NetworkKind::Loopback),
            ("64:ff9b:1::1", NetworkKind::Reserved),
            ("2001::1", NetworkKind::Reserved),
            ("2001:db8::1", NetworkKind::Reserved),
            ("2002:7f00:1::", NetworkKind::Reserved),
            ("fc00::1", NetworkKind::Private),
            ("fd00:ec2::254", NetworkKind::Private),
            ("fe80::1", NetworkKind::LinkLocal),
            ("fec0::1", NetworkKind::Private),
            ("ff02::1", NetworkKind::Multicast),
        ] {
            assert_eq!(check(text), Some(kind), "{text}");
        }
    }

    #[test]
    fn the_public_internet_is_allowed() {
        for text in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "8.8.8.8",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert_eq!(check(text), None, "{text}");
        }
    }

    proptest! {
        /// Writing an IPv4 address as IPv6 must not change the answer.
        #[test]
        fn a_mapped_address_is_judged_by_what_it_maps_to(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(refused(IpAddr::V6(address.to_ipv6_mapped())), refused(IpAddr::V4(address)));
        }

        /// An independent, coarser statement of the same rule.
        #[test]
        fn nothing_that_the_standard_library_calls_special_gets_through(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let special = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_unspecified()
                || address.is_broadcast()
                || address.is_documentation();
            prop_assert!(!special || refused(IpAddr::V4(address)).is_some());
        }
    }
}
