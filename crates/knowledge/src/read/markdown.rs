//! Markdown. (CommonMark, with tables) Its words become plain text: messengers show no markup.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::{Passage, outline::Outline, words::glue};

pub(super) fn passages(text: &str) -> Vec<Passage> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut page = Page::default();
    for event in Parser::new_ext(text, options) {
        page.take(event);
    }
    page.flush();
    page.outline.finish()
}

#[derive(Default)]
struct Page {
    outline: Outline,
    /// The block that is being read.
    words: String,
    /// What stands before the next item.
    marker: Option<String>,
    /// The lists that hold here, each with the number of its next item.
    lists: Vec<Option<u64>>,
    /// Where the link goes that is being read, and where its words begin.
    link: Option<(String, usize)>,
    /// Inside what is not shown: metadata, the words for a picture.
    hidden: usize,
    /// Lines are kept as they are.
    is_code: bool,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) if self.hidden == 0 => {
                self.words.push_str(&text);
            }
            Event::SoftBreak => glue(&mut self.words, ""),
            Event::HardBreak => self.words.push('\n'),
            Event::Rule => self.flush(),
            _ => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. }
            | Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::TableHead
            | Tag::TableRow => self.flush(),
            Tag::CodeBlock(_) => {
                self.flush();
                self.is_code = true;
            }
            Tag::List(number) => {
                self.flush();
                self.lists.push(number);
            }
            Tag::Item => {
                self.flush();
                self.marker = Some(self.next_marker());
            }
            Tag::TableCell if !self.words.is_empty() => self.words.push_str(" | "),
            Tag::Link { dest_url, .. } => {
                self.link = Some((dest_url.into_string(), self.words.len()));
            }
            Tag::Image { .. } | Tag::MetadataBlock(_) => {
                self.hidden = self.hidden.saturating_add(1)
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let words = std::mem::take(&mut self.words);
                self.outline.heading(depth(level), &words);
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.is_code = false;
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => self.flush(),
            TagEnd::Link => self.end_link(),
            TagEnd::Image | TagEnd::MetadataBlock(_) => self.hidden = self.hidden.saturating_sub(1),
            _ => {}
        }
    }

    fn end_link(&mut self) {
        let Some((url, begin)) = self.link.take() else { return };
        add_address(&mut self.words, begin, &url);
    }

    fn next_marker(&mut self) -> String {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{indent}{number}. ");
                *number = number.saturating_add(1);
                marker
            }
            _ => format!("{indent}- "),
        }
    }

    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        if words.trim().is_empty() {
            return;
        }
        let words = if self.is_code { words.as_str() } else { words.trim() };
        match self.marker.take() {
            Some(marker) => self.outline.block(&format!("{marker}{words}"), true),
            None => self.outline.block(words, !self.lists.is_empty()),
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// A link says where it goes, unless its words do.
pub(super) fn add_address(words: &mut String, begin: usize, url: &str) {
    let outward = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    let said = words.get(begin..).unwrap_or_default().trim();
    if outward && !said.contains(url.trim_end_matches('/')) {
        words.push_str(&format!(" ({url})"));
    }
}
