//! What a module's code names: every path in it, with the line.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::{attributes::only_in_tests, modules::Module};

/// One path that a module names.
pub(in crate::check) struct Mention {
    /// As it is written, `Self` replaced by the type.
    pub(in crate::check) path: Vec<String>,
    /// Where.
    pub(in crate::check) line: usize,
    /// Whether it is only passed on: `pub use`.
    pub(in crate::check) passed_on: bool,
}

impl Mention {
    /// The path as a sentence names it.
    pub(in crate::check) fn title(&self) -> String {
        self.path.join("::")
    }
}

/// Everything that a module names, its inner modules left out.
pub(in crate::check) fn mentions(module: &Module) -> Vec<Mention> {
    let mut collector = Collector::default();
    for import in &module.imports {
        let (path, line, passed_on) = (import.path.clone(), import.line, import.exported);
        collector.mentions.push(Mention { path, line, passed_on });
    }
    for item in &module.items {
        collector.visit_item(item);
    }
    let Collector { mut mentions, bound, .. } = collector;
    // A variable is no function of the same name.
    mentions.retain(|mention| mention.path.len() > 1 || !bound.contains(&mention.path[0]));
    mentions
}

#[derive(Default)]
struct Collector {
    mentions: Vec<Mention>,
    /// The names of variables and parameters.
    bound: BTreeSet<String>,
    /// What `Self` is.
    this: Option<Vec<String>>,
}

impl Collector {
    fn add(&mut self, mut path: Vec<String>, line: usize) {
        if path.first().is_some_and(|first| first == "Self") {
            let Some(this) = &self.this else { return };
            path.splice(..1, this.iter().cloned());
        }
        self.mentions.push(Mention { path, line, passed_on: false });
    }

    /// Paths in the tokens of a macro. A name alone counts when it looks like a type's: others may be fields or variables.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.written(&mut path, line);
                    }
                    line = ident.span().start().line;
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons = if punct.spacing() == Spacing::Joint || colons == 1 { colons + 1 } else { 0 };
                }
                TokenTree::Group(group) => {
                    self.written(&mut path, line);
                    colons = 0;
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.written(&mut path, line);
                    colons = 0;
                }
            }
        }
        self.written(&mut path, line);
    }

    fn written(&mut self, path: &mut Vec<String>, line: usize) {
        let path = std::mem::take(path);
        let like_a_type = |name: &String| name.starts_with(char::is_uppercase);
        if path.len() > 1 || path.first().is_some_and(like_a_type) {
            self.add(path, line);
        }
    }

    /// Functions named in attributes by a text, such as serde's `with = "crate::time::text"`.
    fn texts(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                    self.texts(group.stream());
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let path = syn::parse_str::<syn::Path>(text.trim_matches('"'));
                    if let Some(path) = path.ok().filter(|_| text.contains("::")) {
                        self.add(segments(&path), literal.span().start().line);
                    }
                }
                _ => {}
            }
        }
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

impl Visit<'_> for Collector {
    fn visit_path(&mut self, path: &syn::Path) {
        let line = path.segments.first().map(|first| first.ident.span().start().line);
        if let (None, Some(line)) = (&path.leading_colon, line) {
            self.add(segments(path), line);
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
        let name = pattern.ident.to_string();
        if name.starts_with(char::is_lowercase) {
            self.bound.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, called: &syn::Macro) {
        visit::visit_macro(self, called);
        self.tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.texts(list.tokens.clone());
        }
    }

    fn visit_item(&mut self, item: &syn::Item) {
        if !only_in_tests(super::attributes::of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        let this = match item.self_ty.as_ref() {
            syn::Type::Path(this) if this.qself.is_none() => Some(segments(&this.path)),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.this, this);
        visit::visit_item_impl(self, item);
        self.this = outer;
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        if !only_in_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// These are in [`Module::imports`].
    fn visit_item_use(&mut self, _: &syn::ItemUse) {}
}
