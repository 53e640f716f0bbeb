//! What a text must be that a tenant writes and other people read: plain, so that no page or mail that shows it can be
//! turned into something else.

use std::str::FromStr as _;

use email_address::{EmailAddress, Options};
use url::Url;

use crate::mode::Mode;

/// What the texts of an invitation may have in them, between `${` and `}`.
pub const PLACEHOLDERS: [&str; 3] = ["companyName", "firstName", "fullName"];

/// Why a text cannot be taken: what would be right, to go after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(&'static str);

const MARKUP: TextError =
    TextError("must be plain text; it looks like markup where a < is followed by a letter, /, ! or ?");
const CONTROL: TextError = TextError("must not contain control characters other than line breaks and tabs");
const ONE_LINE: TextError = TextError("must be one line of text, without control characters");
const PLACEHOLDER: TextError =
    TextError("has a placeholder other than ${companyName}, ${firstName} and ${fullName}");
const NO_PLACEHOLDER: TextError = TextError("must not contain a placeholder: nothing takes its place here");
const EMAIL: TextError = TextError("must be an e-mail address such as name@example.com");
const PICTURE: TextError = TextError("must be an address that starts with http:// or https://");
const ENCRYPTED: TextError = TextError("must be an address that starts with https:// in production mode");

/// A name: one line of plain text, without placeholders.
pub fn check_name(text: &str) -> Result<(), TextError> {
    check_line(text)?;
    if text.contains("${") { Err(NO_PLACEHOLDER) } else { check_markup(text) }
}

/// A heading: one line of plain text, perhaps with placeholders.
pub fn check_heading(text: &str) -> Result<(), TextError> {
    check_line(text)?;
    check_placeholders(text)?;
    check_markup(text)
}

/// Lines of plain text, perhaps with placeholders.
pub fn check_wording(text: &str) -> Result<(), TextError> {
    if text.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\r' | '\t')) {
        return Err(CONTROL);
    }
    check_placeholders(text)?;
    check_markup(text)
}

/// An e-mail address that mail can be sent to from anywhere: with a domain of at least two labels.
pub fn check_email(text: &str) -> Result<(), TextError> {
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    let address = EmailAddress::parse_with_options(text, options).map_err(|_| EMAIL)?;
    // The standard allows more than mail servers take: comments and quoted names with anything in them.
    let plain = |char: char| !char.is_control() && !char.is_whitespace() && !"\"()<>,;:\\[]".contains(char);
    if address.as_str().chars().all(plain) { Ok(()) } else { Err(EMAIL) }
}

/// The address of a picture, for pages to show. In production mode it must be encrypted on its way.
pub fn check_picture_url(text: &str, mode: Mode) -> Result<(), TextError> {
    let url = Url::from_str(text).map_err(|_| PICTURE)?;
    let known = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !known || !url.username().is_empty() || url.password().is_some() {
        return Err(PICTURE);
    }
    if mode == Mode::Production && url.scheme() != "https" { Err(ENCRYPTED) } else { Ok(()) }
}

fn check_line(text: &str) -> Result<(), TextError> {
    // The last two are line breaks, too, for some that read mail.
    let broken = |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
    if text.chars().any(broken) || text.trim().is_empty() { Err(ONE_LINE) } else { Ok(()) }
}

fn check_placeholders(text: &str) -> Result<(), TextError> {
    let known = |rest: &str| rest.split_once('}').is_some_and(|(name, _)| PLACEHOLDERS.contains(&name));
    if text.split("${").skip(1).all(known) { Ok(()) } else { Err(PLACEHOLDER) }
}

fn check_markup(text: &str) -> Result<(), TextError> {
    let opens = |char: char| char.is_alphabetic() || matches!(char, '/' | '!' | '?');
    if text.split('<').skip(1).any(|rest| rest.starts_with(opens)) { Err(MARKUP) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_of_plain_text() {
        for good in ["Acme", "Ann O'Neil-Ó Súilleabháin", "R&D <3 > 2 < 3", "王小明", "$5 {a}"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for (bad, error) in [
            ("", ONE_LINE),
            (" \u{a0}", ONE_LINE),
            ("a\r\nBcc: b@example.com", ONE_LINE),
            ("a\tb", ONE_LINE),
            ("a\u{2028}b", ONE_LINE),
            ("a\u{85}b", ONE_LINE),
            ("${companyName}", NO_PLACEHOLDER),
            ("<b>Acme", MARKUP),
        ] {
            assert_eq!(check_name(bad), Err(error), "{bad:?}");
        }
    }

    #[test]
    fn wordings_have_known_placeholders_and_no_markup() {
        let good = "Dear ${firstName},\r\n\n\t${companyName} asks ${fullName}: 1 < 2, $ { } ${firstName}";
        assert_eq!(check_wording(good), Ok(()));
        assert_eq!(check_heading(good), Err(ONE_LINE));
        assert_eq!(check_heading("${fullName}, hello from ${companyName}"), Ok(()));
        for bad in
            ["${lastName}", "${firstName", "${ firstName}", "${}", "${", "${FirstName}", "${${firstName}}"]
        {
            assert_eq!(check_wording(bad), Err(PLACEHOLDER), "{bad}");
            assert_eq!(check_heading(bad), Err(PLACEHOLDER), "{bad}");
        }
        for bad in ["<b>", "a</p>", "<!--", "<?php", "<script>alert(1)</script>", "<é>"] {
            assert_eq!(check_wording(bad), Err(MARKUP), "{bad}");
        }
        assert_eq!(check_wording("a\u{7}"), Err(CONTROL));
    }

    #[test]
    fn email_addresses_can_be_written_to() {
        for good in
            ["a@example.com", "ann.o'neil+x@mail.example.co.uk", "josé@example.com", "a@müller.example"]
        {
            assert_eq!(check_email(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@example.com",
            "a@localhost",
            "a b@example.com",
            "a@example.com ",
            "Ann <a@example.com>",
            "<a@example.com>",
            "a@[127.0.0.1]",
            "a@example..com",
            ".a@example.com",
            "a@example.com,b@example.com",
            "a@example.com\nBcc: b@example.com",
            "\"a b\"@example.com",
            "\"a\\\"<b>\"@example.com",
            "a@-example.com",
        ] {
            assert_eq!(check_email(bad), Err(EMAIL), "{bad:?}");
        }
    }

    #[test]
    fn pictures_come_from_the_web() {
        for good in ["https://example.com/logo.png", "https://example.com:8443/?a=b"] {
            assert_eq!(check_picture_url(good, Mode::Production), Ok(()), "{good}");
        }
        let plain = "http://localhost:8080/logo.png";
        assert_eq!(check_picture_url(plain, Mode::Sandbox), Ok(()));
        assert_eq!(check_picture_url(plain, Mode::Production), Err(ENCRYPTED));
        for bad in [
            "",
            "logo.png",
            "//example.com/logo.png",
            "data:image/png;base64,AA==",
            "javascript:alert(1)",
            "ftp://example.com",
            "https://",
            "https://user:secret@example.com/",
        ] {
            assert_eq!(check_picture_url(bad, Mode::Sandbox), Err(PICTURE), "{bad}");
        }
    }
}
