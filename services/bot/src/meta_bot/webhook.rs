//! What the customer said, as the webhooks that Meta sent, with our messages called as the bot knows
//! them.

use switchboard_domain::{
    Channel, Content,
    conversation::{Author, Direction},
    ids::AccountId,
};
use switchboard_meta::webhook::{Names, named, restore};
use switchboard_store::{
    Db, Store, StoreError, conversations,
    messages::{self, Message},
};
use tracing::warn;

use crate::{Failure, Question, door};

/// What a bot is told in a turn.
pub(super) struct Told {
    /// Webhook bodies, in order.
    pub(super) bodies: Vec<String>,
    /// Whether the customer waits for an answer, and did more than react, take something back, or
    /// come by a link.
    pub(super) wants_answer: bool,
}

/// The webhooks of a turn: each event as it came. One event may be several of our messages, and is
/// told once.
pub(super) async fn of(store: &Store, question: &Question) -> Result<Told, Failure> {
    let wants_answer = question.said.iter().any(|said| {
        !matches!(said, Content::Reaction { .. } | Content::Unsent | Content::Referral(_))
    });
    let asked = question.clone();
    let bodies = store.read(move |db| bodies(db, &asked)).await.map_err(|error| {
        warn!(%error, "the events of a turn cannot be read");
        Failure("What the customer wrote could not be read.".into())
    })?;
    Ok(Told { bodies, wants_answer })
}

fn bodies(db: &mut Db, question: &Question) -> Result<Vec<String>, StoreError> {
    let raws = question.messages.iter().map(|id| messages::raw(db, question.workspace, *id));
    let mut raws = raws.collect::<Result<Vec<_>, _>>()?;
    raws.dedup();
    let Some(record) = conversations::load(db, question.conversation)? else {
        return Ok(Vec::new());
    };
    let whose = (record.account, question.channel);
    let mut bodies = Vec::new();
    for raw in raws.into_iter().flatten() {
        let known = ours(db, whose.0, &raw)?;
        bodies.extend(restore(&raw, &names(whose.1, &known)));
    }
    Ok(bodies)
}

/// The messages that went out through us among those that an event names, by the platform's ids.
pub(super) fn ours(
    db: &mut Db,
    account: AccountId,
    raw: &str,
) -> Result<Vec<(String, Message)>, StoreError> {
    let mut found = Vec::new();
    for id in named(raw) {
        let message = messages::by_external_id(db, account, &id)?;
        let ours = message.filter(|message| {
            message.author != Author::Elsewhere && message.author.direction() == Direction::Outbound
        });
        found.extend(ours.map(|message| (id, message)));
    }
    Ok(found)
}

/// What bots call these.
pub(super) fn names(channel: Channel, ours: &[(String, Message)]) -> Names {
    ours.iter().map(|(id, message)| (id.clone(), door::name(channel, message.id))).collect()
}
