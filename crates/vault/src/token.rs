//! Link tokens: short-lived, signed (RS256), and without anything personal in them.

use aws_lc_rs::{rsa::KeyPair, signature::KeyPair as _};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sahod_model::{Mode, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What a link token says. The user that it stands for is looked up by `jti`: the token itself names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenClaims {
    /// Always `sahod`.
    iss: String,
    /// The token's id.
    pub jti: TokenId,
    /// Which world it belongs to; the widget picks its server by it.
    pub mode: Mode,
    /// When it was made, in seconds since the epoch.
    iat: i64,
    /// When it ends, in seconds since the epoch.
    pub exp: i64,
}

/// Why a token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The key cannot sign.
    #[error("the token signing key was refused")]
    Key,
    /// Not a token that this server signed.
    #[error("not a token of this server")]
    Forged,
    /// Past its end.
    #[error("the token has expired")]
    Expired,
}

const ISSUER: &str = "sahod";

/// Signs and checks link tokens.
pub struct TokenSigner {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
}

impl TokenSigner {
    /// From a private key in PKCS#8 form.
    pub(crate) fn new(pkcs8: &[u8]) -> Result<Self, TokenError> {
        let pair = KeyPair::from_pkcs8(pkcs8).map_err(|_| TokenError::Key)?;
        let encoded = Zeroizing::new(STANDARD.encode(pkcs8));
        let pem =
            Zeroizing::new(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", *encoded));
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[ISSUER]);
        // The library would ask the ambient clock; `check` holds `exp` against the one that is passed in.
        validation.validate_exp = false;
        Ok(Self {
            signing: EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| TokenError::Key)?,
            checking: DecodingKey::from_rsa_raw_components(
                pair.public_key().modulus().big_endian_without_leading_zero(),
                pair.public_key().exponent().big_endian_without_leading_zero(),
            ),
            validation,
        })
    }

    /// A signed token. Costs milliseconds of CPU: call it off the async threads.
    pub fn sign(
        &self,
        id: TokenId,
        mode: Mode,
        now: Timestamp,
        end: Timestamp,
    ) -> Result<String, TokenError> {
        let claims =
            TokenClaims { iss: ISSUER.into(), jti: id, mode, iat: now.as_seconds(), exp: end.as_seconds() };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.signing)
            .map_err(|_| TokenError::Key)
    }

    /// What the token says, when this server signed it and it has not ended.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<TokenClaims, TokenError> {
        let claims = jsonwebtoken::decode::<TokenClaims>(token, &self.checking, &self.validation)
            .map_err(|_| TokenError::Forged)?
            .claims;
        if claims.exp <= now.as_seconds() { Err(TokenError::Expired) } else { Ok(claims) }
    }
}
