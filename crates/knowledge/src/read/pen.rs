//! Follows where a page of a PDF draws its text: from that, words, lines and paragraphs are told apart,
//! which the format knows nothing of. (ISO 32000-1, 9.4)

use std::collections::BTreeMap;

use lopdf::{Object, content::Operation};

use super::font::Font;
use crate::{outline::is_question, words::glue};

/// Lines further apart than so many times the letters' size begin a paragraph.
const APART: f32 = 1.7;

/// A gap of so much of the letters' size stands for a space.
const GAP: f32 = 0.15;

pub(super) struct Pen<'a> {
    fonts: &'a BTreeMap<Vec<u8>, Font<'a>>,
    font: Option<&'a Font<'a>>,
    size: f32,
    /// How much larger everything is drawn, across and up.
    scale: (f32, f32),
    leading: f32,
    /// Between letters, and more between words.
    spacing: (f32, f32),
    /// Where the line begins.
    line: (f32, f32),
    /// Where the next letter is drawn.
    x: f32,
    /// Where the last one ended.
    drawn: Option<(f32, f32)>,
    paragraph: String,
    paragraphs: Vec<String>,
}

impl<'a> Pen<'a> {
    pub(super) fn new(fonts: &'a BTreeMap<Vec<u8>, Font<'a>>) -> Self {
        Self {
            fonts,
            font: None,
            size: 1.0,
            scale: (1.0, 1.0),
            leading: 0.0,
            spacing: (0.0, 0.0),
            line: (0.0, 0.0),
            x: 0.0,
            drawn: None,
            paragraph: String::new(),
            paragraphs: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, operation: &Operation) {
        let operands = &operation.operands;
        let number = |at: usize| operands.get(at).and_then(|it| it.as_float().ok()).unwrap_or(0.0);
        match operation.operator.as_str() {
            "BT" => self.move_to((1.0, 1.0), (0.0, 0.0)),
            "Tf" => {
                let name = operands.first().and_then(|it| it.as_name().ok());
                self.font = name.and_then(|name| self.fonts.get(name));
                self.size = number(1).abs();
            }
            "TL" => self.leading = number(0),
            "Tc" => self.spacing.0 = number(0),
            "Tw" => self.spacing.1 = number(0),
            "Td" => self.move_by(number(0), number(1)),
            "TD" => {
                self.leading = -number(1);
                self.move_by(number(0), number(1));
            }
            "Tm" => {
                let scale = |at: usize| number(at).abs().max(0.01);
                self.move_to((scale(0), scale(3)), (number(4), number(5)));
            }
            "T*" => self.move_by(0.0, -self.leading),
            "Tj" => self.draw(operands.first()),
            "TJ" => self.draw_spaced(operands.first()),
            "'" => {
                self.move_by(0.0, -self.leading);
                self.draw(operands.first());
            }
            "\"" => {
                self.move_by(0.0, -self.leading);
                self.draw(operands.get(2));
            }
            _ => {}
        }
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        self.end_paragraph();
        self.paragraphs
    }

    fn move_to(&mut self, scale: (f32, f32), line: (f32, f32)) {
        (self.scale, self.line, self.x) = (scale, line, line.0);
    }

    fn move_by(&mut self, x: f32, y: f32) {
        let (line, scale) = (self.line, self.scale);
        self.move_to(scale, (line.0 + x * scale.0, line.1 + y * scale.1));
    }

    fn draw(&mut self, text: Option<&Object>) {
        let (Some(Object::String(codes, _)), Some(font)) = (text, self.font) else { return };
        self.write(&font.text(codes).unwrap_or_default());
        let (width, letters, spaces) = font.measure(codes);
        let spacing = f32::from(letters) * self.spacing.0 + f32::from(spaces) * self.spacing.1;
        self.x += (width * self.size + spacing) * self.scale.0;
        self.drawn = Some((self.x, self.line.1));
    }

    /// Letters with moves between, in thousandths of their size, to the left.
    fn draw_spaced(&mut self, parts: Option<&Object>) {
        for part in parts.and_then(|it| it.as_array().ok()).into_iter().flatten() {
            match part {
                Object::String(..) => self.draw(Some(part)),
                other => {
                    let left = other.as_float().unwrap_or(0.0) / 1000.0;
                    self.x -= left * self.size * self.scale.0;
                }
            }
        }
    }

    fn write(&mut self, text: &str) {
        let letters = (self.size * self.scale.1).max(0.1);
        let (x, y) = self.drawn.unwrap_or((self.x, self.line.1));
        let fell = (y - self.line.1).abs();
        let gap = (self.x - x) / (self.size * self.scale.0).max(0.1);
        if fell > letters * APART {
            self.end_paragraph();
        } else if fell > letters * 0.5
            && !self.paragraph.contains('\n')
            && is_question(&self.paragraph)
        {
            // A question keeps its line.
            self.paragraph.push('\n');
        } else if fell > letters * 0.5 || !(-1.0..GAP).contains(&gap) {
            glue(&mut self.paragraph, text);
        }
        // What no font names is no letter.
        self.paragraph.extend(text.chars().filter(|c| !c.is_control() && *c != '\u{fffd}'));
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        if !text.trim().is_empty() {
            self.paragraphs.push(text.trim().to_owned());
        }
    }
}
