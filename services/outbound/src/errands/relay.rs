//! Errands `relay.*`: a call that a bot made at the bot service's door goes on to Meta with the account's
//! token, and Meta's answer comes back as it is: `{"status": 200, "body": {...}}`.
//!
//! [`relayed`] says which calls these are. The node is always the account's own, whatever the bot said,
//! or a persona that the Page lists as its own.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_chassis::clock;
use switchboard_domain::Channel;
use switchboard_graph::{Host, Outcome, admin::Auth};
use switchboard_meta::relayed::{self, Relayed};
use switchboard_store::{
    accounts::Account,
    errands::{self, Errand},
};
use url::Url;

use super::{Failure, account};
use crate::{context::Context, limits::Class, setup::node};

/// A list is read so far at most.
const PAGES: usize = 20;

/// What it needs.
#[derive(Deserialize)]
pub(super) struct Input {
    method: String,
    parameters: Map<String, Value>,
    /// The node, where it is not the account.
    node: Option<String>,
}

pub(super) async fn run(
    context: &Context,
    errand: &Errand,
    input: Input,
) -> Result<Value, Failure> {
    let loaded = account(context, errand).await?;
    let access = loaded.access.map_err(|why| Failure::new(why.0))?;
    let relayed = relayed::of_kind(access.channel, &errand.kind);
    let relayed = relayed.filter(|it| it.takes(&input.method));
    let relayed = relayed.ok_or_else(|| Failure::new("Bots cannot call this."))?;
    let (host, subject) = subject(relayed, &loaded.account)
        .ok_or_else(|| Failure::new("The account is not known well enough; connect it again."))?;
    if is_spent(context, relayed, &loaded.account).await? {
        return Ok(too_many());
    }
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let (method, auth) = (input.method.as_str(), (&access.token, proof));
    let parameters = parameters(relayed, access.channel, input.parameters)?;
    if let Some(persona) = input.node.filter(|_| *relayed == relayed::PERSONA) {
        if !has_persona(context, ((host, subject), auth), &persona).await? {
            return Ok(no_such(&persona));
        }
        let answer = context.graph.relay((method, host), &[&persona], &parameters, auth).await;
        return read(answer, &access.token);
    }
    let path = [subject, relayed.edge];
    if relayed.edge == "messages" {
        access.pacer.pass(Class::Text, context.clock).await;
    }
    let answer = context.graph.relay((method, host), &path, &parameters, auth).await;
    read(answer, &access.token)
}

/// Whether a Page lists the persona: its token reaches more than these.
async fn has_persona(
    context: &Context,
    ((host, page), auth): ((Host, &str), Auth<'_>),
    id: &str,
) -> Result<bool, Failure> {
    let mut parameters = Map::from_iter([("limit".to_owned(), Value::from(100))]);
    for _ in 0..PAGES {
        let path = [page, "personas"];
        let listed = context.graph.relay(("GET", host), &path, &parameters, auth).await;
        let listed = read(listed, auth.0)?;
        let data = listed.pointer("/body/data").and_then(Value::as_array);
        let mut ids = data.into_iter().flatten().filter_map(|persona| persona.get("id"));
        if ids.any(|known| known == id) {
            return Ok(true);
        }
        let after = listed.pointer("/body/paging/cursors/after").cloned();
        let Some(after) = after.filter(|_| listed.pointer("/body/paging/next").is_some()) else {
            break;
        };
        parameters.insert("after".to_owned(), after);
    }
    Ok(false)
}

/// Whom the call is about.
fn subject<'a>(relayed: &Relayed, account: &'a Account) -> Option<(Host, &'a str)> {
    match relayed.edge {
        "message_templates" => account.template_owner().map(|owner| (Host::Facebook, owner)),
        _ => Some(node(account)),
    }
}

/// Whether the account has had its calls of this kind for now; this one is among those that are
/// counted.
async fn is_spent(
    context: &Context,
    relayed: &Relayed,
    account: &Account,
) -> Result<bool, Failure> {
    let Some((most, within)) = relayed.quota else { return Ok(false) };
    let (id, kind, since) = (account.id, relayed.kind, clock::now().minus(within));
    let count = context.store.read(move |db| errands::taken_up(db, id, kind, since)).await?;
    Ok(count > i64::from(most))
}

/// What goes on. Of a Page's two profiles the account's own is meant.
fn parameters(
    relayed: &Relayed,
    channel: Channel,
    mut given: Map<String, Value>,
) -> Result<Map<String, Value>, Failure> {
    given.retain(|name, _| relayed::is_parameter(name));
    if !relayed::are_plain(given.get("fields")) {
        return Err(Failure::new("`fields` can only name fields here, not expand them."));
    }
    // Any other message has its way through the queues.
    if relayed.edge == "messages" && !answers_comment(&given) {
        return Err(Failure::new("Bots cannot call this."));
    }
    if relayed.edge == "messenger_profile" {
        given.remove("platform");
        if channel == Channel::Instagram {
            given.insert("platform".into(), "instagram".into());
        }
    }
    Ok(given)
}

fn answers_comment(given: &Map<String, Value>) -> bool {
    let recipient = given.get("recipient").and_then(Value::as_object);
    let named = recipient.filter(|it| it.len() == 1).and_then(|it| it.keys().next());
    named.is_some_and(|key| ["comment_id", "post_id"].contains(&key.as_str()))
}

/// In Meta's words. (Graph API "Handle errors")
fn no_such(id: &str) -> Value {
    let message = format!("Unsupported request. Object with ID '{id}' does not exist");
    let kind = "GraphMethodException";
    let error = json!({ "message": message, "type": kind, "code": 100, "error_subcode": 33 });
    json!({ "status": 400, "body": { "error": error } })
}

/// In Meta's words. (Graph API "Rate limits")
fn too_many() -> Value {
    let message = "(#613) Calls to this api have exceeded the rate limit.";
    let error = json!({ "message": message, "type": "OAuthException", "code": 613 });
    json!({ "status": 400, "body": { "error": error } })
}

/// Meta's answer, without the token, which stands in the addresses of further pages.
fn read(outcome: Outcome, token: &SecretString) -> Result<Value, Failure> {
    let (status, body) = match outcome {
        Outcome::Answered { status, body, .. } => (status, body),
        Outcome::NotSent(why) | Outcome::Unknown(why) => {
            return Err(Failure::new(format!("Meta did not answer: {why}.")));
        }
    };
    let mut body: Value = serde_json::from_slice(&body)
        .map_err(|_| Failure::new(format!("Meta answered {status} with what cannot be read.")))?;
    for way in ["next", "previous"] {
        if let Some(page) = body.pointer_mut(&format!("/paging/{way}")) {
            *page = page.as_str().map(query).unwrap_or_default().into();
        }
    }
    if body.to_string().contains(token.expose_secret()) {
        return Err(Failure::new("Meta's answer holds the account's token and is not told."));
    }
    Ok(json!({ "status": status, "body": body }))
}

/// The parameters of a page's address, but for those that say who calls.
fn query(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return String::new() };
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let kept = pairs.into_iter().filter(|(name, _)| relayed::is_parameter(name));
    url.query_pairs_mut().clear().extend_pairs(kept);
    url.query().unwrap_or_default().to_owned()
}
