//! `messenger_profile` of Pages and Instagram accounts: read, set, delete.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::send::over_limit;
use super::shape::{Dialect, Shape};
use super::{auth, profile_body, unknown_path};
use crate::state::directory::Account;
use crate::state::tokens::Token;
use crate::state::{Channel, ThreadKey, World};

/// What only Meta sets.
const PRIVACY: &str = "subject_to_new_eu_privacy_rules";

/// `/{page|instagram}/messenger_profile`.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
    now_ms: i64,
) -> GraphResult<Value> {
    if account.channel == Channel::WhatsApp || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::page_scope(
        token,
        account,
        &["pages_messaging", "instagram_manage_messages", "instagram_business_manage_messages"],
    )?;
    auth::page_task(token, account, "MESSAGING")?;
    let account = whose(world, call, account)?;
    count(world, &account, now_ms)?;
    match call.method.as_str() {
        "GET" => read(world, call, &account),
        "POST" => set(world, call, &account),
        "DELETE" => delete(world, call, &account),
        _ => Err(unknown_path(call)),
    }
}

/// The account itself, or the Instagram account of a Page.
fn whose(world: &World, call: &Call, account: &Account) -> GraphResult<Account> {
    let platform = call.text("platform").map(str::to_ascii_lowercase);
    match (platform.as_deref(), account.channel) {
        (None, _) | (Some("messenger"), Channel::Messenger) => Ok(account.clone()),
        (Some("instagram"), Channel::Instagram) => Ok(account.clone()),
        (Some("instagram"), _) => {
            let linked = world.directory.instagram_of(&account.id).cloned();
            linked.ok_or_else(|| {
                let text = "The Page is not linked to an Instagram account.";
                GraphError::new(100, Some(2_534_013), text)
            })
        }
        (Some(_), _) => {
            Err(GraphError::parameter("Param platform must be one of {MESSENGER, INSTAGRAM}"))
        }
    }
}

fn count(world: &mut World, account: &Account, now_ms: i64) -> GraphResult<()> {
    let limits = world.settings.limits;
    world.limiter.profile(&limits, &account.id, now_ms).map_err(|exceeded| {
        over_limit(world, &ThreadKey::new(&account.id, ""), exceeded, now_ms);
        GraphError::new(613, None, "Calls to this api have exceeded the rate limit.")
    })
}

fn named(call: &Call, account: &Account) -> GraphResult<Vec<String>> {
    let names = call.list("fields").filter(|names| !names.is_empty());
    let names = names.ok_or_else(|| GraphError::parameter("The parameter fields is required."))?;
    let known = profile_body::properties(account.channel);
    for (index, name) in names.iter().enumerate() {
        if !known.contains(&name.as_str()) && name != PRIVACY {
            let known = known.join(", ").to_ascii_uppercase();
            return Err(GraphError::parameter(&format!(
                "Param fields[{index}] must be one of {{{known}}} - got \"{name}\"."
            )));
        }
    }
    Ok(names)
}

fn kept(world: &World, account: &Account) -> Map<String, Value> {
    let facts = world.facts.get(&account.id);
    facts.map(|facts| facts.messenger_profile.clone()).unwrap_or_default()
}

fn read(world: &World, call: &Call, account: &Account) -> GraphResult<Value> {
    let mut profile = kept(world, account);
    if account.channel == Channel::Messenger {
        profile.insert(PRIVACY.to_owned(), false.into());
    }
    let names = named(call, account)?;
    profile.retain(|name, _| names.contains(name));
    let data = if profile.is_empty() { Vec::new() } else { vec![profile] };
    Ok(json!({ "data": data }))
}

fn set(world: &mut World, call: &Call, account: &Account) -> GraphResult<Value> {
    let mut given = call.params.clone();
    given.remove("platform");
    let shape = Shape::root(Dialect::Page, &given);
    profile_body::check(account.channel, &shape)?;
    let mut profile = kept(world, account);
    profile.extend(given.clone());
    profile_body::check_whole(account.channel, &profile)?;
    world.facts.change(&account.id).messenger_profile = profile;
    Ok(json!({"result": "success"}))
}

fn delete(world: &mut World, call: &Call, account: &Account) -> GraphResult<Value> {
    let names = named(call, account)?;
    let mut profile = kept(world, account);
    profile.retain(|name, _| !names.contains(name));
    profile_body::check_whole(account.channel, &profile)?;
    world.facts.change(&account.id).messenger_profile = profile;
    Ok(json!({"result": "success"}))
}
