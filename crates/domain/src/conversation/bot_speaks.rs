//! Bots that speak by themselves: when they like, as often as they like, with or without a turn.
//!
//! Their turn is over when the bot has it ([`AfterTurn::Await`](super::AfterTurn::Await)) and has
//! spoken, whichever comes first: some speak before they say that they have it. Nobody is talked
//! over: once people have the conversation, what such a bot says is dropped.

use crate::{
    Content,
    content::{Context, Notice},
    conversation::{Author, BotAct, BotSaid, Effect, HandOff, Signal, Status, Turn, step::Step},
    ids::MessageId,
};

/// How much of a bot's note is shown, in characters.
const NOTE: usize = 1_000;

impl Step<'_> {
    pub(super) fn bot_said(&mut self, said: &BotSaid) {
        let turns = self.conversation.turn.as_ref().and_then(|turn| turn.bot);
        if ![self.policy.bot, turns].contains(&Some(said.bot)) || self.is_blocked() {
            return;
        }
        let with_people = !matches!(self.conversation.status, Status::Bot | Status::Resolved);
        match &said.act {
            BotAct::AskBack { note } if with_people => self.bot_asks(note.as_deref()),
            BotAct::AskBack { .. } => {}
            _ if with_people => {}
            BotAct::Say { message, contents, reply_to, metadata, persona } => {
                let (metadata, persona) = (metadata.clone(), persona.clone());
                let context = Context { metadata, persona, ..Context::default() };
                self.bot_says(*message, contents, (reply_to.clone(), context));
            }
            BotAct::Typing => self.show_typing(),
            BotAct::Seen => self.bot_has_seen(),
            BotAct::HandOff { note } => self.hand_off(HandOff::Asked, note.as_deref(), ""),
        }
    }

    /// The bot has its turn: that is over if it has spoken already.
    pub(super) fn await_bot(&mut self, running: Turn) {
        if running.spoken {
            self.end_turn(&running);
            self.start_turn();
        } else {
            self.conversation.turn = Some(Turn { awaited: true, ..running });
        }
    }

    fn bot_says(
        &mut self,
        first: MessageId,
        contents: &[Content],
        (reply_to, context): (Option<String>, Context),
    ) {
        let channel = self.policy.channel;
        let parts = contents.iter().flat_map(|content| content.clone().parts(channel));
        let (mut id, mut reply_to) = (Some(first), reply_to);
        for content in parts {
            let id = id.take().unwrap_or_else(|| self.derive_message_id());
            self.write((id, Author::Bot, content), reply_to.take(), context.clone());
        }
        match self.conversation.turn.clone() {
            Some(running) if running.awaited => {
                self.end_turn(&running);
                self.start_turn();
            }
            Some(running) => self.conversation.turn = Some(Turn { spoken: true, ..running }),
            None => {}
        }
    }

    fn bot_has_seen(&mut self) {
        if self.conversation.thread.is_ours() {
            let up_to = self.conversation.last_inbound.clone();
            self.emit(Effect::Signal(Signal::Seen { up_to }));
        }
    }

    fn bot_asks(&mut self, note: Option<&str>) {
        let note: String = note.unwrap_or_default().trim().chars().take(NOTE).collect();
        let text = format!("The bot asks for this conversation. {note}");
        self.note(Notice::new("bot_asks", text.trim_end()));
    }
}
