//! What customers are asked when their conversation is resolved, and what they answer.

use switchboard_domain::{
    Timestamp,
    conversation::{CustomerMessage, EventKind, Rating, Revision, SurveyChange},
    ids::{MessageId, SurveyId},
    survey,
};
use switchboard_meta::inbound::Identity;
use switchboard_store::{
    Db, StoreError,
    accounts::Account,
    surveys::answers::{self, Answer},
};

use super::{Conversations, cache::Loaded};

/// A press of a button of a survey that this customer was asked, however long ago; else a message.
pub(super) fn read(
    db: &mut Db,
    (account, identity): (&Account, &Identity),
    message: CustomerMessage,
) -> Result<EventKind, StoreError> {
    let Some(press) = survey::pressed(&message.content) else {
        return Ok(EventKind::Customer(message));
    };
    let Some(conversation) = Conversations::known(db, account, identity)? else {
        return Ok(EventKind::Customer(message));
    };
    Ok(match answers::find(db, conversation, press.survey)? {
        Some(Answer { answered_at, .. }) => {
            let survey::Press { survey, score } = press;
            EventKind::Rated(Rating { message, survey, score, answered_at })
        }
        None => EventKind::Customer(message),
    })
}

/// Keeps what became known of a survey.
pub(super) fn write(
    db: &mut Db,
    loaded: &Loaded,
    (survey, change): (SurveyId, SurveyChange),
    now: Timestamp,
) -> Result<(), StoreError> {
    match change {
        SurveyChange::Due { agent, team, asked } => {
            let record = &loaded.record;
            let due = Answer {
                id: survey,
                workspace: record.workspace,
                account: record.account,
                conversation: Some(record.state.id),
                agent,
                team,
                resolved_at: now,
                asked_at: asked.then_some(now),
                answered_at: None,
                score: None,
                comment: None,
            };
            answers::add(db, &due)
        }
        SurveyChange::NotAsked => answers::not_asked(db, survey),
        SurveyChange::Rated { score } => answers::rate(db, survey, score, now),
        SurveyChange::Commented { message, text } => answers::comment(db, survey, (message, &text)),
    }
}

/// A comment says what its message says, and goes with it.
pub(super) fn revise(
    db: &mut Db,
    message: MessageId,
    revision: &Revision,
) -> Result<(), StoreError> {
    match revision {
        Revision::Edited(content) => answers::revise(db, message, content.as_words()),
        Revision::Unsent => answers::revise(db, message, None),
    }
}
