//! What stands where: texts, tables and bars one below the other, and a new page where one is full.

use crate::ink::{Color, Fonts, HEIGHT, Mark, Style, WIDTH};

pub(crate) const MARGIN: f32 = 48.0;
/// Between the margins.
pub(crate) const INSIDE: f32 = WIDTH - 2.0 * MARGIN;
/// Where the foot begins.
const BOTTOM: f32 = HEIGHT - 60.0;

pub(crate) const TITLE: Style = Style { size: 22.0, bold: true, color: Color::Ink };
pub(crate) const HEADING: Style = Style { size: 13.0, bold: true, color: Color::Ink };
pub(crate) const BODY: Style = Style { size: 9.5, bold: false, color: Color::Ink };
pub(crate) const STRONG: Style = Style { size: 9.5, bold: true, color: Color::Ink };
pub(crate) const QUIET: Style = Style { size: 9.5, bold: false, color: Color::Quiet };
const SMALL: Style = Style { size: 8.0, bold: false, color: Color::Quiet };

/// To which side a column's texts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A column of a table: its head, its share of the width, and to which side it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) share: f32,
    pub(crate) side: Side,
}

/// Pages in the making.
pub(crate) struct Paper<'a> {
    fonts: &'a Fonts,
    pages: Vec<Vec<Mark>>,
    page: Vec<Mark>,
    /// How far down the page is used.
    y: f32,
}

