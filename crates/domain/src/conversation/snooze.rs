//! A conversation is put aside: it is nobody's load and in no line until its time, until the customer
//! writes, or until somebody takes it up again. Then dispatch gives it back to whoever had it, if they
//! are there; else it waits, with the place of who has waited since it was put aside.

use crate::{
    Timestamp,
    content::Notice,
    conversation::{Effect, HandOff, Status, TimerKind, step::Step},
    dispatch,
    ids::UserId,
};

impl Step<'_> {
    /// Puts it aside, in the hands of whoever has it, else of who does it.
    pub(super) fn snooze(&mut self, by: UserId, until: Timestamp) {
        let now = self.event.now;
        let (agent, since) = match self.conversation.status {
            Status::Snoozed { agent, since, .. } => (agent, since),
            Status::Agent { agent } => (agent, now),
            Status::Waiting { since, .. } => (by, since),
            Status::Bot | Status::Resolved => (by, now),
        };
        self.leave_dispatch();
        self.stop_turn();
        self.conversation.status = Status::Snoozed { agent, until, since };
        self.conversation.last_agent = Some(agent);
        self.emit(Effect::SetTimer { kind: TimerKind::Snooze, due: until, turn: None });
        let notice = Notice::new("snoozed", "Put aside.").with("by", Some(by.to_string()));
        self.note(notice.with("until", Some(until.as_millis().to_string())));
    }

    /// The timer counts only for the time that it was set to last.
    pub(super) fn snooze_over(&mut self, due: Timestamp) {
        if matches!(self.conversation.status, Status::Snoozed { until, .. } if until == due) {
            self.wake("Its time has come.");
        }
    }

    /// It is back; agents read why.
    pub(super) fn wake(&mut self, why: &str) {
        let Status::Snoozed { agent, .. } = self.conversation.status else { return };
        self.note(Notice::new("woken", format!("Back from being put aside. {why}")));
        let (team, since, ticket) = self.wait_anew(HandOff::Woken);
        let (conversation, want) = (self.conversation.id, self.want());
        self.emit(Effect::Dispatch(dispatch::EventKind::Back {
            conversation,
            agent,
            team,
            since,
            ticket,
            want,
        }));
    }

    /// Whoever is in charge from now on, the time does not matter any more.
    pub(super) fn stop_snooze(&mut self) {
        if matches!(self.conversation.status, Status::Snoozed { .. }) {
            self.emit(Effect::ClearTimer { kind: TimerKind::Snooze });
        }
    }
}
