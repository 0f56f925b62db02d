//! A piece of a document that can be an answer.

use serde::{Deserialize, Serialize};

/// A piece of a document that can be an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The ways to ask for it, when it is the answer of a pair; none when it is a piece of text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// The headings that it stands under, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// The page that it begins on, from 1, where there are pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Its words, as customers read them.
    pub text: String,
}

impl Passage {
    /// The answer of a pair.
    #[must_use]
    pub fn pair(questions: Vec<String>, answer: impl Into<String>) -> Self {
        Self { questions, headings: Vec::new(), page: None, text: answer.into() }
    }

    /// A piece of text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::pair(Vec::new(), text)
    }

    /// Where in its document it is, for people; nothing when the document is all there is to say.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let page = self.page.map(|page| format!("page {page}"));
        let heading = self.questions.first().cloned().or_else(|| self.headings.last().cloned());
        match (page, heading) {
            (Some(page), Some(heading)) => Some(format!("{page}, {heading}")),
            (page, heading) => page.or(heading),
        }
    }

    /// How many bytes of words it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let beside = self.questions.iter().chain(&self.headings).map(String::len).sum::<usize>();
        self.text.len().saturating_add(beside)
    }
}

/// Passages as they are kept.
#[must_use]
pub fn passages_to_json(passages: &[Passage]) -> String {
    // Strings and numbers only: there is nothing in it that JSON has no form for.
    serde_json::to_string(passages).unwrap_or_default()
}

/// Passages as they were kept.
///
/// # Errors
/// When it is no such text.
pub fn passages_from_json(text: &str) -> Result<Vec<Passage>, serde_json::Error> {
    serde_json::from_str(text)
}
