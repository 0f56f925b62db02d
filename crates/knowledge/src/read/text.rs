//! Plain text: paragraphs with empty lines between; a line that asks, with what follows it.

use super::pages::{Paragraph, outline};
use crate::Passage;

pub(super) fn passages(text: &str) -> Vec<Passage> {
    let paragraphs = text.split("\n\n").flat_map(|part| {
        // Empty lines may hold spaces.
        let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
        for line in part.lines() {
            if line.trim().is_empty() {
                paragraphs.push(Vec::new());
            } else if let Some(last) = paragraphs.last_mut() {
                last.push(line.trim_end().to_owned());
            }
        }
        paragraphs
    });
    outline(paragraphs.map(|lines| Paragraph { page: None, text: lines.join("\n") }))
}
