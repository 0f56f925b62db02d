//! Asking customers how it went: what an account wants to know, and the buttons it asks by.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{Content, content::QuickReply, ids::SurveyId};

/// The best score; the worst is 1.
pub const BEST: u8 = 5;

/// For how long a customer may choose another score.
pub const CHANGEABLE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a button of ours begins with.
const MARK: &str = "switchboard:survey:";

/// How an account asks its customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether it asks at all.
    pub enabled: bool,
    /// What customers read, by language.
    pub texts: BTreeMap<String, Texts>,
    /// The language for customers whose language is not known or has no texts.
    pub language: String,
    /// Whether to ask for a comment, too.
    pub comment: bool,
    /// How long what the customer writes next is taken as the comment, in minutes.
    pub comment_minutes: u64,
    /// How long a customer is not asked again, in days.
    pub pause_days: u64,
}

/// What customers read, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    /// Above the buttons 1 to 5.
    pub question: String,
    /// Once they have chosen, when a comment is asked for.
    pub comment: String,
    /// When that is all. Nothing is said when it is empty.
    pub thanks: String,
}

/// A button of a survey, pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Whose button.
    pub survey: SurveyId,
    /// Which: 1 to 5.
    pub score: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: false,
            texts: [("en".to_owned(), Texts::default())].into(),
            language: "en".into(),
            comment: false,
            comment_minutes: 60,
            pause_days: 7,
        }
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            question: "How did we do? 1 is poor, 5 is excellent.".into(),
            comment: "Thank you! Would you like to tell us why?".into(),
            thanks: "Thank you for your feedback.".into(),
        }
    }
}

impl Settings {
    /// The texts for a customer who speaks this; `None`: it has none to ask with.
    #[must_use]
    pub fn texts_for(&self, language: Option<&str>) -> Option<&Texts> {
        let own = language.and_then(|language| self.texts.get(language));
        own.or_else(|| self.texts.get(&self.language))
    }

    /// How long a customer is not asked again.
    #[must_use]
    pub fn pause(&self) -> Duration {
        Duration::from_secs(self.pause_days.saturating_mul(24 * 60 * 60))
    }

    /// How long what the customer writes next is taken as the comment.
    #[must_use]
    pub fn comment_time(&self) -> Duration {
        Duration::from_secs(self.comment_minutes.saturating_mul(60))
    }
}

/// The question, with a button for each score. Each names its survey: an old one counts for its own.
#[must_use]
pub fn question(text: &str, survey: SurveyId) -> Content {
    let button = |score: u8| QuickReply::Choice {
        title: score.to_string(),
        payload: format!("{MARK}{survey}:{score}"),
        image_url: None,
    };
    Content::QuickReplies { text: text.to_owned(), replies: (1..=BEST).map(button).collect() }
}

/// What the customer pressed, if it was a button of a survey.
#[must_use]
pub fn pressed(content: &Content) -> Option<Press> {
    let Content::Choice { payload, .. } = content else { return None };
    let (survey, score) = payload.strip_prefix(MARK)?.split_once(':')?;
    let score = score.parse().ok().filter(|score| (1..=BEST).contains(score))?;
    Some(Press { survey: survey.parse().ok()?, score })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_names_its_survey_and_its_score() {
        let survey = SurveyId::derive("s");
        let Content::QuickReplies { replies, .. } = question("?", survey) else { panic!() };
        let press = |reply: &QuickReply| match reply.clone() {
            QuickReply::Choice { title, payload, .. } => {
                pressed(&Content::Choice { title, payload })
            }
            _ => None,
        };
        let pressed: Vec<Option<Press>> = replies.iter().map(press).collect();
        let wanted = (1..=5).map(|score| Some(Press { survey, score }));
        assert_eq!(pressed, wanted.collect::<Vec<_>>());
    }

    #[test]
    fn nothing_else_is_one() {
        let survey = SurveyId::derive("s");
        let payloads = [
            format!("{MARK}{survey}:6"),
            format!("{MARK}{survey}:0"),
            format!("{MARK}x:1"),
            "1".into(),
        ];
        for payload in payloads {
            assert_eq!(pressed(&Content::Choice { title: "1".into(), payload }), None);
        }
        assert_eq!(pressed(&Content::text(format!("{MARK}{survey}:1"))), None);
    }

    #[test]
    fn a_customer_reads_their_language_else_the_accounts() {
        let german = Texts { question: "Wie war es?".into(), ..Texts::default() };
        let texts = [("en".to_owned(), Texts::default()), ("de".to_owned(), german.clone())];
        let settings = Settings { texts: texts.into(), ..Settings::default() };
        assert_eq!(settings.texts_for(Some("de")), Some(&german));
        assert_eq!(settings.texts_for(Some("fr")), Some(&Texts::default()));
        assert_eq!(settings.texts_for(None), Some(&Texts::default()));
    }
}
