//! HTML, from its tokens alone: no tree is built, so nothing nests too deeply. What readers do not
//! see (scripts, styles, what is hidden) is left out, and so are menus and footers.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::markdown::add_address;
use crate::{
    Passage,
    outline::{Outline, tidy},
};

/// Never shown.
const UNSEEN: [&str; 10] = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea",
    "title",
];

/// On every page of a site.
const AROUND: [&str; 2] = ["nav", "footer"];

/// Have no end.
const VOID: [&str; 8] = ["br", "hr", "img", "input", "link", "meta", "source", "wbr"];

/// Begin and end a block.
const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tr",
    "ul",
];

/// The level of what is a heading only inside lists of terms and folded parts.
const LEAST: u8 = 7;

pub(super) fn passages(text: &str) -> Vec<Passage> {
    let passages = read(text, &AROUND);
    // A menu that never ends, or a page that is all footer, has its words there.
    if passages.is_empty() { read(text, &[]) } else { passages }
}

fn read(text: &str, left_out: &[&str]) -> Vec<Passage> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.begin(&tag, left_out),
            Token::EndTag(tag) => page.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(words) if page.hidden.is_none() => {
                page.words.push_str(&String::from_utf8_lossy(&words));
            }
            _ => {}
        }
    }
    page.flush();
    page.outline.finish()
}

#[derive(Default)]
struct Page {
    outline: Outline,
    words: String,
    /// What is not shown ends with the last of so many of these.
    hidden: Option<(String, usize)>,
    /// The block is an item of a list.
    is_item: bool,
    /// Where the link goes that is being read, and where its words begin.
    link: Option<(String, usize)>,
}

impl Page {
    fn begin(&mut self, tag: &StartTag<()>, left_out: &[&str]) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some((hidden, count)) = &mut self.hidden {
            if *hidden == name {
                *count = count.saturating_add(1);
            }
            return;
        }
        let unseen = UNSEEN.contains(&name.as_str()) || left_out.contains(&name.as_str());
        let hidden = tag.attributes.contains_key(b"hidden".as_slice());
        if (unseen || hidden) && !VOID.contains(&name.as_str()) && !tag.self_closing {
            self.flush();
            self.hidden = Some((name, 1));
            return;
        }
        match name.as_str() {
            "td" | "th" if !self.words.trim().is_empty() => self.words.push_str(" | "),
            "a" => {
                let to = tag.attributes.get(b"href".as_slice());
                let to = to.map(|to| String::from_utf8_lossy(to).into_owned());
                self.link = to.map(|to| (to, self.words.len()));
            }
            "dt" | "summary" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.flush(),
            block if BLOCKS.contains(&block) => {
                self.flush();
                self.is_item = block == "li";
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hidden, count)) = &mut self.hidden {
            if hidden == name {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.trim_start_matches('h').parse().unwrap_or(1);
                self.heading(level);
            }
            "dt" | "summary" => self.heading(LEAST),
            "details" | "dl" => {
                self.flush();
                self.outline.leave(LEAST);
            }
            "a" => {
                if let Some((url, begin)) = self.link.take() {
                    add_address(&mut self.words, begin, &url);
                }
            }
            block if BLOCKS.contains(&block) => self.flush(),
            _ => {}
        }
    }

    fn heading(&mut self, level: u8) {
        let words = std::mem::take(&mut self.words);
        self.outline.heading(level, &words);
    }

    fn flush(&mut self) {
        let words = tidy(&std::mem::take(&mut self.words));
        // A link that a block ends in the middle of, ends with it.
        self.link = None;
        if words.is_empty() {
            return;
        }
        let is_item = std::mem::take(&mut self.is_item);
        let marker = if is_item { "- " } else { "" };
        self.outline.block(&format!("{marker}{words}"), is_item);
    }
}
