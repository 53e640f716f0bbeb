//! Provider manifests: what `providers/<id>/manifest.yaml` holds, and the check that lists all faults of all of them.
//!
//! A manifest has a common part, which is read here, and a section for each mode in which the provider is served:
//! `sandbox:`, `live:` or both. A section is handed on as it is to whoever serves that mode, who alone knows its keys.

mod common;
mod fault;

use sahod_model::{Mode, Provider};
use serde::de::DeserializeOwned;

use self::common::Manifest;
pub use self::{
    common::named,
    fault::{ManifestFault, ManifestFaults},
};

/// Folder name and text of every manifest, as they were when the binary was built.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/manifests.rs"));

/// Manifests, with everything that was found to be wrong with them so far.
pub struct Manifests {
    /// By the providers' names, then ids.
    read: Vec<(String, Manifest)>,
    faults: Vec<ManifestFault>,
}

impl Manifests {
    /// Those that were there when the binary was built.
    #[must_use]
    pub fn embedded() -> Self {
        Self::read(EMBEDDED.iter().copied())
    }

    /// Those of these folders, with their texts.
    #[must_use]
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for (folder, text) in files {
            let mut found = Vec::new();
            let manifest = common::read(folder, text, &mut found);
            read.extend(manifest.map(|manifest| (folder.to_owned(), manifest)));
            faults.extend(in_folder(folder, found));
        }
        read.sort_by_cached_key(|(folder, manifest)| {
            let name = manifest.provider.as_ref().map(|provider| provider.name.to_lowercase());
            (name, folder.clone())
        });
        Self { read, faults }
    }

    /// The section of that mode of every manifest that has one. `check` makes of what is written, and of the provider if
    /// there is one already, what it means; it adds what is wrong to the faults.
    pub fn sections<W: DeserializeOwned, T>(
        &mut self,
        mode: Mode,
        check: impl Fn(W, Option<&Provider>, &mut Vec<String>) -> T,
    ) -> Vec<(Provider, T)> {
        let Self { read, faults } = self;
        let mut sections = Vec::new();
        for (folder, manifest) in read {
            let mut found = Vec::new();
            if let Some(section) = parse(manifest, mode, &mut found) {
                let section = check(section, manifest.provider.as_ref(), &mut found);
                sections.extend(manifest.provider.clone().map(|provider| (provider, section)));
            }
            faults.extend(in_folder(folder, found));
        }
        sections
    }

    /// Whether nothing was found to be wrong; else all of it. Asked once every section was read.
    pub fn finish(self) -> Result<(), ManifestFaults> {
        let mut faults = self.faults;
        faults.sort_by(|one, other| one.folder.cmp(&other.folder));
        if faults.is_empty() { Ok(()) } else { Err(ManifestFaults(faults)) }
    }
}

/// The faults of the manifest in that folder.
fn in_folder(folder: &str, faults: Vec<String>) -> impl Iterator<Item = ManifestFault> {
    faults.into_iter().map(move |fault| ManifestFault { folder: folder.to_owned(), fault })
}

/// A manifest's section of that mode, if it has one of the right shape.
fn parse<W: DeserializeOwned>(manifest: &Manifest, mode: Mode, faults: &mut Vec<String>) -> Option<W> {
    let (key, section) = match mode {
        Mode::Sandbox => ("sandbox", manifest.sandbox.as_ref()?),
        Mode::Production => ("live", manifest.live.as_ref()?),
    };
    serde_path_to_error::deserialize(section).map_err(|error| faults.push(format!("{key}: {error}"))).ok()
}

#[cfg(test)]
mod tests;
