//! Signs what others keep and can check without asking: compact JWS (RFC 7515) with Ed25519 (RFC 8037).

use std::fmt;

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::master::MasterKey;

/// Signs for one purpose. Its key follows from the master key, so it is the same in every process and after every start.
pub struct JwsSigner {
    pair: Ed25519KeyPair,
    public: SigningJwk,
    /// What every signature is made over first, encoded.
    header: String,
}

/// A public Ed25519 key as a JSON Web Key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SigningKey")]
pub struct SigningJwk {
    /// The kind of key: `OKP`.
    kty: &'static str,
    /// Its curve: `Ed25519`.
    crv: &'static str,
    /// What it signs with: `EdDSA`.
    alg: &'static str,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    usage: &'static str,
    /// Names the key, as the header of a signature does.
    kid: String,
    /// The public key, in Base64 for URLs.
    x: String,
}

impl fmt::Debug for JwsSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwsSigner").field("public", &self.public).finish_non_exhaustive()
    }
}

impl JwsSigner {
    /// The signer for that purpose.
    #[must_use]
    pub fn new(master: &MasterKey, purpose: &str) -> Self {
        let seed = Zeroizing::new(master.derive(purpose));
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed);
        #[expect(clippy::expect_used, reason = "any 32 bytes are the seed of a key (RFC 8032, 5.1.5)")]
        let pair = pair.expect("32 bytes are a seed");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        // The thumbprint of RFC 7638: of these members, in this order, without a space.
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()));
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#));
        let public = SigningJwk { kty: "OKP", crv: "Ed25519", alg: "EdDSA", usage: "sig", kid, x };
        Self { pair, public, header }
    }

    /// What signatures are checked with.
    #[must_use]
    pub const fn public_key(&self) -> &SigningJwk {
        &self.public
    }

    /// The payload with a signature, as one text.
    #[must_use]
    pub fn sign(&self, payload: &[u8]) -> String {
        let signed = format!("{}.{}", self.header, URL_SAFE_NO_PAD.encode(payload));
        let signature = self.pair.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[test]
    fn whoever_has_the_public_key_can_check() {
        let master = MasterKey::from_bytes([1; 32]);
        let signer = JwsSigner::new(&master, "a");
        let text = signer.sign(b"{\"x\":1}");
        let (part, signature) = text.rsplit_once('.').unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(part.split_once('.').unwrap().1).unwrap(), b"{\"x\":1}");
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let check = |signer: &JwsSigner, part: &str| {
            let key = URL_SAFE_NO_PAD.decode(&signer.public_key().x).unwrap();
            UnparsedPublicKey::new(&ED25519, key).verify(part.as_bytes(), &signature).is_ok()
        };
        assert!(check(&signer, part));
        assert!(check(&JwsSigner::new(&master, "a"), part), "the same after a restart");
        assert!(!check(&signer, &format!("{part}x")));
        assert!(!check(&JwsSigner::new(&master, "b"), part), "each purpose has a key of its own");
    }
}
