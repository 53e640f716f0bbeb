//! Who acts. Every use case is told, and asks for the right that it needs before it does anything else: a public method of
//! `app` takes `&Acting`, and its first statement calls `acting.may(…)`.
//!
//! The types with use cases are `App` and those that `app` exports with an `async` method: what is no use case is a value,
//! and a value waits for nobody. The check is on as soon as `app` exports `Acting`.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    FnArg, ImplItem, ImplItemFn, Item, Type, Visibility,
    visit::{self, Visit},
};

use super::code::{Crate, Definition, Resolver};

const ROOM: &str = "app";
const ACTING: &str = "Acting";

/// Methods that nobody's right is asked for, each with why: `("Type::method", "reason")`.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("App::config", "what the operator decided is shown to everybody"),
    ("App::worker", "the program itself runs it; each job asks for its own right"),
    ("Courier::run", "the program itself runs it"),
    ("Delivery::stop_waiting", "the program itself stops"),
    ("Documents::open_file", "whoever has the sealed address of a file was given it by a use case"),
    ("Documents::raw_file_url", "whoever has the archive was given it by a use case"),
    (
        "Linking::come_back",
        "a browser on its way back from a source proves itself by the state in its address, and by its cookie",
    ),
    ("Linking::departure", "a browser on its way to a source has the ticket that a use case gave"),
    ("Linking::end_abandoned_links", "the program itself runs it"),
    ("Linking::end_links_of_the_dead", "the program itself runs it"),
    ("Linking::find_provider", "what is in the catalogue is on public pages"),
    ("Linking::grant_in_sandbox", "the sandbox's own sign-in page is for everybody"),
    ("Linking::leave_url", "a public address"),
    ("Linking::provider_health", "whoever has the provider was given it by a use case"),
    ("Linking::reads_again", "what the catalogue can do is no secret"),
    ("Linking::return_url", "a public address"),
    ("Linking::stop_links", "the program itself stops"),
    ("LoginKeys::get", "the keys are handed to the wiring; whoever uses them asks for a right"),
    ("Organisations::authenticate", "makes an `Acting`"),
    ("Organisations::framing", "a browser asks it before anybody is known"),
    ("People::authenticate_session", "makes an `Acting`"),
    ("People::check_token", "it only says whether a token is one; who it belongs to comes with redeeming it"),
    ("People::encryption_key", "a public key"),
    ("People::landing_page_url", "whoever has the invite was given it by a use case"),
    ("People::redeem_token", "makes an `Acting`"),
    ("Requests::dropped_requests", "a figure of the program itself"),
    ("Requests::flush_requests", "the program itself writes its log"),
    ("Requests::new_id", "a request has an id before anybody is known"),
    ("Requests::now", "what time it is is no secret"),
    ("Requests::once", "carries another use case, which asks for its own right"),
    ("Requests::open_cursor", "part of a list, whose use case asks for its own right"),
    ("Requests::record_request", "notes a request that another use case answered or refused"),
    ("Requests::seal_cursor", "part of a list, whose use case asks for its own right"),
    ("Requests::tenant_now", "fills in a parameter of another use case, which asks for its own right"),
    ("Requests::write_requests", "the program itself writes its log"),
    ("Sharing::erase_idle_users", "the program itself runs it"),
    ("SessionWatch::ended", "whoever has the watch was given it by a use case"),
    ("SessionWatch::is_open", "whoever has the watch was given it by a use case"),
    ("Sharing::receipt_keys", "public keys"),
    ("Sharing::start_erasing_idle_users", "the program itself starts it"),
    ("Upkeep::begin", "the program itself starts with it"),
    ("Upkeep::ping", "a probe is for everybody"),
    ("Upkeep::start_sweeping", "the program itself starts it"),
    ("Upkeep::sweep", "the program itself runs it"),
    ("Upkeep::take_back", "the program itself starts with it"),
    ("Upkeep::watch_time", "the program itself runs it"),
];

pub(super) fn check(crates: &[Crate]) -> Vec<String> {
    judge(crates, EXCEPTIONS)
}

fn judge(crates: &[Crate], exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for one in crates.iter().filter(|one| one.room == ROOM) {
        let exported = exported(one);
        if !exported.values().any(|name| name == ACTING) {
            continue;
        }
        let methods = methods(one, &exported);
        let names: BTreeSet<String> = methods.iter().map(|method| method.title.clone()).collect();
        for method in &methods {
            let excused = exceptions.iter().any(|(name, _)| *name == method.title);
            match (wrong(method.function), excused) {
                (Some(wrong), false) => faults.push(format!(
                    "{}: `{}` {wrong}, or name it in xtask/src/check/acting.rs with the reason why nobody's right is needed",
                    method.at, method.title
                )),
                (None, true) => faults.push(format!(
                    "xtask/src/check/acting.rs: `{}` asks for a right; take it off the list",
                    method.title
                )),
                _ => {}
            }
        }
        for (name, _) in exceptions.iter().filter(|(name, _)| !names.contains(*name)) {
            faults.push(format!(
                "xtask/src/check/acting.rs: `{name}` is on the list but is no use case of `app`"
            ));
        }
    }
    faults
}

/// The types that the room exports, by where they are written, with the name that they are exported by.
fn exported(of: &Crate) -> BTreeMap<Definition, String> {
    let resolver = Resolver::new(of);
    let passed_on = of.modules[0].imports.iter().filter(|import| import.exported);
    let named = passed_on.filter_map(|import| {
        let found = resolver.find(0, &import.path)?;
        Some((Definition { module: found.module, name: found.name? }, import.name.clone()?))
    });
    let own =
        of.modules[0].names.keys().map(|name| (Definition { module: 0, name: name.clone() }, name.clone()));
    named.chain(own).collect()
}

