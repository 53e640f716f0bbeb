//! Pictures for providers: a letter or two on a colour. Real logos are their owners' trade marks and are not ours to
//! ship.

use crate::{Asset, page::escape};

/// The picture of a provider; the same for the same id, always.
#[must_use]
pub fn monogram(id: &str, name: &str) -> Asset {
    // FNV-1a (Fowler, Noll, Vo): spreads similar ids over the circle of hues.
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hue = hash % 360;
    let initials: String = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\" role=\"img\" aria-label=\"{label}\">\
         <rect width=\"64\" height=\"64\" rx=\"14\" fill=\"hsl({hue} 45% 34%)\"/>\
         <text x=\"32\" y=\"33\" fill=\"#fff\" font-family=\"system-ui,sans-serif\" font-size=\"26\" \
         font-weight=\"600\" text-anchor=\"middle\" dominant-baseline=\"central\">{initials}</text></svg>",
        label = escape(name),
        initials = escape(&initials),
    );
    Asset { bytes: svg.into_bytes().into(), content_type: "image/svg+xml", tag: format!("\"{hash:016x}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_stable_and_safe() {
        let first = monogram("x_y", "<b>\"Rice & Co\"");
        let text = String::from_utf8(first.bytes.to_vec()).unwrap();
        assert!(text.contains("&lt;b&gt;&quot;Rice &amp; Co&quot;") && text.contains(">BR</text>"), "{text}");
        assert_eq!(first.tag, monogram("x_y", "other").tag);
        assert_ne!(first.tag, monogram("x_z", "other").tag);
    }
}
