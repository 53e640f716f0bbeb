//! What the browser does with what a person types: a compact JWE (RFC 7516) for the key that the session shows.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// `plain`, encrypted with RSA-OAEP-256 and A256GCM for that JSON Web Key.
pub(crate) fn encrypt(jwk: &Value, plain: &[u8]) -> String {
    encrypt_as(&json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": jwk["kid"] }), jwk, plain)
}

/// The same under a header of the caller's own making.
pub(crate) fn encrypt_as(header: &Value, jwk: &Value, plain: &[u8]) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let mut content_key = [0; 32];
    rand::fill(&mut content_key).unwrap();
    let mut nonce = [0; NONCE_LEN];
    rand::fill(&mut nonce).unwrap();

    let public = public_key(jwk);
    let mut wrapped = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(&OAEP_SHA256_MGF1SHA256, &content_key, &mut wrapped, None).unwrap();
    let mut body = plain.to_vec();
    let tag = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &content_key).unwrap())
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(header.as_bytes()),
            &mut body,
        )
        .unwrap();

    let parts: [&[u8]; 4] = [wrapped, &nonce, &body, tag.as_ref()];
    let parts: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
    format!("{header}.{}", parts.join("."))
}

fn public_key(jwk: &Value) -> OaepPublicEncryptingKey {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let parts = PublicKeyComponents { n: number("n"), e: number("e") };
    let key: PublicEncryptingKey = parts.try_into().unwrap();
    OaepPublicEncryptingKey::new(key).unwrap()
}
