//! Finding the address of a host name, and leaving out those that are not called.

use std::{io, net::SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{self, NetworkKind};

/// Every address of the name is in a network that is not called.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("address is in {0}")]
pub(crate) struct RefusedNetwork(pub(crate) NetworkKind);

/// The name has no address, or nobody could be asked.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("host name was not found")]
pub(crate) struct NotFound;

/// Hands the connector only addresses that may be connected to. What it hands out is what is connected to: there is no
/// second look-up that could answer something else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GuardedResolver {
    pub(crate) allow_private_networks: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move { Ok(Box::new(guard.look_up(name.as_str()).await?.into_iter()) as Addrs) })
    }
}

impl GuardedResolver {
    /// The addresses of a host that may be connected to.
    pub(crate) async fn look_up(
        self,
        host: &str,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        self.allowed(look_up(host).await.map_err(|_| NotFound)?)
    }

    /// A name with one public and one private address is called at the public one only.
    fn allowed(
        self,
        found: Vec<SocketAddr>,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        if self.allow_private_networks {
            return if found.is_empty() { Err(NotFound.into()) } else { Ok(found) };
        }
        let mut refused = None;
        let mut allowed = Vec::with_capacity(found.len());
        for address in found {
            match address::refused(address.ip()) {
                Some(kind) => refused = Some(kind),
                None => allowed.push(address),
            }
        }
        match refused {
            _ if !allowed.is_empty() => Ok(allowed),
            Some(kind) => Err(RefusedNetwork(kind).into()),
            None => Err(NotFound.into()),
        }
    }
}

/// Port 0 stands for "the port of the URL".
async fn look_up(host: &str) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((host, 0)).await?.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUARDED: GuardedResolver = GuardedResolver { allow_private_networks: false };

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn private_addresses_of_a_name_are_left_out() {
        let allowed = GUARDED.allowed(addresses(&["127.0.0.1", "1.1.1.1", "::1"])).unwrap();
        assert_eq!(allowed, addresses(&["1.1.1.1"]));
    }

    #[test]
    fn a_name_with_only_private_addresses_is_refused() {
        let error = GUARDED.allowed(addresses(&["10.0.0.1", "fd00::1"])).unwrap_err();
        assert!(error.is::<RefusedNetwork>());
        assert!(GUARDED.allowed(Vec::new()).unwrap_err().is::<NotFound>());
    }

    #[test]
    fn everything_is_allowed_when_the_operator_says_so() {
        let open = GuardedResolver { allow_private_networks: true };
        assert_eq!(open.allowed(addresses(&["127.0.0.1"])).unwrap().len(), 1);
    }
}
