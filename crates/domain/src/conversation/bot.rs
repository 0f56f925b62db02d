//! The turn protocol: one turn at a time; what arrives meanwhile joins the next; an answer to a
//! turn that was stopped or replaced is dropped; a bot that fails or is silent gets one more try,
//! and then agents read why it is their turn. A turn ends with the bot that began it; the next is
//! for the bot that the account has by then.

use std::mem;

use crate::{
    content::{Context, Notice},
    conversation::{
        AfterTurn, Author, BotReply, Conversation, Effect, HandOff, Memory, Status, TimerKind,
        Turn, step::Step,
    },
    ids::{BotId, TurnId},
};

/// How often a bot is asked.
const ATTEMPTS: u32 = 2;

/// How much of a bot's note is shown, in characters.
const NOTE: usize = 1_000;

/// How many of the customer's messages stand in for a note that the bot did not leave.
const QUOTED: usize = 3;

/// How much of each, in characters.
const QUOTE: usize = 120;

impl Step<'_> {
    pub(super) fn bot_replied(&mut self, reply: &BotReply) {
        let Some(running) = self.running_turn(reply.turn) else { return };
        let note = reply.note.as_deref();
        match reply.then {
            AfterTurn::Retry => return self.try_again(running, HandOff::BotFailed, note),
            AfterTurn::Await => return self.await_bot(running),
            AfterTurn::Stay | AfterTurn::HandOff(_) | AfterTurn::Resolve => {}
        }
        let channel = self.policy.channel;
        let mut context = Context { sources: reply.sources.clone(), ..Context::default() };
        for content in reply.replies.iter().flat_map(|content| content.clone().parts(channel)) {
            let id = self.derive_message_id();
            self.write((id, Author::Bot, content), None, mem::take(&mut context));
        }
        self.remember(&running, reply.memory.clone());
        let words = self.last_words();
        self.end_turn(&running);
        match reply.then {
            AfterTurn::HandOff(reason) => self.hand_off(reason, note, &words),
            AfterTurn::Resolve if self.conversation.unanswered.is_empty() => {
                self.conversation.status = Status::Resolved;
                let (agent, team) = (self.conversation.answered_by.take(), self.team());
                self.ask_how_it_went(agent, team);
            }
            _ => self.start_turn(),
        }
    }

    pub(super) fn turn_deadline(&mut self, turn: TurnId) {
        if let Some(running) = self.running_turn(turn) {
            self.try_again(running, HandOff::BotSilent, None);
        }
    }

    /// What the turn's bot kept of its last one.
    pub(super) fn recall(&self, turn: &Turn) -> Option<String> {
        let (memory, bot) = (self.conversation.memory.as_ref(), self.whose(turn));
        memory.filter(|memory| Some(memory.bot) == bot).map(|it| it.text.clone())
    }

    fn remember(&mut self, turn: &Turn, text: Option<String>) {
        let text = text.filter(|text| text.len() <= Conversation::MAX_MEMORY);
        self.conversation.memory =
            self.whose(turn).zip(text).map(|(bot, text)| Memory { bot, text });
    }

    /// The bot that takes a turn: the one that began it, though the account may have another by now.
    fn whose(&self, turn: &Turn) -> Option<BotId> {
        turn.bot.or(self.policy.bot)
    }

    fn running_turn(&self, turn: TurnId) -> Option<Turn> {
        self.conversation.turn.clone().filter(|running| running.id == turn)
    }

    /// A bot that has spoken by itself is not asked again: it would say it twice.
    fn try_again(&mut self, running: Turn, otherwise: HandOff, note: Option<&str>) {
        if running.spoken {
            self.end_turn(&running);
            self.start_turn();
            return;
        }
        if running.attempt >= ATTEMPTS {
            let words = self.last_words();
            self.hand_off(otherwise, note, &words);
            return;
        }
        self.run_turn(Turn { attempt: running.attempt + 1, awaited: false, ..running });
    }

    pub(super) fn hand_off(&mut self, reason: HandOff, note: Option<&str>, words: &str) {
        let summary = summary(reason, note, words);
        if let Some(text) = told(reason, summary.as_deref()) {
            self.note(Notice::new("bot_handed_off", text));
        }
        let text = self.policy.commands.live_agent_text.clone();
        self.say_as_system(&text);
        self.wait_for_agent(reason);
        self.brief((reason, None), summary);
    }

    /// What the customer said that the bot left unanswered, in short.
    fn last_words(&self) -> String {
        let unanswered = &self.conversation.unanswered;
        let last = unanswered.iter().skip(unanswered.len().saturating_sub(QUOTED));
        let words: Vec<String> = last.map(|said| said.content.preview(QUOTE)).collect();
        words.join(" / ")
    }

    /// The turn is over; what it took up is answered, what came meanwhile is not.
    pub(super) fn end_turn(&mut self, turn: &Turn) {
        self.conversation.turn = None;
        self.conversation.unanswered.retain(|message| !turn.request.contains(&message.id));
        self.emit(Effect::ClearTimer { kind: TimerKind::TurnDeadline });
    }
}

/// What the bot found out, else, where the transcript does not say it all, what the customer wrote
/// last.
fn summary(reason: HandOff, note: Option<&str>, words: &str) -> Option<String> {
    let note: Option<String> = note.map(|note| note.trim().chars().take(NOTE).collect());
    let note = note.filter(|note| !note.is_empty());
    let untold = why(reason).is_some() && !words.is_empty();
    note.or_else(|| untold.then(|| format!("The customer wrote: {words}")))
}

/// Why it is the agents' turn, where the transcript does not show it.
fn why(reason: HandOff) -> Option<&'static str> {
    match reason {
        HandOff::BotFailed => Some("The bot failed, so it is your turn."),
        HandOff::BotSilent => Some("The bot did not answer in time, twice, so it is your turn."),
        HandOff::BotUnsure => Some("The bot did not know what to answer."),
        HandOff::Asked
        | HandOff::NoBot
        | HandOff::Returned
        | HandOff::Transferred
        | HandOff::Woken => None,
    }
}

/// What the transcript says of a hand-off. Nothing where it says it all.
fn told(reason: HandOff, summary: Option<&str>) -> Option<String> {
    let why = why(reason).filter(|_| summary.is_some() || reason != HandOff::BotUnsure);
    let parts: Vec<&str> = why.into_iter().chain(summary).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
