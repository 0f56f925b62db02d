//! The customer is asked how it went: once for a resolution, of what a person answered, within Meta's
//! window only. What they answer is shown, and wakes nobody.

use crate::{
    Content, Timestamp,
    content::Notice,
    conversation::{
        Asked, Author, CustomerMessage, Effect, MessageStatus, Status, SurveyChange, step::Step,
    },
    ids::{MessageId, SendId, SurveyId, TeamId, UserId},
    survey::{self, BEST, CHANGEABLE, Texts},
    window::Sender,
};

/// A pressed button of a survey that this customer was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// The press, as it came.
    pub message: CustomerMessage,
    /// Which survey: the last one, or an older one.
    pub survey: SurveyId,
    /// 1 to 5.
    pub score: u8,
    /// When they pressed one of its buttons first; `None`: this is the first time.
    pub answered_at: Option<Timestamp>,
}

impl Step<'_> {
    /// Asks about whoever answered, unless that is nobody, the account does not ask, or the customer
    /// was asked not long ago.
    pub(super) fn ask_how_it_went(&mut self, agent: Option<UserId>, team: TeamId) {
        let (Some(agent), Some(pause)) = (agent, self.survey_pause()) else { return };
        let recent = |asked: Asked| self.event.now.since(asked.at) < pause;
        if self.conversation.survey.is_some_and(recent) {
            return;
        }
        let Some(texts) = self.survey_texts() else { return };
        let survey = SurveyId::derive(&format!("{}/{}", self.conversation.id, self.event.id));
        let (message, at) = (self.derive_message_id(), self.event.now);
        let question = survey::question(&texts.question, survey);
        let send = SendId::derive(&message.to_string());
        let allowed = self.allow(send, (message, question.clone(), None), Sender::Bot);
        let asked = allowed.is_ok();
        match allowed {
            Ok(_) => {
                let comment_until = None;
                self.conversation.survey = Some(Asked { survey, message, at, comment_until });
                self.say(message, Author::System, question);
            }
            Err(refused) => {
                let text = format!("The customer was not asked how it went: {refused}.");
                self.note(Notice::new("survey_not_asked", text));
            }
        }
        self.emit(Effect::Survey { survey, change: SurveyChange::Due { agent, team, asked } });
    }

    /// The question did not arrive, so it does not count as asked.
    pub(super) fn question_failed(&mut self, message: MessageId, status: MessageStatus) {
        let failed = status == MessageStatus::Failed;
        let question = self.conversation.survey.filter(|asked| failed && asked.message == message);
        if let Some(Asked { survey, .. }) = question {
            self.conversation.survey = None;
            self.emit(Effect::Survey { survey, change: SurveyChange::NotAsked });
        }
    }

    /// The customer pressed a score. It is no message that anybody has to answer.
    pub(super) fn rated(&mut self, rating: &Rating) {
        let Rating { message, survey, score, answered_at } = rating;
        self.take_in(message);
        if self.is_blocked() {
            return;
        }
        if answered_at.is_some_and(|at| self.event.now.since(at) >= CHANGEABLE) {
            let text = "The customer chose another score too late: the first one counts.";
            self.note(Notice::new("survey_late", text));
            return;
        }
        let text = format!("The customer rated this conversation {score} of {BEST}.");
        self.note(Notice::new("survey_rated", text));
        let (survey, change) = (*survey, SurveyChange::Rated { score: *score });
        self.emit(Effect::Survey { survey, change });
        if answered_at.is_none() {
            self.thank(survey);
        }
    }

    /// Says thanks for a first answer, or asks for a comment on the survey that was asked last.
    fn thank(&mut self, survey: SurveyId) {
        let Some(texts) = self.survey_texts() else { return };
        let (now, settings) = (self.event.now, self.policy.survey.as_ref());
        let time = settings.filter(|it| it.comment).map(|it| it.comment_time());
        let resolved = self.conversation.status == Status::Resolved;
        let asked = self.conversation.survey.as_mut().filter(|it| resolved && it.survey == survey);
        if let (Some(asked), Some(time)) = (asked, time) {
            asked.comment_until = Some(now.plus(time));
            self.say_if_allowed(&texts.comment);
        } else {
            self.say_if_allowed(&texts.thanks);
        }
    }

    /// Whether a message is the comment that was asked for. Whatever comes first, its time is over
    /// then.
    pub(super) fn is_comment(&mut self, id: MessageId, message: &CustomerMessage) -> bool {
        let Some(asked) = &mut self.conversation.survey else { return false };
        let (survey, until) = (asked.survey, asked.comment_until.take());
        let in_time = until.is_some_and(|until| self.event.now < until);
        let Content::Text { text } = &message.content else { return false };
        let resolved = self.conversation.status == Status::Resolved;
        let command = self.policy.commands.find(text).is_some();
        let other = command || message.context.standby || self.is_blocked();
        if !in_time || !resolved || other {
            return false;
        }
        self.note(Notice::new("survey_comment", "The customer's comment on their rating."));
        let change = SurveyChange::Commented { message: id, text: text.clone() };
        self.emit(Effect::Survey { survey, change });
        if let Some(texts) = self.survey_texts() {
            self.say_if_allowed(&texts.thanks);
        }
        true
    }

    /// What is worth saying now and not worth a failed message.
    fn say_if_allowed(&mut self, text: &str) {
        let message = self.derive_message_id();
        let said = (message, Content::text(text), None);
        let send = SendId::derive(&message.to_string());
        if !text.is_empty() && self.allow(send, said, Sender::Bot).is_ok() {
            self.say(message, Author::System, Content::text(text));
        }
    }

    fn survey_texts(&self) -> Option<Texts> {
        let settings = self.policy.survey.as_ref()?;
        settings.texts_for(self.policy.want.language.as_deref()).cloned()
    }

    /// How long a customer is not asked again; `None`: the account does not ask.
    fn survey_pause(&self) -> Option<std::time::Duration> {
        let settings = self.policy.survey.as_ref().filter(|settings| settings.enabled);
        settings.map(survey::Settings::pause)
    }
}
