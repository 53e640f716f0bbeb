//! The PDF itself: fonts and marks on pages.

use krilla::{
    Document,
    color::rgb,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::Fill,
    text::{Font, TextDirection},
};

use crate::report::ExportError;

/// A4, in points.
pub(crate) const WIDTH: f32 = 595.0;
/// A4, in points.
pub(crate) const HEIGHT: f32 = 842.0;

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) color: Color,
}

/// The few colours that there are; each is dark enough on white (WCAG 2.2, 4.5 to 1) to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Color {
    Ink,
    Quiet,
    Line,
    Accent,
}

impl Color {
    fn fill(self) -> Fill {
        let color = match self {
            Self::Ink => rgb::Color::new(0x1c, 0x25, 0x30),
            Self::Quiet => rgb::Color::new(0x5b, 0x66, 0x73),
            Self::Line => rgb::Color::new(0xd5, 0xda, 0xe0),
            Self::Accent => rgb::Color::new(0x1f, 0x6f, 0x5c),
        };
        Fill { paint: color.into(), opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }
    }
}

/// Something on a page. Places are in points from the upper left corner; a text stands on its `y`.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Text { x: f32, y: f32, style: Style, text: String },
    Bar { x: f32, y: f32, width: f32, height: f32, color: Color },
}

/// The two fonts, for measuring and for writing.
pub(crate) struct Fonts {
    faces: [ttf_parser::Face<'static>; 2],
    fonts: [Font; 2],
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, ExportError> {
        let face = |bytes| ttf_parser::Face::parse(bytes, 0).map_err(|error| broken(&error.to_string()));
        let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or_else(|| broken("unreadable"));
        Ok(Self {
            faces: [face(notosans::REGULAR_TTF)?, face(notosans::BOLD_TTF)?],
            fonts: [font(notosans::REGULAR_TTF)?, font(notosans::BOLD_TTF)?],
        })
    }

    /// How wide a text is, in points. Kerning is left out: it makes a text narrower by less than a letter.
    pub(crate) fn width(&self, style: Style, text: &str) -> f32 {
        let face = &self.faces[usize::from(style.bold)];
        let units: u32 = text
            .chars()
            .map(|letter| {
                let glyph = face.glyph_index(letter).unwrap_or_default();
                u32::from(face.glyph_hor_advance(glyph).unwrap_or_default())
            })
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a text is shorter than 2^24 units of a font")]
        let units = units as f32;
        units * style.size / f32::from(face.units_per_em())
    }
}

fn broken(fault: &str) -> ExportError {
    ExportError::Pdf(format!("a font of ours is broken: {fault}"))
}

/// Writes pages. The same pages always give the same bytes.
pub(crate) fn write(fonts: &Fonts, title: &str, pages: &[Vec<Mark>]) -> Result<Vec<u8>, ExportError> {
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new().title(title.to_owned()).language("en".to_owned()).creator("Sahod".to_owned()),
    );
    for marks in pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| broken("no page of that size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            match mark {
                Mark::Text { x, y, style, text } => {
                    surface.set_fill(Some(style.color.fill()));
                    let font = fonts.fonts[usize::from(style.bold)].clone();
                    let start = Point::from_xy(*x, *y);
                    surface.draw_text(start, font, style.size, text, false, TextDirection::Auto);
                }
                Mark::Bar { x, y, width, height, color } => {
                    surface.set_fill(Some(color.fill()));
                    let mut path = PathBuilder::new();
                    // A bar of no width or height is nothing to draw.
                    if let Some(bar) = Rect::from_xywh(*x, *y, *width, *height) {
                        path.push_rect(bar);
                    }
                    if let Some(path) = path.finish() {
                        surface.draw_path(&path);
                    }
                }
            }
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| ExportError::Pdf(format!("{error:?}")))
}
