//! Fonts of a PDF: which letters their codes are, and how wide. (ISO 32000-1, 9.6 to 9.10)

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Error, Object};

/// The most widths that are kept of a font; no font has more letters.
const MOST_WIDTHS: usize = 65_536;

/// How wide a letter is of which nothing is said, in thousandths of its size.
const USUAL: f32 = 500.0;

pub(super) struct Font<'a> {
    encoding: Encoding<'a>,
    /// By code, in thousandths of the size.
    widths: BTreeMap<usize, f32>,
    usual: f32,
    /// Codes have two bytes.
    is_wide: bool,
}

impl<'a> Font<'a> {
    pub(super) fn read(
        document: &'a Document,
        font: &'a Dictionary,
        unpacked: usize,
    ) -> Result<Self, Error> {
        let encoding = font.get_font_encoding_with_limit(document, unpacked)?;
        let of = |dictionary: &'a Dictionary, key: &[u8]| {
            dictionary.get_deref(key, document).ok().and_then(|it| it.as_array().ok())
        };
        let (mut widths, mut usual) = (BTreeMap::new(), USUAL);
        let descendant = of(font, b"DescendantFonts").and_then(|all| all.first());
        let descendant = descendant.and_then(|it| document.dereference(it).ok());
        let descendant = descendant.and_then(|(_, it)| it.as_dict().ok());
        if let Some(wide) = descendant {
            usual = wide.get(b"DW").and_then(Object::as_float).unwrap_or(1000.0);
            if let Some(list) = of(wide, b"W") {
                read_wide(document, list, &mut widths);
            }
        } else if let Some(list) = of(font, b"Widths") {
            let first = font.get(b"FirstChar").ok().and_then(code).unwrap_or(0);
            let list = list.iter().take(MOST_WIDTHS).enumerate();
            let known =
                list.filter_map(|(at, it)| Some((first.saturating_add(at), it.as_float().ok()?)));
            widths.extend(known);
        }
        Ok(Self { encoding, widths, usual, is_wide: descendant.is_some() })
    }

    pub(super) fn text(&self, codes: &[u8]) -> Option<String> {
        Document::decode_text(&self.encoding, codes).ok()
    }

    /// How wide these are drawn in the size 1, how many letters they are, and how many spaces.
    pub(super) fn measure(&self, codes: &[u8]) -> (f32, u16, u16) {
        let pair = |pair: &[u8]| pair.iter().fold(0, |code, byte| code * 256 + usize::from(*byte));
        let codes: Vec<usize> = match self.is_wide {
            true => codes.chunks(2).map(pair).collect(),
            false => codes.iter().map(|code| usize::from(*code)).collect(),
        };
        let width = |code: &usize| self.widths.get(code).copied().unwrap_or(self.usual);
        let spaces = codes.iter().filter(|code| **code == 32 && !self.is_wide).count();
        let count = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        (codes.iter().map(width).sum::<f32>() / 1000.0, count(codes.len()), count(spaces))
    }
}

fn code(object: &Object) -> Option<usize> {
    usize::try_from(object.as_i64().ok()?).ok()
}

/// `first [width …]`, or `first last width`, again and again. (9.7.4.3)
fn read_wide(document: &Document, list: &[Object], widths: &mut BTreeMap<usize, f32>) {
    let mut list = list.iter().filter_map(|it| Some(document.dereference(it).ok()?.1));
    while let (Some(first), Some(second)) = (list.next().and_then(code), list.next()) {
        if let Ok(each) = second.as_array() {
            let each = each.iter().enumerate();
            widths.extend(
                each.filter_map(|(at, it)| Some((first.saturating_add(at), it.as_float().ok()?))),
            );
        } else if let (Some(last), Some(width)) = (code(second), list.next()) {
            let Ok(width) = width.as_float() else { continue };
            widths.extend((first..=last).take(MOST_WIDTHS).map(|code| (code, width)));
        }
        if widths.len() >= MOST_WIDTHS {
            return;
        }
    }
}
