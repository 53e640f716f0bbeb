//! The user docs (`docs/*.md`) as pages.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};
use rust_embed::RustEmbed;

use crate::page::{escape, page};

#[derive(RustEmbed)]
#[folder = "../../docs"]
#[include = "*.md"]
#[exclude = "adr/*"]
struct Docs;

/// The page of that name, `""` for the list of all pages. `style` is the address of the pages' style.
#[must_use]
pub fn doc_page(name: &str, style: &str) -> Option<String> {
    if name.is_empty() {
        return Some(page("Sahod docs", style, &contents()));
    }
    let source = source(&format!("{name}.md"))?;
    let body = format!(
        "<p><a href=\"./\">All pages</a> · <a href=\"reference/\">API reference</a></p>\n{}",
        render(&source)
    );
    Some(page(&format!("{} · Sahod docs", title(&source)), style, &body))
}

fn source(path: &str) -> Option<Cow<'static, str>> {
    match Docs::get(path)?.data {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

fn title(source: &str) -> &str {
    source.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or("Page")
}

fn contents() -> String {
    let link = |path: Cow<'static, str>| {
        let text = source(&path)?;
        let name = path.strip_suffix(".md")?;
        Some(format!("<li><a href=\"{}\">{}</a></li>\n", escape(name), escape(title(&text))))
    };
    let links: String = Docs::iter().filter_map(link).collect();
    format!(
        "<h1>Sahod docs</h1>\n<nav aria-label=\"Pages\"><ul>\n\
         <li><a href=\"reference/\">API reference</a></li>\n\
         <li><a href=\"reference/?api=link\">The Link API, operation by operation</a></li>\n{links}</ul></nav>"
    )
}

fn render(source: &str) -> String {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).map(|event| match event {
        // Links between the files of the folder become links between the pages.
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = match dest_url.strip_suffix(".md") {
                Some(name) if !dest_url.contains("://") => CowStr::from(name.to_owned()),
                _ => dest_url,
            };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        other => other,
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_contents_is_there() {
        let contents = doc_page("", "page.css").unwrap();
        assert!(contents.contains("href=\"link-api\""), "{contents}");
        assert!(contents.contains("href=\"reference/\""), "{contents}");
        let page = doc_page("link-api", "page.css").unwrap();
        assert!(page.contains("<table>") && page.contains("href=\"icon.svg\""), "{page}");
        assert!(doc_page("nothing", "page.css").is_none());
        assert!(doc_page("../README", "page.css").is_none());
    }
}
