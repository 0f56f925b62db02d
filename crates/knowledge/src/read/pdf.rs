//! PDF: the text of each page, in the order in which it is drawn. What is compressed is not unpacked
//! without end.

use std::collections::BTreeMap;

use lopdf::{DecompressError, Document, Error, LoadOptions, ObjectId, content::Content};

use super::{
    Unreadable,
    font::Font,
    pages::{Paragraph, outline},
    pen::Pen,
};
use crate::Passage;

/// What a stream or a page may unpack to, in bytes. Pages of text have some thousands.
const UNPACKED: usize = 8 * 1024 * 1024;

/// The most pages that are read.
const MOST_PAGES: usize = 3_000;

pub(super) fn passages(bytes: &[u8]) -> Result<Vec<Passage>, Unreadable> {
    let options = LoadOptions::with_max_decompressed_size(UNPACKED);
    let document = Document::load_mem_with_options(bytes, options).map_err(|it| refused(&it))?;
    if document.is_encrypted() {
        return Err(Unreadable::Locked);
    }
    let pages = document.get_pages();
    if pages.len() > MOST_PAGES {
        let why = format!("it has {} pages, {MOST_PAGES} is the limit", pages.len());
        return Err(Unreadable::Pdf(why));
    }
    let mut paragraphs = Vec::new();
    for (number, id) in &pages {
        let texts = page(&document, *id);
        let texts = texts.map_err(|error| broken_page(*number, &error))?;
        let of_page = |text| Paragraph { page: Some(*number), text };
        paragraphs.extend(texts.into_iter().map(of_page));
    }
    let letters = |paragraph: &Paragraph| paragraph.text.chars().any(char::is_alphanumeric);
    if !paragraphs.iter().any(letters) {
        return Err(Unreadable::Pictures(pages.len()));
    }
    Ok(outline(paragraphs.into_iter()))
}

fn refused(error: &Error) -> Unreadable {
    match error {
        Error::InvalidPassword | Error::Decryption(_) => Unreadable::Locked,
        other => Unreadable::Pdf(other.to_string()),
    }
}

fn broken_page(number: u32, error: &Error) -> Unreadable {
    let why = match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => {
            format!("unpacks to more than {} MB", UNPACKED.div_euclid(1024 * 1024))
        }
        other => format!("is damaged ({other})"),
    };
    Unreadable::Pdf(format!("page {number} {why}"))
}

/// The paragraphs of a page.
fn page(document: &Document, id: ObjectId) -> Result<Vec<String>, Error> {
    let mut fonts = BTreeMap::new();
    for (name, font) in document.get_page_fonts(id)? {
        // Letters of a font that cannot be read are left out; the others are still worth having.
        if let Ok(font) = Font::read(document, font, UNPACKED) {
            fonts.insert(name, font);
        }
    }
    let content = Content::decode(&document.get_page_content_with_limit(id, UNPACKED)?)?;
    let mut pen = Pen::new(&fonts);
    for operation in &content.operations {
        pen.take(operation);
    }
    Ok(pen.finish())
}
