//! The modules of one crate.

use std::collections::BTreeMap;

use syn::{Item, UseTree, Visibility, visit::Visit};

/// One crate, or one program of a package.
pub(in crate::check) struct Crate {
    /// The room: `app` for the package in `crates/app`.
    pub(in crate::check) room: String,
    /// The root first.
    pub(in crate::check) modules: Vec<Module>,
}

/// One module: a file, or a part of one.
pub(in crate::check) struct Module {
    /// The names from the root down; none for the root itself.
    pub(in crate::check) path: Vec<String>,
    /// The file that it stands in, from the folder of the workspace.
    pub(in crate::check) file: String,
    /// By number; `None` for the root.
    pub(in crate::check) parent: Option<usize>,
    /// The modules in it, by name.
    pub(in crate::check) children: BTreeMap<String, usize>,
    /// Every name that stands as an item of its own in the text.
    pub(in crate::check) names: BTreeMap<String, Kind>,
    /// What it names by `use`, those within functions included.
    pub(in crate::check) imports: Vec<Import>,
    /// What is in it, without tests and without modules.
    pub(in crate::check) items: Vec<Item>,
}

/// What a name stands for, as far as looking it up goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Kind {
    /// Something that a path can go through: a struct, an enum, a trait.
    Type,
    /// A function, a constant, a static.
    Value,
    /// `macro_rules!`
    Macro,
}

/// One name of a `use`.
pub(in crate::check) struct Import {
    /// What it is called here; `None` for `*`.
    pub(in crate::check) name: Option<String>,
    /// What is named, as it is written; without the `*`.
    pub(in crate::check) path: Vec<String>,
    /// Whether others can name it through this module.
    pub(in crate::check) exported: bool,
    /// Where it is written.
    pub(in crate::check) line: usize,
}

impl Module {
    /// Whether a macro stands where items stand, which may make any item.
    pub(super) fn makes_items(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Macro(item) if item.ident.is_none()))
    }

    /// Takes an item in.
    pub(super) fn add(&mut self, item: Item) {
        Uses(&mut self.imports).visit_item(&item);
        match &item {
            Item::Const(item) => self.define(&item.ident, Kind::Value),
            Item::Fn(item) => self.define(&item.sig.ident, Kind::Value),
            Item::Static(item) => self.define(&item.ident, Kind::Value),
            Item::Enum(item) => self.define(&item.ident, Kind::Type),
            Item::Struct(item) => self.define(&item.ident, Kind::Type),
            Item::Trait(item) => self.define(&item.ident, Kind::Type),
            Item::Type(item) => self.define(&item.ident, Kind::Type),
            Item::Union(item) => self.define(&item.ident, Kind::Type),
            Item::Macro(item) => {
                if let Some(ident) = &item.ident {
                    self.define(ident, Kind::Macro);
                }
            }
            _ => {}
        }
        self.items.push(item);
    }

    fn define(&mut self, ident: &syn::Ident, kind: Kind) {
        self.names.insert(ident.to_string(), kind);
    }
}

/// Collects every `use`, one name at a time.
struct Uses<'a>(&'a mut Vec<Import>);

impl Visit<'_> for Uses<'_> {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        // `use ::std` leads out of the workspace.
        if item.leading_colon.is_none() {
            let exported = !matches!(item.vis, Visibility::Inherited);
            unfold(&item.tree, &mut Vec::new(), exported, self.0);
        }
    }
}

fn unfold(tree: &UseTree, path: &mut Vec<syn::Ident>, exported: bool, imports: &mut Vec<Import>) {
    let mut add = |name: Option<&syn::Ident>, path: Vec<&syn::Ident>| {
        imports.push(Import {
            name: name.map(ToString::to_string),
            path: path.iter().map(ToString::to_string).collect(),
            exported,
            line: path.last().map_or(1, |last| last.span().start().line),
        });
    };
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.clone());
            unfold(&inner.tree, path, exported, imports);
            path.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                unfold(tree, path, exported, imports);
            }
        }
        UseTree::Glob(_) => add(None, path.iter().collect()),
        UseTree::Name(name) if name.ident == "self" => add(path.last(), path.iter().collect()),
        UseTree::Name(name) => add(Some(&name.ident), path.iter().chain([&name.ident]).collect()),
        UseTree::Rename(rename) if rename.ident == "self" => {
            add(Some(&rename.rename), path.iter().collect());
        }
        UseTree::Rename(rename) => add(Some(&rename.rename), path.iter().chain([&rename.ident]).collect()),
    }
}
