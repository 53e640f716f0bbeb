//! Seals small values into text that a client carries for us without being able to read or change it: list cursors.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sahod_model::Random;

use crate::{
    data_key::{Aad, DataKey},
    master::MasterKey,
};

/// Seals values into base64url text and opens them again.
#[derive(Debug)]
pub struct TextSealer(DataKey);

impl TextSealer {
    /// A sealer for one purpose. What one purpose sealed, another cannot open.
    #[must_use]
    pub fn new(master: &MasterKey, purpose: &str) -> Self {
        Self(DataKey::new(&master.derive(purpose)))
    }

    /// The value as text that opens only for the same scope and `context`.
    pub fn seal(&self, random: &dyn Random, scope: i64, context: &str, value: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.0.seal(random, &Aad { scope, kind: 0, id: context }, value).as_bytes())
    }

    /// The value, when this sealer made the text for that scope and `context`.
    #[must_use]
    pub fn open(&self, scope: i64, context: &str, text: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        self.0.open(&Aad { scope, kind: 0, id: context }, &sealed).ok()
    }
}