struct Method<'a> {
    title: String,
    at: String,
    function: &'a ImplItemFn,
}

/// The public methods of the types that have use cases.
fn methods<'a>(of: &'a Crate, exported: &BTreeMap<Definition, String>) -> Vec<Method<'a>> {
    let resolver = Resolver::new(of);
    let mut by_type: BTreeMap<&str, Vec<Method<'a>>> = BTreeMap::new();
    for (number, module) in of.modules.iter().enumerate() {
        for item in &module.items {
            let Item::Impl(block) = item else { continue };
            let Type::Path(this) = block.self_ty.as_ref() else { continue };
            let path: Vec<String> = this.path.segments.iter().map(|part| part.ident.to_string()).collect();
            let definition = resolver
                .find(number, &path)
                .and_then(|found| Some(Definition { module: found.module, name: found.name? }));
            let Some(name) = definition.and_then(|definition| exported.get(&definition)) else { continue };
            for item in &block.items {
                let ImplItem::Fn(function) = item else { continue };
                let called_on_it = matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)));
                if called_on_it && matches!(function.vis, Visibility::Public(_)) {
                    let line = function.sig.ident.span().start().line;
                    by_type.entry(name).or_default().push(Method {
                        title: format!("{name}::{}", function.sig.ident),
                        at: format!("{}:{line}", module.file),
                        function,
                    });
                }
            }
        }
    }
    let waits = |methods: &[Method<'_>]| methods.iter().any(|method| method.function.sig.asyncness.is_some());
    by_type.retain(|name, methods| *name == "App" || waits(methods));
    by_type.into_values().flatten().collect()
}

/// What a use case lacks; `None`: nothing.
fn wrong(function: &ImplItemFn) -> Option<&'static str> {
    let takes = function.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => match input.ty.as_ref() {
            Type::Reference(reference) => matches!(reference.elem.as_ref(), Type::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == ACTING)),
            _ => false,
        },
        FnArg::Receiver(_) => false,
    });
    if !takes {
        return Some("is a use case that does not know who acts: take `acting: &Acting`");
    }
    let mut asks = Asks(false);
    if let Some(first) = function.block.stmts.first() {
        asks.visit_stmt(first);
    }
    (!asks.0).then_some("does not ask for a right first: begin it with `acting.may(Right::…)?`")
}

/// Whether `acting.may(…)` is called, or one of its like, such as `acting.may_read(…)`.
struct Asks(bool);

impl Visit<'_> for Asks {
    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        let of_acting =
            matches!(call.receiver.as_ref(), syn::Expr::Path(path) if path.path.is_ident("acting"));
        let name = call.method.to_string();
        self.0 |= of_acting && (name == "may" || name.starts_with("may_"));
        visit::visit_expr_method_call(self, call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::code::from_texts;

    fn faults(delivery: &str, exceptions: &[(&str, &str)]) -> Vec<String> {
        let root = "mod acting; mod delivery; pub use acting::Acting; pub use delivery::*; pub use delivery::{Delivery, Value};
            pub struct App; impl App { pub fn new() -> Self {} }";
        let acting = "pub struct Acting; impl Acting { pub fn scope(&self) {} }";
        judge(
            &from_texts(&[
                ("crates/app/src/lib.rs", root),
                ("crates/app/src/acting.rs", acting),
                ("crates/app/src/delivery.rs", delivery),
            ]),
            exceptions,
        )
    }

    const GOOD: &str = "pub struct Delivery; pub struct Value; impl Value { pub fn text(&self) {} }
        impl Delivery {
            pub async fn list(&self, acting: &Acting) { let scope = acting.may(Right::Read)?; self.x(scope) }
            pub fn change(&self, acting: &Acting) { acting.may(Right::Webhooks)?; }
            async fn private(&self) {} pub(crate) async fn inner(&self) {} pub fn make() -> Self {}
        }";

    #[test]
    fn use_cases_that_ask_first_pass_and_values_are_none() {
        assert_eq!(faults(GOOD, &[]), Vec::<String>::new());
    }

    #[test]
    fn a_use_case_without_acting_and_one_that_asks_later_are_faults() {
        let text = "pub struct Delivery; pub struct Value;
            impl Delivery { pub async fn a(&self, scope: &Scope) { acting.may(Right::Read)?; }
            pub fn b(&self, acting: &Acting) { let now = self.now(); acting.may(Right::Read)?; } }";
        let found = faults(text, &[]);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(
            found[0]
                .starts_with("crates/app/src/delivery.rs:2: `Delivery::a` is a use case that does not know")
        );
        assert!(
            found[1]
                .starts_with("crates/app/src/delivery.rs:3: `Delivery::b` does not ask for a right first")
        );
    }

    #[test]
    fn an_exception_is_needed_or_a_fault() {
        let text = "pub struct Delivery; impl Delivery { pub async fn a(&self) {} pub fn b(&self, acting: &Acting) { acting.may(R)?; } }";
        let list = |names: &[&'static str]| names.iter().map(|&name| (name, "why")).collect::<Vec<_>>();
        assert_eq!(faults(text, &list(&["Delivery::a"])), Vec::<String>::new());
        let found = faults(text, &list(&["Delivery::a", "Delivery::b", "Delivery::gone"]));
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].contains("take it off the list") && found[1].contains("is no use case of `app`"));
    }

    #[test]
    fn without_acting_there_is_nothing_to_ask() {
        let texts = [("crates/app/src/lib.rs", "pub struct App; impl App { pub async fn a(&self) {} }")];
        assert_eq!(judge(&from_texts(&texts), &[]), Vec::<String>::new());
    }
}
