//! One word per concept, in names too: what the rooms name against the words that `GLOSSARY.md` rules out, and no type with the
//! name of another one, be it in the same room or exported by two.

use std::collections::BTreeMap;

use syn::{Ident, ImplItem, Item, Visibility};

use super::{
    code::{Crate, Module},
    files::File,
};

/// Type names that may be there several times, each with why.
const SHARED: &[(&str, &str)] = &[
    ("Arguments", "a command's, named with the command: `dev::Arguments`"),
    ("Command", "of a command that has commands, named with it: `keys::Command`"),
];

pub(super) fn check(files: &[File], crates: &[Crate]) -> Vec<String> {
    let glossary = files.iter().find(|file| file.path == "GLOSSARY.md").map_or("", |file| &file.text);
    let ruled_out = ruled_out(glossary);
    let names: Vec<Name> = crates
        .iter()
        .flat_map(|one| &one.modules)
        .filter(|module| module.file.starts_with("crates/"))
        .flat_map(names)
        .collect();
    let mut faults: Vec<String> = names.iter().flat_map(|name| wrong_words(name, &ruled_out)).collect();
    faults.extend(same_names(&names));
    faults
}

fn wrong_words(name: &Name, ruled_out: &[(Vec<String>, String)]) -> Vec<String> {
    let words = words(&name.text);
    let wrong =
        ruled_out.iter().filter(|(word, _)| words.windows(word.len()).any(|part| part == word.as_slice()));
    wrong
        .map(|(word, instead)| {
            format!(
                "{}: `{}` has the word \"{}\", which GLOSSARY.md rules out: say {instead}",
                name.at,
                name.text,
                word.join(" ")
            )
        })
        .collect()
}

/// Types that others see by the same name: in one room, or exported by two.
fn same_names(names: &[Name]) -> Vec<String> {
    let mut types: BTreeMap<&str, Vec<&Name>> = BTreeMap::new();
    for name in names.iter().filter(|name| name.sight != Sight::None) {
        if !SHARED.iter().any(|(shared, _)| *shared == name.text) {
            types.entry(&name.text).or_default().push(name);
        }
    }
    let mut faults = Vec::new();
    for (text, places) in types {
        let clashes = |one: &Name| {
            let others = places.iter().filter(|other| other.at != one.at);
            others.clone().any(|other| other.room() == one.room())
                || (one.sight == Sight::Workspace
                    && others.clone().any(|other| other.sight == Sight::Workspace))
        };
        let clashing: Vec<&str> =
            places.iter().filter(|one| clashes(one)).map(|one| one.at.as_str()).collect();
        if let Some((first, others)) = clashing.split_first() {
            faults.push(format!(
                "{first}: `{text}` is the name of another type too ({}): give each the name of what it is",
                others.join(", ")
            ));
        }
    }
    faults
}

/// The words that are not used, each with what to say instead. A row may have several words; a plural is a word of its own.
fn ruled_out(glossary: &str) -> Vec<(Vec<String>, String)> {
    let cells = |line: &str| -> Vec<String> {
        line.trim().trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    let rows = glossary
        .lines()
        .map(cells)
        .skip_while(|cells| !cells[0].starts_with("word that is not used"))
        .skip(2)
        .take_while(|cells| cells.len() == 2);
    rows.flat_map(|cells| {
        let instead = cells[1].clone();
        let words: Vec<Vec<String>> = cells[0]
            .split(',')
            .map(|word| word.split_whitespace().map(str::to_lowercase).collect())
            .collect();
        words.into_iter().map(move |word| (word, instead.clone()))
    })
    .collect()
}

/// The words of a name: `told_event`, `ToldEvent` and `TOLD_EVENT` alike.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for letter in name.chars() {
        if letter != '_' {
            if before == '_' || (letter.is_uppercase() && before.is_lowercase()) {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        before = letter;
    }
    words
}

/// A name that somebody here chose.
struct Name {
    text: String,
    /// File and line.
    at: String,
    sight: Sight,
}

/// Who sees a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// It is none, or only its own module does.
    None,
    Room,
    Workspace,
}

impl Name {
    fn room(&self) -> &str {
        self.at.split("/src/").next().unwrap_or_default()
    }
}

