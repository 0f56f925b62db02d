//! A file becomes passages: told by its name and its first bytes what it is, read in a thread of its
//! own, so that a file that brings its reader down brings down nothing else.

mod decode;
mod font;
mod html;
mod markdown;
mod pages;
mod pdf;
mod pen;
mod table;
mod text;

use std::{fmt, thread};

use crate::Passage;

/// The largest file, in bytes.
pub const MAX_FILE: usize = 10 * 1024 * 1024;

/// The most words that one document teaches, in bytes.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;

/// The stack that a reader has, in bytes: what is nested deeply needs more than usual.
const STACK: usize = 16 * 1024 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.md`, `.markdown`
    Markdown,
    /// `.html`, `.htm`
    Html,
    /// `.csv`, `.tsv`: questions and answers.
    Csv,
    /// `.pdf`
    Pdf,
    /// `.txt`
    Text,
}

/// Each with the ends of its names and its media type.
const FORMATS: [(Format, &[&str], &str); 5] = [
    (Format::Markdown, &["md", "markdown"], "text/markdown"),
    (Format::Html, &["html", "htm", "xhtml"], "text/html"),
    (Format::Csv, &["csv", "tsv"], "text/csv"),
    (Format::Pdf, &["pdf"], "application/pdf"),
    (Format::Text, &["txt", "text"], "text/plain"),
];

impl Format {
    /// Its media type. (RFC 2046, 7763, 4180, 8118)
    #[must_use]
    pub fn media_type(self) -> &'static str {
        FORMATS.iter().find(|row| row.0 == self).map_or("text/plain", |row| row.2)
    }

    /// What a file of that name is.
    fn of(name: &str, bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.starts_with(b"%PDF-") {
            return Ok(Format::Pdf);
        }
        let end = name.rsplit_once('.').map_or("", |(_, end)| end).to_lowercase();
        let known = FORMATS.iter().find(|row| row.1.contains(&end.as_str()));
        known.map(|row| row.0).ok_or(Unreadable::Unknown)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}

/// Why a file teaches nothing. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is larger than [`MAX_FILE`].
    #[error("it has {0} bytes, {MAX_FILE} is the limit; part it into several files")]
    TooLarge(usize),
    /// It holds more words than [`MAX_TEXT`].
    #[error("it holds {0} bytes of text, {MAX_TEXT} is the limit; part it into several files")]
    TooMuch(usize),
    /// Its name ends in nothing that is known.
    #[error(
        "its name does not say that it is Markdown (.md), HTML (.html), CSV (.csv), PDF (.pdf) or \
         plain text (.txt); rename it, or save it as one of these"
    )]
    Unknown,
    /// Its bytes are in no encoding that is known.
    #[error("it is neither UTF-8 nor UTF-16 (byte {0}); save it again with the encoding UTF-8")]
    Encoding(usize),
    /// It is no text, whatever its name says.
    #[error("it holds bytes that no text holds; is it another kind of file under this name?")]
    Binary,
    /// There is nothing in it.
    #[error("there is no text in it; is it the right file?")]
    Empty,
    /// The first line of a table does not name the columns.
    #[error(
        "its first line names no column {missing:?}, only: {found}; name two columns `question` and \
         `answer`"
    )]
    Columns {
        /// The column.
        missing: &'static str,
        /// The columns that there are.
        found: String,
    },
    /// A line of a table is not as it should be.
    #[error("line {line}: {what}")]
    Row {
        /// Which, counted from 1.
        line: u64,
        /// What is wrong, and how it should be.
        what: String,
    },
    /// A PDF that is one only by name, or damaged.
    #[error("it cannot be read as a PDF: {0}; open it and print it into a new PDF")]
    Pdf(String),
    /// A PDF that opens only with a password.
    #[error("it is protected by a password; save it without one")]
    Locked,
    /// A PDF that is only pictures.
    #[error(
        "there is no text on its {0} pages: they are pictures, as a scanner makes them; run a text \
         recognition (OCR) over it and try again"
    )]
    Pictures(usize),
    /// The reader came down.
    #[error(
        "it brought its reader down, so it is damaged, or made to do so; save it as plain text"
    )]
    Broke,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub format: Format,
    /// In the order of the file; there is one at least.
    pub passages: Vec<Passage>,
}

impl Document {
    /// How many bytes of words it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.passages.iter().map(Passage::bytes).sum()
    }
}

/// Reads a file. Blocks, and takes as long as the file makes it: give it a time limit.
///
/// # Errors
/// [`Unreadable`].
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Document, Unreadable> {
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge(bytes.len()));
    }
    let format = Format::of(name, &bytes)?;
    let reader = thread::Builder::new().name("document".into()).stack_size(STACK);
    let reading = reader.spawn(move || passages(format, &bytes)).map_err(|_| Unreadable::Broke)?;
    let passages = reading.join().map_err(|_| Unreadable::Broke)??;
    let document = Document { format, passages };
    match document.bytes() {
        0 => Err(Unreadable::Empty),
        bytes if bytes > MAX_TEXT => Err(Unreadable::TooMuch(bytes)),
        _ => Ok(document),
    }
}

fn passages(format: Format, bytes: &[u8]) -> Result<Vec<Passage>, Unreadable> {
    if format == Format::Pdf {
        return pdf::passages(bytes);
    }
    let text = decode::text(bytes)?;
    match format {
        Format::Markdown => Ok(markdown::passages(&text)),
        Format::Html => Ok(html::passages(&text)),
        Format::Csv => table::passages(&text),
        Format::Pdf | Format::Text => Ok(text::passages(&text)),
    }
}
