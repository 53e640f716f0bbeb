//! The domains of a room, as `ARCHITECTURE.md` names them below a heading such as ``Domains of `app` ``: each is a folder that
//! uses only what its row allows, and of other domains only the names that they export from their first page.
//!
//! Files beside the folders belong to no domain. Whatever wires the domains together stands there, and what all of them need.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    code::{Crate, Resolver, mentions},
    files::File,
    table::Table,
};

const HEADING: &str = "Domains of `";

pub(super) fn check(files: &[File], crates: &[Crate]) -> Vec<String> {
    let page = files.iter().find(|file| file.path == "ARCHITECTURE.md").map_or("", |file| &file.text);
    let mut faults = Vec::new();
    for (room, text) in sections(page) {
        match Table::parse(text, "domain") {
            Ok(table) => faults.extend(in_room(room, &table, files, crates)),
            Err(wrong) => {
                faults.extend(
                    wrong.iter().map(|fault| format!("ARCHITECTURE.md, domains of `{room}`: {fault}")),
                );
            }
        }
    }
    faults
}

/// Each room with such a heading, and what follows it.
fn sections(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split("\n#").filter_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        let room = heading.trim_start_matches(['#', ' ']).strip_prefix(HEADING)?.strip_suffix('`')?;
        Some((room, text))
    })
}

fn in_room(room: &str, table: &Table, files: &[File], crates: &[Crate]) -> Vec<String> {
    let folder = format!("crates/{room}/src/");
    let mut faults = Vec::new();
    let pages: BTreeMap<&str, &File> = files
        .iter()
        .filter_map(|file| {
            let name = file.path.strip_prefix(&folder)?.strip_suffix("/mod.rs")?;
            (!name.contains('/')).then_some((name, file))
        })
        .collect();
    for (name, file) in &pages {
        if table.row(name).is_none() {
            faults.push(format!(
                "{}: domain `{name}` has no row below \"Domains of `{room}`\" in ARCHITECTURE.md: add one, or make it a part of a domain",
                file.path
            ));
        }
        faults.extend(first_page(file));
    }
    for row in table.rows().iter().filter(|row| !pages.contains_key(row.name.as_str())) {
        faults.push(format!(
            "ARCHITECTURE.md: domain `{}` of `{room}` has no {folder}{}/mod.rs: take the row out, or write that page",
            row.name, row.name
        ));
    }
    for one in crates.iter().filter(|one| one.modules.iter().any(|module| module.file.starts_with(&folder))) {
        faults.extend(uses(one, table));
    }
    faults
}

/// A domain's first page says what it owns and what it refuses.
fn first_page(file: &File) -> Option<String> {
    let page: Vec<&str> = file.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let page = page.join("\n").to_lowercase();
    let missing = ["owns", "refuses"].into_iter().find(|word| !page.contains(word))?;
    Some(format!(
        "{}:1: does not say what the domain {missing}: begin it with a `//!` page that has \"owns\" and \"refuses\" in it",
        file.path
    ))
}

