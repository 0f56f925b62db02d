//! What a tenant's customers were asked, and what they said.

use switchboard_domain::{
    Timestamp,
    ids::{MessageId, SurveyId},
};
use switchboard_store::{
    Db, StoreError,
    surveys::answers::{self, Answer},
};

use super::Tenant;

impl Tenant {
    pub(crate) fn survey(&self, which: &str) -> SurveyId {
        SurveyId::derive(&self.of(which))
    }

    /// Three were asked, of whom two answered; one could not be.
    pub(super) fn plant_surveys(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let due = |which: &str, who: &str, asked: bool| Answer {
            id: self.survey(which),
            workspace: self.workspace,
            account: self.account("page"),
            conversation: Some(self.conversation(which)),
            agent: self.user(who),
            team: self.team("sales"),
            resolved_at: now,
            asked_at: asked.then_some(now),
            answered_at: None,
            score: None,
            comment: None,
        };
        let all = [
            ("waiting", "ann", true),
            ("anns", "ann", true),
            ("bobs", "bob", true),
            ("ancient", "bob", false),
        ];
        for (which, who, asked) in all {
            answers::add(db, &due(which, who, asked))?;
        }
        answers::rate(db, self.survey("anns"), 4, now)?;
        answers::rate(db, self.survey("bobs"), 1, now)?;
        let message = MessageId::derive(&self.of("comment"));
        answers::comment(db, self.survey("bobs"), (message, "too slow"))
    }
}
