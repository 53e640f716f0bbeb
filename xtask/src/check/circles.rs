//! Files that need each other. Whoever changes one of them has to read them all, so a circle is one file in pieces: what
//! both sides need goes into a file of its own, or one side is handed what it needs.
//!
//! A file needs another when it names something that is written there, through whatever re-exports. Passing a name on
//! (`pub use`) and declaring a module are no need. What a method call reaches is not seen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::code::{Crate, Definition, Found, Resolver, mentions};

pub(super) fn check(crates: &[Crate]) -> Vec<String> {
    crates.iter().flat_map(|one| circles(&needs(one))).collect()
}

/// What each file needs of which other.
type Needs<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>;

fn needs(of: &Crate) -> Needs<'_> {
    let resolver = Resolver::new(of);
    let mut needs = Needs::new();
    for (number, module) in of.modules.iter().enumerate() {
        let mut need = |other: usize, what: String| {
            let other = of.modules[other].file.as_str();
            if other != module.file {
                needs.entry(&module.file).or_default().entry(other).or_default().insert(what);
            }
        };
        for mention in mentions(module).into_iter().filter(|mention| !mention.passed_on) {
            let Some(Found { module: home, name: Some(name), member, .. }) =
                resolver.find(number, &mention.path)
            else {
                continue;
            };
            need(home, name.clone());
            if let Some(member) = member {
                let item = Definition { module: home, name: name.clone() };
                for &written in resolver.written_in(&item, &member) {
                    need(written, format!("{name}::{member}"));
                }
            }
        }
    }
    needs
}

/// One fault for each set of files that need each other.
fn circles(needs: &Needs<'_>) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        needs.keys().map(|&file| (file, reach(needs, file))).collect();
    let mut told = BTreeSet::new();
    let mut faults = Vec::new();
    for (&file, from_here) in &reached {
        if !from_here.contains(file) || told.contains(file) {
            continue;
        }
        let together: Vec<&str> = from_here
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(file)))
            .collect();
        told.extend(together.iter().copied());
        let shortest = together.iter().filter_map(|&start| way_back(needs, start)).min_by_key(Vec::len);
        faults.push(fault(needs, &together, &shortest.unwrap_or_default()));
    }
    faults
}

fn reach<'a>(needs: &Needs<'a>, start: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = vec![start];
    while let Some(file) = open.pop() {
        for &next in needs.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

/// The shortest way from a file back to it, with the file at both ends.
fn way_back<'a>(needs: &Needs<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut open = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = open.pop_front() {
        for &next in needs.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            let longer: Vec<&str> = way.iter().copied().chain([next]).collect();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next) {
                open.push_back(longer);
            }
        }
    }
    None
}

