//! The frame of a plain page.

/// The style of plain pages, served as a file because their policy allows no inline style.
pub const PAGE_STYLE: &str = include_str!("page.css");

/// The icon of plain pages.
pub const PAGE_ICON: &str = include_str!("page.svg");

/// A plain page. `style` is the address of [`PAGE_STYLE`], with `icon.svg`, the [`PAGE_ICON`], beside it; `body` is HTML, everything in it escaped already.
#[must_use]
pub fn page(title: &str, style: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"{}\">\n\
         <link rel=\"icon\" href=\"{}\" type=\"image/svg+xml\">\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n",
        escape(title),
        escape(style),
        escape(&style.replace("page.css", "icon.svg")),
    )
}

/// Text, safe between tags and in quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
