//! Private replies: one message to who commented, or posted on the Page.
//!
//! Sources: Messenger Platform "Private Replies" (16 April 2026); Instagram "Private Replies"
//! (2 July 2026). Meta documents the refusals of Instagram only. Those of Messenger are as developers
//! report them: 10900 and 10902, bare, and 100/2018292; 10901 for what is too old is unconfirmed.

use serde_json::Value;

use super::error::{GraphError, GraphResult};
use super::messenger;
use super::request::Call;
use super::send::{Target, over_limit};
use super::shape::Shape;
use crate::config::CustomerSeed;
use crate::state::comments::{Comment, Kind};
use crate::state::directory::Account;
use crate::state::{Channel, ThreadKey, World};

/// How old a comment may be.
const LIFE_MS: i64 = 7 * 24 * 3_600_000;
/// The recipient's key of what is replied to.
const KEYS: [(&str, Kind); 2] = [("comment_id", Kind::Comment), ("post_id", Kind::Post)];
const RECIPIENTS: [&str; 3] = ["id", "comment_id", "post_id"];

/// Whether a call replies to a comment or a post.
pub(super) fn is_one(call: &Call) -> bool {
    named(call).is_some()
}

fn named(call: &Call) -> Option<(Kind, &str)> {
    let recipient = call.params.get("recipient")?;
    let id = |key: &str| recipient.get(key).and_then(Value::as_str);
    KEYS.iter().find_map(|(key, kind)| Some((*kind, id(key)?)))
}

/// The conversation with who commented. A Page's call may be about a comment of its Instagram
/// account. Nobody is the customer of a comment that is not known: the send is then refused.
pub(super) fn target(world: &World, account: &Account, call: &Call) -> Option<Target> {
    let (kind, id) = named(call)?;
    let found = find(world, account, kind, id);
    let owner = found.and_then(|own| world.directory.accounts.get(&own.account));
    let account = owner.unwrap_or(account).clone();
    let key = ThreadKey::new(&account.id, found.map_or("", |own| &own.author));
    Some(Target { account, key })
}

fn find<'a>(world: &'a World, account: &Account, kind: Kind, id: &str) -> Option<&'a Comment> {
    let linked = world.directory.instagram_of(&account.id);
    let is_own = |owner: &str| owner == account.id || linked.is_some_and(|ig| ig.id == owner);
    let found = world.comments.get(id)?;
    (found.kind == kind && !found.removed && is_own(&found.account)).then_some(found)
}

/// Checks the recipient of a send: a known customer, or what may be replied to in private. The
/// answer is the id of the latter.
pub(super) fn recipient(
    world: &World,
    shape: &Shape<'_>,
    target: &Target,
    now_ms: i64,
) -> GraphResult<Option<String>> {
    let recipient = shape.need_object("recipient")?;
    recipient.only(&RECIPIENTS)?;
    if RECIPIENTS.iter().filter(|key| recipient.has(key)).count() > 1 {
        let text = "Param recipient must have only one of id, comment_id and post_id.";
        return Err(GraphError::parameter(text));
    }
    let Some((key, kind)) = KEYS.into_iter().find(|(key, _)| recipient.has(key)) else {
        recipient.need_text("id")?;
        return messenger::need_customer(world, target).map(|()| None);
    };
    let is_instagram = target.account.channel == Channel::Instagram;
    if is_instagram && kind == Kind::Post {
        return Err(recipient.bad(key, "is not supported on Instagram"));
    }
    if shape.has("sender_action") {
        return Err(recipient.bad(key, "cannot be sent a sender_action"));
    }
    let id = recipient.need_text(key)?;
    let found = find(world, &target.account, kind, id);
    match fault(world, found, key, now_ms) {
        None => Ok(Some(id.to_owned())),
        Some(_) if is_instagram => {
            let text = "The comment is invalid for a private reply";
            Err(GraphError::new(100, Some(2_534_025), text))
        }
        Some(fault) => Err(fault),
    }
}

/// Why a Page cannot reply.
fn fault(world: &World, found: Option<&Comment>, key: &str, now_ms: i64) -> Option<GraphError> {
    let bare = |code, text| Some(GraphError::new(code, None, text));
    let Some(own) = found else {
        let subcode = (key == "comment_id").then_some(2_018_292);
        return Some(GraphError::new(100, subcode, &format!("Invalid {key} parameter")));
    };
    // Neither the Page's own words nor another Page's.
    if world.directory.accounts.contains_key(&own.author) {
        return bare(10_902, "This is not a Replyable activity");
    }
    if own.replied {
        return bare(10_900, "Activity already replied to");
    }
    if now_ms.saturating_sub(own.at) > LIFE_MS {
        return bare(10_901, "Activity is too old to be replied to");
    }
    None
}

/// Takes one private reply from the account's allowance.
pub(super) fn rate(world: &mut World, target: &Target, now_ms: i64) -> GraphResult<()> {
    let limits = world.settings.limits;
    world.limiter.private_reply(&limits, &target.account.id, now_ms).map_err(|exceeded| {
        over_limit(world, &target.key, exceeded, now_ms);
        GraphError::new(613, None, "Calls to this api have exceeded the rate limit.")
    })
}

/// A reply was accepted: there is no second one, and who commented is a customer from then on.
/// The customer has not written, so no window opens.
pub(super) fn accepted(world: &mut World, target: &Target, id: &str) {
    let Some(comment) = world.comments.change(id) else {
        return;
    };
    comment.replied = true;
    let seed = CustomerSeed {
        account: comment.account.clone(),
        id: comment.author.clone(),
        name: comment.name.clone(),
        username: comment.username.clone(),
        ..CustomerSeed::default()
    };
    if !world.directory.customers.contains_key(&target.key)
        && let Err(error) = world.add_customer(&seed)
    {
        tracing::warn!(%error, "who commented is no customer");
    }
}
