//! Reads the crates of the workspace: each root, and every file that a `mod` leads to from there.

use std::collections::BTreeMap;

use syn::Item;

use super::{
    attributes,
    modules::{Crate, Module},
};
use crate::check::files::File;

/// Every library and program among these files, tests left out; what cannot be read is a fault.
pub(in crate::check) fn read(files: &[File]) -> (Vec<Crate>, Vec<String>) {
    let by_path: BTreeMap<&str, &str> =
        files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut faults = Vec::new();
    let mut crates = Vec::new();
    for path in by_path.keys().filter(|path| is_root(path)) {
        let mut reader = Reader { files: &by_path, modules: Vec::new(), faults: &mut faults };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        reader.file(path, folder, &Place { path: Vec::new(), parent: None });
        let modules = reader.modules;
        let room = path.split("/src/").next().and_then(|package| package.rsplit('/').next());
        crates.push(Crate { room: room.unwrap_or(path).to_owned(), modules });
    }
    (crates, faults)
}

fn is_root(path: &str) -> bool {
    let Some((package, inner)) = path.split_once("/src/") else { return false };
    let program = inner.strip_prefix("bin/").is_some_and(|name| !name.contains('/'));
    !package.starts_with("ui/") && (inner == "lib.rs" || inner == "main.rs" || program)
}

/// Where a module stands in its crate.
struct Place {
    path: Vec<String>,
    parent: Option<usize>,
}

struct Reader<'a> {
    files: &'a BTreeMap<&'a str, &'a str>,
    modules: Vec<Module>,
    faults: &'a mut Vec<String>,
}

impl Reader<'_> {
    /// Reads a file; the modules that it declares are looked for in `folder`.
    fn file(&mut self, file: &str, folder: &str, place: &Place) -> Option<usize> {
        let text = self.files.get(file)?;
        match syn::parse_file(text) {
            Ok(parsed) => Some(self.module(file, folder, place, parsed.items)),
            Err(error) => {
                self.faults.push(format!("{file}:{}: cannot be read: {error}", error.span().start().line));
                None
            }
        }
    }

    fn module(&mut self, file: &str, folder: &str, place: &Place, items: Vec<Item>) -> usize {
        let number = self.modules.len();
        self.modules.push(Module {
            path: place.path.clone(),
            file: file.to_owned(),
            parent: place.parent,
            children: BTreeMap::new(),
            names: BTreeMap::new(),
            imports: Vec::new(),
            items: Vec::new(),
        });
        for item in items {
            if attributes::only_in_tests(attributes::of(&item)) {
                continue;
            }
            let Item::Mod(child) = item else {
                self.modules[number].add(item);
                continue;
            };
            let name = child.ident.to_string();
            let inner = format!("{folder}/{name}");
            let place = Place {
                path: place.path.iter().cloned().chain([name.clone()]).collect(),
                parent: Some(number),
            };
            let read = if let Some((_, items)) = child.content {
                Some(self.module(file, &inner, &place, items))
            } else {
                let paths = [format!("{inner}.rs"), format!("{inner}/mod.rs")];
                let found = paths.iter().find(|path| self.files.contains_key(path.as_str()));
                found.and_then(|path| self.file(path, &inner, &place))
            };
            if let Some(read) = read {
                self.modules[number].children.insert(name, read);
            }
        }
        number
    }
}

/// The crates of these texts, for the tests of checks.
#[cfg(test)]
pub(in crate::check) fn from_texts(texts: &[(&str, &str)]) -> Vec<Crate> {
    let files: Vec<File> = texts
        .iter()
        .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() })
        .collect();
    let (crates, faults) = read(&files);
    assert_eq!(faults, Vec::<String>::new());
    crates
}