/// What one domain names of another, against the table.
fn uses(of: &Crate, table: &Table) -> BTreeSet<String> {
    let resolver = Resolver::new(of);
    let domain = |number: usize| {
        let first = of.modules[number].path.first()?;
        table.row(first)
    };
    let mut faults = BTreeSet::new();
    for (number, module) in of.modules.iter().enumerate() {
        let own = domain(number).map(|row| row.name.as_str());
        for mention in mentions(module) {
            let Some(found) = resolver.find(number, &mention.path) else { continue };
            let at = format!("{}:{}: `{}`", module.file, mention.line, mention.title());
            for &entered in found.entered.iter().filter(|&&entered| of.modules[entered].path.len() > 1) {
                if let Some(other) = domain(entered).filter(|other| Some(other.name.as_str()) != own) {
                    faults.insert(format!(
                        "{at} reaches into the domain `{other}`: name what {other}/mod.rs exports, or export it there",
                        other = other.name
                    ));
                }
            }
            let Some((own, other)) = domain(number).zip(domain(found.module)) else { continue };
            if own.name != other.name && !own.may_use.contains(&other.name) {
                faults.insert(format!(
                    "{at} is of the domain `{}`, which `{}` may not use (table of ARCHITECTURE.md)",
                    other.name, own.name
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::code::from_texts;

    const PAGE: &str = "//! Owns this.\n//! It refuses that.\n";

    fn faults(rows: &str, texts: &[(&str, &str)]) -> Vec<String> {
        let architecture = format!(
            "# Architecture\n\n| crate | may use |\n|---|---|\n| x | – |\n\n### Domains of `x`\n\nText.\n\n| domain | owns | may use |\n|---|---|---|\n{rows}\n\n## Flows\n"
        );
        let texts: Vec<(String, String)> = texts
            .iter()
            .map(|(file, text)| {
                let page =
                    if file.matches('/').count() == 1 && file.ends_with("/mod.rs") { PAGE } else { "" };
                (format!("crates/x/src/{file}"), format!("{page}{text}"))
            })
            .collect();
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
        let mut files: Vec<File> =
            texts.iter().map(|&(path, text)| File { path: path.into(), text: text.into() }).collect();
        files.push(File { path: "ARCHITECTURE.md".into(), text: architecture });
        check(&files, &from_texts(&texts))
    }

    const ROWS: &str = "| `low` | a | – |\n| `high` | b | low |\n| `other` | c | – |";
    const ROOT: (&str, &str) = ("lib.rs", "mod base; mod low; mod high; mod other; pub use high::run;");
    const BASE: (&str, &str) = ("base.rs", "pub(crate) struct Base;");
    const LOW: (&str, &str) = ("low/mod.rs", "mod inner; pub(crate) use inner::Low;");
    const INNER: (&str, &str) = ("low/inner.rs", "pub(crate) struct Low; pub(crate) struct Hidden;");
    const OTHER: (&str, &str) = ("other/mod.rs", "use crate::base::Base; pub struct Other(Base);");

    fn with_high(text: &str) -> Vec<String> {
        faults(ROWS, &[ROOT, BASE, LOW, INNER, OTHER, ("high/mod.rs", text)])
    }

    #[test]
    fn what_a_row_allows_and_what_belongs_to_no_domain_passes() {
        let text = "use crate::{base::Base, low::Low}; pub fn run(_: Base, _: Low) -> crate::low::Low {}";
        assert_eq!(with_high(text), Vec::<String>::new());
    }

    #[test]
    fn a_domain_that_the_row_does_not_name_is_refused_even_when_it_is_passed_on() {
        assert_eq!(
            with_high("use crate::other::Other; pub fn run() {}"),
            [
                "crates/x/src/high/mod.rs:3: `crate::other::Other` is of the domain `other`, which `high` may not use (table of \
              ARCHITECTURE.md)"
            ]
        );
        assert_eq!(with_high("pub use crate::other::Other; pub fn run() {}").len(), 1);
        assert_eq!(with_high("use crate::other; pub fn run() -> other::Other {}").len(), 2);
    }

    #[test]
    fn the_inside_of_a_domain_is_its_own() {
        assert_eq!(
            with_high("use crate::low::inner::Hidden; pub fn run() {}"),
            [
                "crates/x/src/high/mod.rs:3: `crate::low::inner::Hidden` reaches into the domain `low`: name what low/mod.rs \
              exports, or export it there"
            ]
        );
        assert_eq!(with_high("use crate::low::{self}; pub fn run(_: low::inner::Low) {}").len(), 1);
        let root = ("lib.rs", "mod base; mod low; mod high; mod other; pub use low::inner::Low;");
        let found = faults(ROWS, &[root, BASE, LOW, INNER, OTHER, ("high/mod.rs", "")]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn table_and_folders_hold_the_same_domains() {
        let found = faults("| `low` | a | – |\n| `gone` | b | – |", &[ROOT, LOW, INNER, ("high/mod.rs", "")]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("domain `high` has no row"), "{}", found[0]);
        assert!(found[1].contains("domain `gone` of `x` has no crates/x/src/gone/mod.rs"), "{}", found[1]);
        assert!(faults("| `low` | a | high |", &[])[0].contains("which is no row above it"));
    }

    #[test]
    fn a_domain_begins_with_what_it_owns_and_refuses() {
        let page = |text: &str| first_page(&File { path: "a/mod.rs".into(), text: text.into() });
        assert_eq!(page("//! It owns this\n//! and refuses that.\n"), None);
        assert!(
            page("//! It owns this.\n\n//! It refuses that.\n").unwrap().contains("what the domain refuses")
        );
        assert!(page("mod a;").unwrap().starts_with("a/mod.rs:1: does not say what the domain owns"));
    }

    #[test]
    fn a_room_without_such_a_table_has_no_domains() {
        let files = [File { path: "ARCHITECTURE.md".into(), text: "## Rooms\n".into() }];
        assert_eq!(check(&files, &from_texts(&[("crates/x/src/lib.rs", "")])), Vec::<String>::new());
    }
}