/// The module's own name, which is a file's, and what is in it. Methods of traits are named by the trait.
fn names(module: &Module) -> Vec<Name> {
    let name = |ident: &Ident, sight: Sight| {
        let at = format!("{}:{}", module.file, ident.span().start().line);
        Name { text: ident.to_string(), at, sight }
    };
    let mut names: Vec<Name> = Vec::new();
    if let Some(own) = module.path.last() {
        names.push(Name { text: own.clone(), at: format!("{}:1", module.file), sight: Sight::None });
    }
    for item in &module.items {
        names.extend(match item {
            Item::Const(item) => Some(name(&item.ident, Sight::None)),
            Item::Fn(item) => Some(name(&item.sig.ident, Sight::None)),
            Item::Static(item) => Some(name(&item.ident, Sight::None)),
            Item::Enum(item) => Some(name(&item.ident, sight(&item.vis))),
            Item::Struct(item) => Some(name(&item.ident, sight(&item.vis))),
            Item::Trait(item) => Some(name(&item.ident, sight(&item.vis))),
            // Another name for a type is none that could be taken for another one.
            Item::Type(item) => Some(name(&item.ident, Sight::None)),
            _ => None,
        });
        if let Item::Impl(item) = item
            && item.trait_.is_none()
        {
            names.extend(item.items.iter().filter_map(|item| match item {
                ImplItem::Const(item) => Some(name(&item.ident, Sight::None)),
                ImplItem::Fn(item) => Some(name(&item.sig.ident, Sight::None)),
                _ => None,
            }));
        }
    }
    names
}

fn sight(visibility: &Visibility) -> Sight {
    match visibility {
        Visibility::Public(_) => Sight::Workspace,
        Visibility::Restricted(_) => Sight::Room,
        Visibility::Inherited => Sight::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::code::from_texts;

    const GLOSSARY: &str = "# Glossary\n\n| word | what it means |\n| --- | --- |\n| told | x |\n\n\
        | word that is not used | instead |\n| --- | --- |\n| errand, errands | delivery task |\n| told event | delivered event |\n\nAfter | x\n";

    fn faults(texts: &[(&str, &str)]) -> Vec<String> {
        let files = [File { path: "GLOSSARY.md".into(), text: GLOSSARY.into() }];
        check(&files, &from_texts(texts))
    }

    #[test]
    fn a_word_that_is_ruled_out_is_found_in_every_kind_of_name() {
        let text = "pub mod errands { } pub struct ToldEvent; pub(crate) fn next_errand() {}
            struct A; impl A { fn errand(&self) {} } const TOLD_EVENT: u8 = 0;";
        let found = faults(&[("crates/x/src/lib.rs", text)]);
        assert_eq!(found.len(), 5, "{found:#?}");
        assert_eq!(
            found[0],
            "crates/x/src/lib.rs:1: `ToldEvent` has the word \"told event\", which GLOSSARY.md rules out: say delivered event"
        );
    }

    #[test]
    fn other_words_names_of_foreign_traits_and_tests_pass() {
        let text = "pub struct Errandless; pub fn told() {} impl Foreign for A { fn errand(&self) {} }
            #[cfg(test)] mod errands { pub struct Errand; }";
        assert_eq!(faults(&[("crates/x/src/lib.rs", text)]), Vec::<String>::new());
    }

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("told_event"), ["told", "event"]);
        assert_eq!(words("ToldEventId"), ["told", "event", "id"]);
        assert_eq!(words("MAX_AT_ONCE"), ["max", "at", "once"]);
    }

    #[test]
    fn two_types_of_a_room_have_two_names() {
        let root = ("crates/x/src/lib.rs", "mod a; mod b; struct Own; fn same() {}");
        let a = ("crates/x/src/a.rs", "pub struct Reading; struct Own; pub fn same() {} pub struct Command;");
        let b = ("crates/x/src/b.rs", "\npub(crate) enum Reading {} pub fn same() {} pub struct Command;");
        assert_eq!(
            faults(&[root, a, b]),
            [
                "crates/x/src/a.rs:1: `Reading` is the name of another type too (crates/x/src/b.rs:2): give each the name of what it \
              is"
            ]
        );
    }

    #[test]
    fn two_rooms_export_no_types_of_one_name_but_have_their_own() {
        let x = ("crates/x/src/lib.rs", "pub struct Target; pub(crate) struct Queue; pub type Made = u8;");
        let y = ("crates/y/src/lib.rs", "pub enum Target {} pub(crate) struct Queue; pub struct Made;");
        let z = ("crates/z/src/lib.rs", "pub(crate) struct Target; pub struct Queue;");
        let found = faults(&[x, y, z]);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0]
                .starts_with("crates/x/src/lib.rs:1: `Target` is the name of another type too (crates/y/")
        );
    }
}
