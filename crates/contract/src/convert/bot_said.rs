//! What bots do by themselves, on the wire.

use switchboard_domain::{
    Content,
    conversation::{BotAct, BotSaid},
};

use super::{Invalid, all, parse};
use crate::wire::{self, bot_said::Act};

impl From<BotAct> for Act {
    fn from(act: BotAct) -> Self {
        match act {
            BotAct::Say { message, contents, reply_to, metadata, persona } => {
                Act::Say(wire::bot_said::Say {
                    message_id: message.to_string(),
                    contents: all(contents),
                    reply_to,
                    metadata,
                    persona,
                })
            }
            BotAct::Typing => Act::Typing(wire::Empty {}),
            BotAct::Seen => Act::Seen(wire::Empty {}),
            BotAct::HandOff { note } => Act::HandOff(wire::bot_said::ForAgents { note }),
            BotAct::AskBack { note } => Act::AskBack(wire::bot_said::ForAgents { note }),
        }
    }
}

impl TryFrom<Act> for BotAct {
    type Error = Invalid;

    fn try_from(act: Act) -> Result<Self, Invalid> {
        Ok(match act {
            Act::Say(say) => BotAct::Say {
                message: parse("bot_said.message_id", &say.message_id)?,
                contents: say
                    .contents
                    .into_iter()
                    .map(Content::try_from)
                    .collect::<Result<_, _>>()?,
                reply_to: say.reply_to,
                metadata: say.metadata,
                persona: say.persona,
            },
            Act::Typing(wire::Empty {}) => BotAct::Typing,
            Act::Seen(wire::Empty {}) => BotAct::Seen,
            Act::HandOff(told) => BotAct::HandOff { note: told.note },
            Act::AskBack(told) => BotAct::AskBack { note: told.note },
        })
    }
}

impl TryFrom<wire::BotSaid> for BotSaid {
    type Error = Invalid;

    fn try_from(said: wire::BotSaid) -> Result<Self, Invalid> {
        let act = said.act.ok_or_else(|| Invalid::missing("bot_said.act"))?;
        Ok(Self { bot: parse("bot_said.bot_id", &said.bot_id)?, act: act.try_into()? })
    }
}
