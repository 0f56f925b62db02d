//! The turn protocol: one turn at a time; what arrives meanwhile joins the next; an answer to a
//! turn that was stopped or replaced is dropped; a bot that fails or is silent gets one more try.

use crate::{
    Content,
    conversation::{AfterTurn, Author, Effect, HandOff, Status, TimerKind, Turn, step::Step},
    ids::TurnId,
};

impl Step<'_> {
    pub(super) fn bot_replied(&mut self, turn: TurnId, replies: &[Content], then: AfterTurn) {
        let Some(running) = self.running_turn(turn) else { return };
        if then == AfterTurn::Retry {
            self.try_again(running, HandOff::BotFailed);
            return;
        }
        let channel = self.policy.channel;
        for content in replies.iter().flat_map(|content| content.clone().parts(channel)) {
            let id = self.derive_message_id();
            self.say(id, Author::Bot, content);
        }
        self.end_turn(&running);
        match then {
            AfterTurn::HandOff(reason) => {
                let text = self.policy.commands.live_agent_text.clone();
                self.say_as_system(&text);
                self.wait_for_agent(reason);
            }
            AfterTurn::Resolve if self.conversation.unanswered.is_empty() => {
                self.conversation.status = Status::Resolved;
            }
            _ => self.start_turn(),
        }
    }

    pub(super) fn turn_deadline(&mut self, turn: TurnId) {
        if let Some(running) = self.running_turn(turn) {
            self.try_again(running, HandOff::BotSilent);
        }
    }

    fn running_turn(&self, turn: TurnId) -> Option<Turn> {
        self.conversation.turn.clone().filter(|running| running.id == turn)
    }

    fn try_again(&mut self, running: Turn, otherwise: HandOff) {
        const ATTEMPTS: u32 = 2;
        if running.attempt >= ATTEMPTS {
            let text = self.policy.commands.live_agent_text.clone();
            self.say_as_system(&text);
            self.wait_for_agent(otherwise);
            return;
        }
        self.run_turn(Turn { attempt: running.attempt + 1, ..running });
    }

    /// The turn is over; what it took up is answered, what came meanwhile is not.
    fn end_turn(&mut self, turn: &Turn) {
        self.conversation.turn = None;
        self.conversation.unanswered.retain(|message| !turn.request.contains(&message.id));
        self.emit(Effect::ClearTimer { kind: TimerKind::TurnDeadline });
    }
}
