//! What a path means: the item, and the module that it is written in, whichever way it was named.

use std::collections::BTreeMap;

use syn::{ImplItem, Item};

use super::modules::{Crate, Kind, Module};

/// An item and the module that it is written in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::check) struct Definition {
    /// By number.
    pub(in crate::check) module: usize,
    /// Its name there.
    pub(in crate::check) name: String,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::check) struct Found {
    /// The module, or the one that the item is written in.
    pub(in crate::check) module: usize,
    /// The item; `None` when the path names the module itself.
    pub(in crate::check) name: Option<String>,
    /// What of the item is named, such as a function of a type.
    pub(in crate::check) member: Option<String>,
    /// The modules that the path itself enters from the one around them, without what re-exports do.
    pub(in crate::check) entered: Vec<usize>,
}

/// A module, or an item in one.
#[derive(Clone)]
enum Place {
    Module(usize),
    Item(Definition),
}

/// Looks up paths in one crate.
pub(in crate::check) struct Resolver<'a> {
    modules: &'a [Module],
    /// The files in which functions of a type are written, outside of traits.
    members: BTreeMap<(Definition, String), Vec<usize>>,
}

/// What is being looked up, so that a `use` of itself ends.
type Asked = Vec<(usize, String)>;

impl<'a> Resolver<'a> {
    pub(in crate::check) fn new(of: &'a Crate) -> Self {
        let mut resolver = Self { modules: &of.modules, members: BTreeMap::new() };
        let mut members: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (number, module) in of.modules.iter().enumerate() {
            for item in &module.items {
                let Some((this, names)) = functions(item) else { continue };
                let Some(Found { module, name: Some(name), .. }) = resolver.find(number, &this) else {
                    continue;
                };
                for member in names {
                    members
                        .entry((Definition { module, name: name.clone() }, member))
                        .or_default()
                        .push(number);
                }
            }
        }
        resolver.members = members;
        resolver
    }

    /// What `path`, written in the module `from`, leads to; `None` when that is no part of this crate.
    pub(in crate::check) fn find(&self, from: usize, path: &[String]) -> Option<Found> {
        let mut entered = Vec::new();
        let (place, rest) = self.walk(from, path, &mut entered, &mut Asked::new())?;
        Some(match place {
            Place::Module(module) => Found { module, name: None, member: None, entered },
            Place::Item(Definition { module, name }) => {
                Found { module, name: Some(name), member: rest.first().cloned(), entered }
            }
        })
    }

    /// The modules in which this function of a type is written.
    pub(in crate::check) fn written_in(&self, of: &Definition, member: &str) -> &[usize] {
        self.members.get(&(of.clone(), member.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Follows a path as far as it leads through modules; what is left of it is within the item.
    fn walk<'p>(
        &self,
        from: usize,
        path: &'p [String],
        entered: &mut Vec<usize>,
        asked: &mut Asked,
    ) -> Option<(Place, &'p [String])> {
        let (mut module, mut rest) = (from, path);
        let mut started = false;
        while let Some((name, after)) = rest.split_first() {
            module = match name.as_str() {
                "crate" => 0,
                "super" => self.modules[module].parent?,
                "self" => module,
                _ => break,
            };
            (rest, started) = (after, true);
        }
        while let Some((name, after)) = rest.split_first() {
            let found = self.look_up(module, name, !after.is_empty(), asked);
            // A name that nobody wrote, in a module with a macro that makes items, is one of those.
            let made = || {
                let item = Place::Item(Definition { module, name: name.clone() });
                (started && self.modules[module].makes_items()).then_some(item)
            };
            match found.or_else(made)? {
                Place::Module(inner) => {
                    if started && self.modules[inner].parent == Some(module) {
                        entered.push(inner);
                    }
                    module = inner;
                }
                item @ Place::Item(_) => return Some((item, after)),
            }
            (rest, started) = (after, true);
        }
        Some((Place::Module(module), rest))
    }

    /// What a name means in a module; `through`: as the beginning of a longer path.
    fn look_up(&self, module: usize, name: &str, through: bool, asked: &mut Asked) -> Option<Place> {
        let key = (module, name.to_owned());
        if asked.contains(&key) {
            return None;
        }
        asked.push(key);
        let place = self.look_up_once(module, name, through, asked);
        asked.pop();
        place
    }

    fn look_up_once(&self, module: usize, name: &str, through: bool, asked: &mut Asked) -> Option<Place> {
        let here = &self.modules[module];
        let item = || Place::Item(Definition { module, name: name.to_owned() });
        let kind = here.names.get(name).copied();
        let child = here.children.get(name).map(|&child| Place::Module(child));
        if kind == Some(Kind::Type) || (kind.is_some() && !through) {
            return Some(item());
        }
        if through && child.is_some() {
            return child;
        }
        let named = here.imports.iter().filter(|import| import.name.as_deref() == Some(name));
        for import in named {
            if let Some((place, [])) = self.walk(module, &import.path, &mut Vec::new(), asked) {
                return Some(place);
            }
        }
        if child.is_some() {
            return child;
        }
        for import in here.imports.iter().filter(|import| import.name.is_none()) {
            if let Some((Place::Module(open), [])) = self.walk(module, &import.path, &mut Vec::new(), asked)
                && let Some(place) = self.look_up(open, name, through, asked)
            {
                return Some(place);
            }
        }
        None
    }
}

/// The type of an `impl` without a trait, and what it defines.
fn functions(item: &Item) -> Option<(Vec<String>, Vec<String>)> {
    let Item::Impl(item) = item else { return None };
    let syn::Type::Path(this) = item.self_ty.as_ref() else { return None };
    if item.trait_.is_some() {
        return None;
    }
    let names = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        ImplItem::Const(constant) => Some(constant.ident.to_string()),
        _ => None,
    });
    Some((this.path.segments.iter().map(|segment| segment.ident.to_string()).collect(), names.collect()))
}
