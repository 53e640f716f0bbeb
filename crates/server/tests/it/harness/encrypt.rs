//! What the browser does with what a person types: a compact JWE (RFC 7516) for the key that the session shows.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// `plain`, encrypted with RSA-OAEP-256 and A256GCM for that JSON Web Key.
pub(crate) fn encrypt(jwk: &Value, plain: &Value) -> String {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let parts = PublicKeyComponents { n: number("n"), e: number("e") };
    let key: PublicEncryptingKey = parts.try_into().unwrap();
    let public = OaepPublicEncryptingKey::new(key).unwrap();

    let header = json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": jwk["kid"] });
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let (mut content_key, mut nonce) = ([0; 32], [0; NONCE_LEN]);
    rand::fill(&mut content_key).unwrap();
    rand::fill(&mut nonce).unwrap();
    let mut wrapped = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(&OAEP_SHA256_MGF1SHA256, &content_key, &mut wrapped, None).unwrap();
    let mut body = plain.to_string().into_bytes();
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
