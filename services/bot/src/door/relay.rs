//! Calls that go on to Meta: what a bot sets up for the account, and its one answer to a comment. An
//! errand makes them; the bot hears what Meta answers.

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_domain::{Channel, ids::ErrandId};
use switchboard_meta::relayed::{self, Relayed};
use url::form_urlencoded;
use uuid::Uuid;

use super::{Door, call::Call, errand, fault::Fault, guest::Guest};

/// Has a call made at Meta; what Meta answered.
pub(super) async fn call(
    door: &Door,
    guest: &Guest,
    (relayed, call): (&Relayed, &Call),
) -> Result<Value, Fault> {
    if guest.account.bot != Some(guest.bot) {
        return Err(Fault::not_the_assistant());
    }
    if !relayed.takes(call.method.as_str()) {
        return Err(Fault::no_such(&format!("{}/{}", call.node, relayed.edge)));
    }
    check(guest, call)?;
    let (method, node) = (call.method.as_str(), &call.node);
    let input = json!({ "method": method, "parameters": call.fields, "node": node });
    let id = ErrandId::new(Uuid::now_v7());
    let answer = errand::run(door, guest, (id, relayed.kind, &input)).await?;
    let status = answer.get("status").and_then(Value::as_u64).unwrap_or_default();
    let body = answer.get("body").cloned().unwrap_or_default();
    match u16::try_from(status) {
        Ok(200..300) if body.get("error").is_none() => Ok(with_pages(body, call)),
        Ok(status) => Err(Fault::of_meta(status, body)),
        Err(_) => Err(Fault::late()),
    }
}

/// `/{persona}`: what it is, or its end.
pub(super) async fn persona(door: &Door, guest: &Guest, call: &Call) -> Result<Value, Fault> {
    let is_id = !call.node.is_empty() && call.node.chars().all(|it| it.is_ascii_digit());
    match guest.channel() == Channel::Messenger && is_id {
        true => self::call(door, guest, (&relayed::PERSONA, call)).await,
        false => Err(Fault::no_such(&call.node)),
    }
}

/// What would be refused or be another account's is not handed on.
fn check(guest: &Guest, call: &Call) -> Result<(), Fault> {
    if !relayed::are_plain(call.fields.get("fields")) {
        return Err(Fault::parameter("(#100) fields can only be named here, not expanded"));
    }
    let platform = call.text("platform").unwrap_or_default().to_ascii_lowercase();
    let own = match guest.channel() {
        Channel::Messenger => ["", "messenger"],
        Channel::Instagram | Channel::WhatsApp => ["", "instagram"],
    };
    if own.contains(&platform.as_str()) {
        return Ok(());
    }
    Err(Fault::parameter("(#100) platform is another account's here: call with that one's token"))
}

/// The addresses of further pages lead to the door, with the bot's own token, as Meta's have it.
fn with_pages(mut body: Value, call: &Call) -> Value {
    for way in ["next", "previous"] {
        let Some(page) = body.pointer_mut(&format!("/paging/{way}")) else { continue };
        let mut query =
            form_urlencoded::Serializer::new(page.as_str().unwrap_or_default().to_owned());
        if let Some(token) = &call.token {
            query.append_pair("access_token", token.expose_secret());
        }
        let edge = call.edge.as_deref().unwrap_or_default();
        *page = format!("{}/{}/{edge}?{}", call.base, call.node, query.finish()).into();
    }
    body
}
