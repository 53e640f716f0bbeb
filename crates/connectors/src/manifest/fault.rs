//! What is wrong with manifests.

use std::fmt;

/// One thing that is wrong with one manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("providers/{folder}/manifest.yaml: {fault}")]
pub struct ManifestFault {
    /// The provider's folder.
    pub folder: String,
    /// What is wrong, and what would be right.
    pub fault: String,
}

/// Everything that is wrong with the manifests; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFaults(pub Vec<ManifestFault>);

impl fmt::Display for ManifestFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("provider manifests have faults:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ManifestFaults {}
