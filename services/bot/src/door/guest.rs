//! Who calls, for which account, and about which conversation.

use std::ops::RangeInclusive;

use secrecy::SecretString;
use switchboard_chassis::clock;
use switchboard_contract::{
    Body,
    wire::{self, bot_said::Stranger},
};
use switchboard_domain::{
    Channel,
    conversation::{BotAct, Conversation, Status},
    ids::BotId,
    shard::ConversationShard,
};
use switchboard_meta::relayed::{self, Relayed};
use switchboard_queue::Topic;
use switchboard_store::{
    accounts::{self, Account},
    bot_tokens,
    contacts::{self, Contact, Identity},
    conversations::{self, Record},
};
use uuid::Uuid;

use super::{Door, fault::Fault};

/// How many digits a number has, with its country's. (ITU-T E.164)
const NUMBER: RangeInclusive<usize> = 7..=15;

/// A bot that was let in, and the account that it speaks for.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) bot: BotId,
    pub(super) account: Account,
}

/// Whom a bot speaks to.
#[derive(Debug)]
pub(super) struct Listener {
    /// Their conversation, or the one that begins.
    pub(super) record: Record,
    /// Who they are, if it begins.
    stranger: Option<Stranger>,
}

impl Listener {
    /// Somebody who has a conversation.
    pub(super) fn known(record: Record) -> Self {
        Self { record, stranger: None }
    }
}

impl Guest {
    /// Lets a bot in whose token is for an account that is connected.
    pub(super) async fn let_in(door: &Door, token: Option<&SecretString>) -> Result<Self, Fault> {
        let token = token.cloned().ok_or_else(Fault::token)?;
        let found = door.store.read(move |db| {
            let Some(token) = bot_tokens::find(db, &token)? else { return Ok(None) };
            let account = accounts::by_id(db, token.workspace, token.account)?;
            Ok(Some((token.bot, account)))
        });
        let (bot, account) = found.await?.ok_or_else(Fault::token)?;
        let account = account
            .filter(|account| account.disconnected_at.is_none())
            .ok_or_else(Fault::not_the_assistant)?;
        Ok(Self { bot, account })
    }

    pub(super) fn channel(&self) -> Channel {
        self.account.channel
    }

    /// Whether a node is the account itself.
    pub(super) fn is_me(&self, node: &str) -> bool {
        node == "me" || node == self.account.external_id || node == self.account.sender_id
    }

    /// Whether a node is the account, or the business account that it belongs to.
    pub(super) fn is_own(&self, node: &str) -> bool {
        self.is_me(node) || self.account.template_owner() == Some(node)
    }

    /// What a call of that node's edge is, if it is the account's own and goes on to Meta.
    pub(super) fn relayed(&self, node: &str, edge: &str) -> Option<&'static Relayed> {
        relayed::at(self.channel(), edge).filter(|_| self.is_own(node))
    }

    /// The conversation of a customer, by the id that Meta's API names them by.
    pub(super) async fn conversation(&self, door: &Door, id: &str) -> Result<Record, Fault> {
        let ids = identities(self.channel(), id);
        let account = self.account.id;
        let found = door.store.read(move |db| {
            let found = contacts::find_conversation(db, account, &ids)?;
            found.map_or(Ok(None), |id| conversations::load(db, id))
        });
        self.own(found.await?)
    }

    /// Somebody who has not written, to whom WhatsApp lets a business write first. `None`: that is
    /// nobody's id.
    pub(super) fn stranger(&self, id: &str) -> Option<Listener> {
        let Identity { kind, value } = identities(self.channel(), id).pop()?;
        if kind == "phone" && !NUMBER.contains(&value.len()) {
            return None;
        }
        let contact = Contact::id_of(self.account.id, &value);
        let key = format!("{}:{}:{value}", self.channel(), self.account.external_id);
        let record = Record {
            workspace: self.account.workspace,
            account: self.account.id,
            contact,
            shard: ConversationShard::of(&key),
            state: Conversation::new(Contact::conversation_of(contact)),
            preview: String::new(),
            last_message_at: clock::now(),
        };
        let account_id = self.account.id.to_string();
        let (phone, user_id) =
            if kind == "phone" { (Some(value), None) } else { (None, Some(value)) };
        let stranger = Some(Stranger { account_id, phone, user_id });
        Some(Listener { record, stranger })
    }

    /// The conversation, if it is one of the account.
    pub(super) fn own(&self, found: Option<Record>) -> Result<Record, Fault> {
        let account = (self.account.workspace, self.account.id);
        let found = found.filter(|record| (record.workspace, record.account) == account);
        found.ok_or_else(|| Fault::no_customer(self.channel()))
    }

    /// Refuses what is not the bot's to say: another bot is the account's assistant and this one's
    /// turn is over, people have the conversation, or another app.
    pub(super) fn may_speak(&self, record: &Record) -> Result<(), Fault> {
        let turns = record.state.turn.as_ref().and_then(|turn| turn.bot);
        if ![self.account.bot, turns].contains(&Some(self.bot)) {
            return Err(Fault::not_the_assistant());
        }
        let status = &record.state.status;
        let with_people = matches!(status, Status::Waiting { .. } | Status::Agent { .. });
        if with_people || !record.state.thread.is_ours() {
            return Err(Fault::others_have_it(self.channel()));
        }
        Ok(())
    }

    /// Hands what the bot does to the conversation. `Ok` means that it is durable.
    pub(super) async fn does(&self, door: &Door, to: &Listener, act: BotAct) -> Result<(), Fault> {
        let Listener { record, stranger } = to;
        let conversation = stranger.is_none().then(|| record.state.id.to_string());
        let said = wire::BotSaid {
            workspace_id: record.workspace.to_string(),
            conversation_id: conversation.unwrap_or_default(),
            bot_id: self.bot.to_string(),
            act: Some(act.into()),
            stranger: stranger.clone(),
        };
        let id = format!("said:{}", Uuid::now_v7());
        door.hand_over(Topic::Inbound(record.shard), (id, Body::BotSaid(said))).await
    }
}

/// A number is written in many ways; what is none is a business-scoped user id.
fn identities(channel: Channel, id: &str) -> Vec<Identity> {
    if channel != Channel::WhatsApp {
        return vec![Identity { kind: "scoped_id", value: id.to_owned() }];
    }
    let digits: String = id.chars().filter(char::is_ascii_digit).collect();
    let is_number = id.chars().all(|char| char.is_ascii_digit() || "+-() ".contains(char));
    match is_number {
        true => vec![Identity { kind: "phone", value: digits }],
        false => vec![Identity { kind: "user_id", value: id.to_owned() }],
    }
}
