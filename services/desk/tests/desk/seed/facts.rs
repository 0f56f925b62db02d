//! What reports count of a tenant.

use std::time::Duration;

use switchboard_domain::{
    Timestamp,
    conversation::Author,
    ids::{FactId, TeamId, UserId},
    ledger::{Fact, Kind, Spent, word},
};
use switchboard_store::{
    Db, StoreError,
    reports::{self, Place},
};

use super::Tenant;

impl Tenant {
    /// A customer wrote twice, asked for a person, and Ann answered after 90 seconds, 30 of them in
    /// the team's hours.
    pub(super) fn plant_facts(&self, db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        let (account, conversation) = (self.account("page"), self.conversation("anns"));
        let place = Place { workspace: self.workspace, account, conversation };
        let (team, ann) = (self.team("sales"), self.user("ann"));
        let spent = Spent { wall: Duration::from_secs(90), open: Duration::from_secs(30) };
        let answer = Fact { spent, met: Some(true), ..fact(now, team, Some(ann)) };
        let all = [
            Fact { kind: Kind::Begun, word: word::NEW, ..fact(now, team, None) },
            Fact { kind: Kind::HandedOff, word: "asked", ..fact(now, team, None) },
            Fact { kind: Kind::FirstResponse, word: word::ANSWERED, ..answer },
        ];
        for (number, fact) in all.iter().enumerate() {
            reports::add(db, place, FactId::derive(&format!("{}/{number}", self.name)), fact)?;
        }
        for _ in 0..2 {
            reports::count(db, place, team, Author::Customer, now)?;
        }
        Ok(())
    }
}

fn fact(at: Timestamp, team: TeamId, agent: Option<UserId>) -> Fact {
    let spent = Spent::default();
    Fact { kind: Kind::Begun, word: word::NEW, at, team, agent, spent, met: None }
}