impl<'a> Paper<'a> {
    pub(crate) const fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, pages: Vec::new(), page: Vec::new(), y: MARGIN }
    }

    /// Leaves room.
    pub(crate) fn space(&mut self, height: f32) {
        self.y += height;
    }

    /// Begins a new page when less than `height` is left of this one.
    pub(crate) fn keep_together(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.pages.push(std::mem::take(&mut self.page));
            self.y = MARGIN;
        }
    }

    /// A paragraph over the whole width.
    pub(crate) fn paragraph(&mut self, style: Style, text: &str) {
        for line in self.lines(style, text, INSIDE) {
            self.keep_together(style.size * 1.4);
            self.y += style.size * 1.4;
            self.page.push(Mark::Text { x: MARGIN, y: self.y, style, text: line });
        }
    }

    /// A line across the page.
    pub(crate) fn rule(&mut self) {
        self.page.push(Mark::Bar { x: MARGIN, y: self.y, width: INSIDE, height: 0.6, color: Color::Line });
    }

    /// The head of a section, which stays with what follows it.
    pub(crate) fn heading(&mut self, text: &str) {
        self.space(20.0);
        self.keep_together(80.0);
        self.paragraph(HEADING, text);
        self.space(6.0);
    }

    /// A name and its value, one below the other names and values; nothing when there is no value.
    pub(crate) fn field(&mut self, name: &str, value: &str) {
        const NAME: f32 = 130.0;
        if value.is_empty() {
            return;
        }
        let lines = self.lines(BODY, value, INSIDE - NAME);
        for (index, line) in lines.into_iter().enumerate() {
            self.keep_together(15.0);
            self.y += 15.0;
            if index == 0 {
                self.page.push(Mark::Text { x: MARGIN, y: self.y, style: QUIET, text: name.to_owned() });
            }
            self.page.push(Mark::Text { x: MARGIN + NAME, y: self.y, style: BODY, text: line });
        }
    }

    /// A table, with its head again on every page that it goes on to.
    pub(crate) fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        self.table_head(columns);
        for row in rows {
            let cells: Vec<_> = columns
                .iter()
                .zip(row)
                .map(|(column, text)| self.lines(BODY, text, INSIDE * column.share - 8.0))
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
            #[expect(clippy::cast_precision_loss, reason = "a cell has few lines")]
            let height = height as f32 * 12.5 + 5.5;
            if self.y + height > BOTTOM {
                self.keep_together(height);
                self.table_head(columns);
            }
            let top = self.y;
            let mut x = MARGIN;
            for (column, lines) in columns.iter().zip(cells) {
                let mut y = top + 1.5;
                for line in lines {
                    y += 12.5;
                    self.cell(*column, x, y, BODY, line);
                }
                x += INSIDE * column.share;
            }
            self.y = top + height;
            self.rule();
        }
    }

    fn table_head(&mut self, columns: &[Column]) {
        self.keep_together(50.0);
        self.y += 14.0;
        let mut x = MARGIN;
        for column in columns {
            self.cell(*column, x, self.y, STRONG, column.head.to_owned());
            x += INSIDE * column.share;
        }
        self.y += 5.0;
        self.rule();
    }

    fn cell(&mut self, column: Column, x: f32, y: f32, style: Style, text: String) {
        let x = match column.side {
            Side::Left => x,
            Side::Right => x + INSIDE * column.share - self.fonts.width(style, &text),
        };
        self.page.push(Mark::Text { x, y, style, text });
    }

    /// Bars beside each other, each as high as its share of the highest, with a name below and a figure above.
    pub(crate) fn bars(&mut self, bars: &[(String, String, f32)]) {
        const HIGHEST: f32 = 84.0;
        self.keep_together(HIGHEST + 40.0);
        let base = self.y + HIGHEST + 16.0;
        #[expect(clippy::cast_precision_loss, reason = "there are twelve bars at most")]
        let step = INSIDE / bars.len().max(1) as f32;
        let mut x = MARGIN;
        for (name, figure, share) in bars {
            let (width, height) = (step.min(42.0) - 8.0, HIGHEST * share.clamp(0.0, 1.0));
            self.page.push(Mark::Bar { x, y: base - height, width, height, color: Color::Accent });
            let text = figure.clone();
            self.page.push(Mark::Text { x, y: base - height - 4.0, style: SMALL, text });
            self.page.push(Mark::Text { x, y: base + 12.0, style: SMALL, text: name.clone() });
            x += step.min(INSIDE / 6.0);
        }
        self.page.push(Mark::Bar { x: MARGIN, y: base, width: INSIDE, height: 0.6, color: Color::Line });
        self.y = base + 18.0;
    }

    /// Text in lines that are not wider than `width`. A word that is wider stands in pieces.
    fn lines(&self, style: Style, text: &str, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.fonts.width(style, &longer) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if self.fonts.width(style, &line) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// The pages, each with `foot` and its number below.
    pub(crate) fn finish(mut self, foot: &str) -> Vec<Vec<Mark>> {
        self.pages.push(self.page);
        let count = self.pages.len();
        for (index, page) in self.pages.iter_mut().enumerate() {
            let number = format!("Page {} of {count}", index + 1);
            let right = MARGIN + INSIDE - self.fonts.width(SMALL, &number);
            let y = HEIGHT - 32.0;
            page.push(Mark::Text { x: MARGIN, y, style: SMALL, text: foot.to_owned() });
            page.push(Mark::Text { x: right, y, style: SMALL, text: number });
        }
        self.pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_room_and_no_letter_is_lost() {
        let fonts = Fonts::load().unwrap();
        let paper = Paper::new(&fonts);
        let text =
            "A sentence with some words, and Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen.";
        for width in [20.0, 60.0, 200.0, 1000.0] {
            let lines = paper.lines(BODY, text, width);
            assert!(lines.iter().all(|line| fonts.width(BODY, line) <= width), "{lines:?}");
            let all: String = lines.concat().split_whitespace().collect();
            assert_eq!(all, text.split_whitespace().collect::<String>());
        }
        assert!(paper.lines(BODY, " ", 10.0).is_empty());
    }

    #[test]
    fn a_long_table_goes_on_to_new_pages_with_its_head() {
        let fonts = Fonts::load().unwrap();
        let mut paper = Paper::new(&fonts);
        let columns = [Column { head: "Day", share: 1.0, side: Side::Left }];
        let rows: Vec<_> = (0..200).map(|row| vec![format!("row {row}")]).collect();
        paper.table(&columns, &rows);
        let pages = paper.finish("foot");
        assert!(pages.len() > 3);
        for page in &pages {
            let texts = page.iter().filter_map(|mark| match mark {
                Mark::Text { text, y, .. } => Some((text.as_str(), *y)),
                Mark::Bar { .. } => None,
            });
            let texts: Vec<_> = texts.collect();
            assert_eq!(texts[0].0, "Day");
            assert!(
                texts.iter().all(|(text, y)| text.starts_with("row") == (*y <= BOTTOM && *text != "Day"))
            );
        }
    }
}
