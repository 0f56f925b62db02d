//! What a bot that was written for Meta's platform is told beside its turns: put on its way in the
//! transaction that applies the event (ADR 0025).
//!
//! Most of it is what Meta told us, event for event, about conversations or about the account. Two
//! things only we know: that a message never reached Meta, and that people took the conversation or
//! gave it back.

use std::collections::BTreeSet;

use serde::Deserialize;
use switchboard_contract::{
    Body, Envelope,
    wire::{
        BotNews,
        bot_news::{Control, News, NotSent},
    },
};
use switchboard_domain::{
    Channel,
    conversation::{Author, Effect, Event, EventKind, MessageStatus, SendOutcome, Status},
    ids::MessageId,
};
use switchboard_lane::Out;
use switchboard_meta::webhook::fields;
use switchboard_queue::Topic;
use switchboard_store::{Db, StoreError, accounts::Account, bots::Bot};

use super::{Conversations, cache::Loaded, integrators::Before, platform::Arrived};

/// The kind of these bots in the store.
const KIND: &str = "meta";

/// What of a bot's settings says which events it is told.
#[derive(Deserialize)]
struct Told {
    fields: Option<Vec<String>>,
}

/// The fields, in Meta's words, that a bot is told; none for other kinds of bots.
pub(super) fn fields(bot: &Bot) -> Vec<String> {
    if bot.kind != KIND {
        return Vec::new();
    }
    // Settings that cannot be read are the bot service's to complain of.
    let chosen = serde_yaml_ng::from_str::<Told>(&bot.settings).ok().and_then(|told| told.fields);
    fields::told(chosen.as_deref())
}

/// Puts on its way what the account's bot is told of an event that was applied.
pub(super) fn tell(
    loaded: &mut Loaded,
    (event, raw): (&Event, Option<&str>),
    (before, effects): (&Before, &[Effect]),
    (out, cause): (&mut Out, &Envelope),
) {
    if loaded.told.is_empty() || before.is_blocked() {
        return;
    }
    if let Some(raw) = raw.filter(|_| is_told(loaded, event, cause)) {
        // One event of Meta's may mean several things, and is told once.
        if loaded.told_of != cause.id {
            loaded.told_of.clone_from(&cause.id);
            put(loaded, format!("news:{}", cause.id), News::Event(raw.to_owned()), out);
        }
    }
    if loaded.account.channel == Channel::WhatsApp {
        for (index, (message, reason)) in not_sent(event, effects).into_iter().enumerate() {
            let not_sent = NotSent {
                message_id: message.to_string(),
                customer: customer(loaded),
                reason,
                at_us: event.now.as_micros(),
                code: code(cause),
            };
            put(loaded, format!("unsent:{}/{index}", event.id), News::NotSent(not_sent), out);
        }
    } else if let Some(with_people) = moved(before, &loaded.record.state.status)
        // It knows what it gave away itself.
        && !matches!(event.kind, EventKind::BotSaid(_))
        && loaded.told.iter().any(|told| told == fields::HANDOVERS)
    {
        let (customer, at_us) = (customer(loaded), event.now.as_micros());
        let control = News::Control(Control { customer, with_people, at_us });
        put(loaded, format!("control:{}", event.id), control, out);
    }
}

impl Conversations {
    /// Puts on its way what the bots of these accounts are told of an event that belongs to no
    /// conversation, such as a comment; each bot once.
    pub(super) fn tell_of_account(
        &mut self,
        db: &mut Db,
        accounts: &[Account],
        arrived: &Arrived<'_>,
        out: &mut Out,
    ) -> Result<(), StoreError> {
        let field = fields::of(&arrived.event.kind).filter(|_| arrived.index == 0);
        let Some(field) = field else { return Ok(()) };
        let mut told = BTreeSet::new();
        for account in accounts {
            let Some(bot) = account.bot.filter(|bot| !told.contains(bot)) else { continue };
            if self.cache.told(db, account)?.iter().any(|known| known == field) {
                told.insert(bot);
                let news = BotNews {
                    workspace_id: account.workspace.to_string(),
                    conversation_id: String::new(),
                    account_id: account.id.to_string(),
                    bot_id: bot.to_string(),
                    news: Some(News::Event(arrived.event.raw.clone())),
                };
                let id = format!("news:{}/{bot}", arrived.envelope.id);
                out.put(Topic::BotNews, id, Body::BotNews(news));
            }
        }
        Ok(())
    }
}

/// What customers write comes in turns.
fn is_told(loaded: &Loaded, event: &Event, cause: &Envelope) -> bool {
    if matches!(event.kind, EventKind::Customer(_) | EventKind::Rated(_)) {
        return false;
    }
    let Some(Body::Platform(platform)) = &cause.body else { return false };
    let field = fields::of(&platform.kind);
    field.is_some_and(|field| loaded.told.iter().any(|told| told == field))
}

/// The platform's code, where it refused.
fn code(cause: &Envelope) -> Option<i64> {
    match &cause.body {
        Some(Body::SendReport(report)) => report.code,
        _ => None,
    }
}

/// Messages that the platform was not given, or refused at once.
fn not_sent(event: &Event, effects: &[Effect]) -> Vec<(MessageId, String)> {
    if let EventKind::Report { message, outcome } = &event.kind {
        return match outcome {
            SendOutcome::Failed { reason } | SendOutcome::Elsewhere { reason } => {
                vec![(*message, reason.clone())]
            }
            SendOutcome::Sent { .. } | SendOutcome::Uncertain => Vec::new(),
        };
    }
    let failed = effects.iter().filter_map(|effect| match effect {
        Effect::Append(message)
            if message.author == Author::Bot && message.status == MessageStatus::Failed =>
        {
            Some((message.id, message.reason.clone().unwrap_or_default()))
        }
        _ => None,
    });
    failed.collect()
}

/// Whether people have the conversation now, if that changed. What they are done with is the bot's
/// again, as it is at Meta when people press "Done".
fn moved(before: &Before, now: &Status) -> Option<bool> {
    let with_people = |status: &str| ["waiting", "agent", "snoozed"].contains(&status);
    let is = match now {
        Status::Waiting { .. } | Status::Agent { .. } | Status::Snoozed { .. } => true,
        Status::Bot | Status::Resolved => false,
    };
    (with_people(before.status) != is).then_some(is)
}

/// The customer, as the platform's API names them.
fn customer(loaded: &Loaded) -> String {
    let contact = &loaded.contact;
    let named = contact.scoped_id.as_ref().or(contact.phone.as_ref()).or(contact.user_id.as_ref());
    named.cloned().unwrap_or_default()
}

fn put(loaded: &Loaded, id: String, news: News, out: &mut Out) {
    let Some(bot) = loaded.account.bot else { return };
    let record = &loaded.record;
    let news = BotNews {
        workspace_id: record.workspace.to_string(),
        conversation_id: record.state.id.to_string(),
        account_id: record.account.to_string(),
        bot_id: bot.to_string(),
        news: Some(news),
    };
    out.put(Topic::BotNews, id, Body::BotNews(news));
}