fn fault(needs: &Needs<'_>, together: &[&str], way: &[&str]) -> String {
    let steps = way.windows(2).map(|step| {
        let names: Vec<&str> = needs[step[0]][step[1]].iter().map(String::as_str).collect();
        let more = if names.len() > 3 { ", …" } else { "" };
        format!("\n    {} names `{}`{more} of {}", step[0], names[..names.len().min(3)].join("`, `"), step[1])
    });
    format!(
        "{}: {} files need each other ({}); the shortest circle:{}\n    move what both sides need into a file of its own, or hand \
         one side what it needs",
        together[0],
        together.len(),
        together[1..].join(", "),
        steps.collect::<String>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::code::from_texts;

    fn faults(texts: &[(&str, &str)]) -> Vec<String> {
        let texts: Vec<(String, &str)> =
            texts.iter().map(|(file, text)| (format!("crates/x/src/{file}"), *text)).collect();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (file.as_str(), *text)).collect();
        check(&from_texts(&texts))
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;");

    #[test]
    fn a_circle_behind_re_exports_is_found_and_told_with_names() {
        let found = faults(&[
            ROOT,
            ("a.rs", "use crate::B; pub struct A; fn f(_: B) {}"),
            ("b.rs", "pub struct B; fn f() { crate::A }"),
        ]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/x/src/a.rs: 2 files need each other (crates/x/src/b.rs)"),
            "{}",
            found[0]
        );
        assert!(found[0].contains("crates/x/src/a.rs names `B` of crates/x/src/b.rs\n"), "{}", found[0]);
        assert!(found[0].contains("crates/x/src/b.rs names `A` of crates/x/src/a.rs\n"), "{}", found[0]);
    }

    #[test]
    fn passing_on_declaring_and_tests_are_no_need() {
        let a = "pub struct A; #[cfg(test)] mod tests { use crate::B; } #[cfg(test)] fn t(_: crate::B) {}
            impl A { #[cfg(test)] fn t(_: crate::B) {} }";
        assert_eq!(
            faults(&[ROOT, ("a.rs", a), ("b.rs", "use crate::a::A; pub struct B(A);")]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_parent_and_its_child_are_two_files() {
        let parent = "mod child; pub(crate) struct Rule; pub(crate) fn all() { child::list() }";
        let child = "use super::Rule; pub(super) fn list() -> Rule { Rule }";
        let root = ("lib.rs", "mod a;");
        assert_eq!(faults(&[root, ("a/mod.rs", parent), ("a/child.rs", child)]).len(), 1);
        assert_eq!(faults(&[root, ("a.rs", parent), ("a/child.rs", child)]).len(), 1);
        let apart = "mod rule; mod child; pub(crate) use rule::Rule; pub(crate) fn all() { child::list() }";
        assert_eq!(
            faults(&[root, ("a.rs", apart), ("a/rule.rs", "pub(crate) struct Rule;"), ("a/child.rs", child)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn functions_of_a_type_count_where_they_are_written() {
        let texts = |call: &'static str| {
            faults(&[
                ROOT,
                ("a.rs", call),
                ("b.rs", "use crate::A; pub struct B; impl A { pub fn more() {} pub fn other(&self) {} }"),
            ])
        };
        assert_eq!(texts("pub struct A; fn f() { A::more() }").len(), 1);
        assert_eq!(texts("pub struct A; impl A { fn f() { Self::more() } }").len(), 1);
        assert_eq!(texts("pub struct A; fn f(a: A) { a.other() }"), Vec::<String>::new());
    }

    #[test]
    fn a_trait_that_others_fill_is_no_circle() {
        assert_eq!(
            faults(&[
                ROOT,
                ("a.rs", "pub trait A { fn f(&self); } pub fn run(all: &[&dyn A]) { A::f(all[0]) }"),
                ("b.rs", "pub struct B; impl crate::A for B { fn f(&self) { Self::default() } }"),
            ]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn paths_in_macros_attributes_and_globs_count() {
        let b = "use crate::A; pub struct B; pub fn text(_: A) {}";
        for a in [
            "pub struct A; fn f() { format!(\"{}\", crate::b::text(A)) }",
            "pub struct A; fn f() { vec![crate::B] }",
            "#[serde(with = \"crate::b::text\")] pub struct A;",
            "use crate::*; pub struct A; fn f() { B }",
            "pub struct A; fn f() { use crate::b; b::text(A) }",
            "crate::b::made!(A);",
        ] {
            let b = &format!("{b} macro_rules! made {{ () => {{}} }}");
            let root = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;");
            assert_eq!(faults(&[root, ("a.rs", a), ("b.rs", b)]).len(), 1, "{a}");
        }
    }

    #[test]
    fn a_variable_is_no_function_and_foreign_names_are_nobodys() {
        let a = "pub struct A; fn f(text: u8) -> u8 { std::mem::drop(tokio::spawn(text)); text }";
        let root = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::text; fn f(text: u8) -> u8 { text }");
        assert_eq!(
            faults(&[root, ("a.rs", a), ("b.rs", "use crate::A; pub fn text(_: A) {}")]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn three_files_are_told_once_by_their_shortest_circle() {
        let root = ("lib.rs", "mod a; mod b; mod c;");
        let found = faults(&[
            root,
            ("a.rs", "pub struct A(crate::b::B);"),
            ("b.rs", "pub struct B(crate::c::C);"),
            ("c.rs", "pub struct C(crate::a::A, crate::b::B);"),
        ]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("3 files"), "{}", found[0]);
        assert_eq!(found[0].matches(" names ").count(), 2, "{}", found[0]);
    }
}
