//! `POST /{account}/messages` to whoever commented: the one message by which a business may answer a
//! comment, or a visitor's post, in private. It goes to Meta at once, for the customer may be nobody
//! whom we know: Meta names them in its answer, and its echo begins the conversation.
//!
//! Source: Messenger Platform "Private Replies", Instagram "Private Replies".

use std::time::Duration;

use serde_json::{Map, Value};
use switchboard_chassis::clock;
use switchboard_domain::ids::{AccountId, ConversationId};
use switchboard_meta::{relayed::PRIVATE_REPLY, send, webhook::comment};
use switchboard_store::{
    Db, StoreError, account_events,
    contacts::{self, Identity},
    conversations,
};

use super::{
    Door,
    call::{Call, text},
    fault::Fault,
    guest::Guest,
    page, relay,
};

/// For so long a comment can be answered.
const ANSWERABLE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Which comment or post a call answers, if it answers one.
pub(super) fn answered(call: &Call) -> Option<String> {
    let recipient = call.fields.get("recipient")?;
    text(recipient, "comment_id").or_else(|| text(recipient, "post_id"))
}

/// Has the answer sent; what Meta says. Nobody is talked over, and who is blocked hears nothing.
pub(super) async fn post(
    door: &Door,
    guest: &Guest,
    (call, comment): (&Call, String),
) -> Result<Value, Fault> {
    let message = call.fields.get("message");
    let message =
        message.ok_or_else(|| Fault::parameter("(#100) The parameter message is required"))?;
    check(guest, message)?;
    if !comment.chars().all(|it| it.is_ascii_alphanumeric() || it == '_') {
        return Err(Fault::parameter("(#100) recipient names no comment"));
    }
    let account = guest.account.id;
    let found = door.store.read(move |db| conversation(db, account, &comment)).await?;
    if let Some(id) = found {
        let record = guest.own(door.store.read(move |db| conversations::load(db, id)).await?)?;
        guest.may_speak(&record)?;
        if record.state.blocked.is_some() {
            return Err(Fault::others_have_it(guest.channel()));
        }
    }
    let kept = ["recipient", "message", "messaging_type"];
    let kept =
        kept.iter().filter_map(|key| Some(((*key).to_owned(), call.fields.get(*key)?.clone())));
    let call = Call { fields: kept.collect::<Map<_, _>>(), ..call.clone() };
    relay::call(door, guest, (&PRIVATE_REPLY, &call)).await
}

/// Refuses what Meta would, and files that are kept here and not at Meta.
fn check(guest: &Guest, message: &Value) -> Result<(), Fault> {
    for content in page::contents(message)? {
        for part in content.parts(guest.channel()) {
            send::takes(guest.channel(), &part)
                .map_err(|fault| Fault::parameter(format!("(#100) {fault}")))?;
        }
    }
    if message.to_string().contains("\"attachment_id\"") {
        let why = "(#100) An answer to a comment names a file by its url here";
        return Err(Fault::parameter(why));
    }
    Ok(())
}

/// The conversation of whoever commented, if they have one.
fn conversation(
    db: &mut Db,
    account: AccountId,
    named: &str,
) -> Result<Option<ConversationId>, StoreError> {
    let since = clock::now().minus(ANSWERABLE);
    let events = account_events::naming(db, account, (&comment::KINDS, named), since)?;
    let author = events.iter().find_map(|raw| comment::author(raw, named));
    let Some(author) = author else { return Ok(None) };
    let identity = Identity { kind: "scoped_id", value: author };
    contacts::find_conversation(db, account, &[identity])
}
