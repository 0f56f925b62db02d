//! Account linking on Messenger: whose log-in a token stands for, and unlinking.
//!
//! Meta: Messenger Platform, "Account Linking".

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::{auth, fields, messenger, unknown_path};
use crate::state::directory::Account;
use crate::state::tokens::Token;
use crate::state::{Channel, World};
use crate::webhooks::Event;
use crate::webhooks::events::account_linking;

/// The parameter that makes `GET /me` answer for a log-in.
pub(crate) const TOKEN: &str = "account_linking_token";

/// `GET /me?fields=recipient&account_linking_token=…`.
pub(crate) fn recipient(
    world: &World,
    call: &Call,
    token: &Token,
    node: &str,
    now_ms: i64,
) -> GraphResult<Value> {
    let id = super::resolve_me(token, node);
    let page = world.directory.accounts.get(&id);
    let Some(page) = page.filter(|page| auth::reaches(world, token, page)) else {
        return Err(unknown_path(call));
    };
    auth::page_scope(token, page, &["pages_messaging"])?;
    let thread = world.linking.thread(call.need(TOKEN)?, now_ms);
    match thread.filter(|thread| thread.account == page.id) {
        Some(thread) => {
            let all = json!({"id": page.id, "name": page.name, "recipient": thread.customer});
            fields::pick(call, "Page", &all, &["id"])
        }
        None => Err(GraphError::new(
            10_303,
            None,
            "The account linking token is invalid, or it expired.",
        )),
    }
}

/// `POST /me/unlink_accounts {"psid": …}`.
pub(crate) fn unlink(
    world: &World,
    call: &Call,
    token: &Token,
    page: &Account,
    now_ms: i64,
) -> GraphResult<(Value, Vec<Event>)> {
    let own = page.channel == Channel::Messenger && auth::reaches(world, token, page);
    if call.method != "POST" || !own {
        return Err(unknown_path(call));
    }
    auth::page_scope(token, page, &["pages_messaging"])?;
    let target = messenger::thread(world, page, call.need("psid")?);
    messenger::need_customer(world, &target)?;
    let item = json!({"status": "unlinked"});
    let events = vec![account_linking(&target.key, item, now_ms)];
    Ok((json!({"result": "unlink account success"}), events))
}
