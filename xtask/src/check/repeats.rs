//! Logic that stands twice: six lines of code in a row, within functions, that are the same but for their indentation. What is
//! alike has a name, and is called by it.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use super::{
    code::{Crate, Module},
    files::File,
};

/// Where it is looked for: the handlers and the use cases, which are many and alike.
const ROOMS: &[&str] = &["api", "app"];
/// So many lines are logic of their own. Signatures do not count, nor do comments.
const LINES: usize = 6;

pub(super) fn check(files: &[File], crates: &[Crate]) -> Vec<String> {
    let mut bodies = Vec::new();
    for module in crates.iter().filter(|one| ROOMS.contains(&one.room.as_str())).flat_map(|one| &one.modules)
    {
        let text = files.iter().find(|file| file.path == module.file).map_or("", |file| &file.text);
        bodies.extend(functions(module).into_iter().map(|lines| body(&module.file, text, lines)));
    }
    repeats(&bodies)
}

/// A line of code and where it is.
struct Line<'a> {
    code: &'a str,
    file: &'a str,
    number: usize,
}

/// The first and the last line of each function's body, its braces left out.
fn functions(module: &Module) -> Vec<(usize, usize)> {
    struct Bodies(Vec<(usize, usize)>);

    impl Bodies {
        fn add(&mut self, block: &syn::Block) {
            let braces = block.brace_token.span;
            self.0.push((braces.open().start().line + 1, braces.close().start().line));
        }
    }

    impl Visit<'_> for Bodies {
        fn visit_item_fn(&mut self, function: &syn::ItemFn) {
            self.add(&function.block);
        }

        fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
            self.add(&function.block);
        }

        fn visit_trait_item_fn(&mut self, function: &syn::TraitItemFn) {
            visit::visit_trait_item_fn(self, function);
            if let Some(block) = &function.default {
                self.add(block);
            }
        }
    }

    let mut bodies = Bodies(Vec::new());
    module.items.iter().for_each(|item| bodies.visit_item(item));
    bodies.0
}

fn body<'a>(file: &'a str, text: &'a str, (first, end): (usize, usize)) -> Vec<Line<'a>> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines
        .skip(first - 1)
        .take(end.saturating_sub(first))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("//"))
        .map(|(number, code)| Line { code, file, number })
        .collect()
}

fn repeats(bodies: &[Vec<Line<'_>>]) -> Vec<String> {
    let mut places: BTreeMap<Vec<&str>, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, body) in bodies.iter().enumerate() {
        for (start, lines) in body.windows(LINES).enumerate() {
            places.entry(lines.iter().map(|line| line.code).collect()).or_default().push((number, start));
        }
    }
    // What begins a line earlier in as many places is told there.
    let is_longer = |found: &[(usize, usize)]| {
        let before =
            |&(number, start): &(usize, usize)| start.checked_sub(1).map(|start| bodies[number][start].code);
        before(&found[0]).is_some() && found.iter().all(|place| before(place) == before(&found[0]))
    };
    let mut faults: Vec<String> = places
        .values()
        .filter(|found| found.len() > 1 && !is_longer(found))
        .map(|found| {
            let at = |&(number, start): &(usize, usize)| {
                let line: &Line<'_> = &bodies[number][start];
                format!("{}:{}", line.file, line.number)
            };
            let others: Vec<String> = found[1..].iter().map(at).collect();
            format!(
                "{}: {LINES} lines or more from here stand in {} too: give them a name, and call it",
                at(&found[0]),
                others.join(", ")
            )
        })
        .collect();
    faults.sort();
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::code::from_texts;

    fn faults(file: &str, text: &str) -> Vec<String> {
        let files = [File { path: file.into(), text: text.into() }];
        check(&files, &from_texts(&[(file, text)]))
    }

    fn function(name: &str, lines: &str) -> String {
        format!(
            "fn {name}(\n    a: u8,\n) {{\n{}\n}}\n",
            lines.split(' ').flat_map(|line| ["    ", line, ";\n"]).collect::<String>()
        )
    }

    #[test]
    fn six_lines_that_stand_twice_are_told_once_where_they_begin() {
        let text = format!("{}{}", function("f", "x a b c d e f g y"), function("g", "z a b c d e f g"));
        assert_eq!(
            faults("crates/app/src/lib.rs", &text),
            [
                "crates/app/src/lib.rs:5: 6 lines or more from here stand in crates/app/src/lib.rs:19 too: give them a name, and call it"
            ]
        );
        assert_eq!(faults("crates/store/src/lib.rs", &text), Vec::<String>::new());
    }

    #[test]
    fn five_lines_signatures_and_other_logic_are_no_repeat() {
        let text = format!("{}{}", function("f", "x a b c d e"), function("g", "a b c d e y"));
        assert_eq!(faults("crates/app/src/lib.rs", &text), Vec::<String>::new());
    }
}
