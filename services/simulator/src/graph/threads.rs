//! Conversation routing: `pass_thread_control` and its sisters, `thread_owner`,
//! and the Send API's `thread_control`.
//!
//! Meta: Messenger Platform, "Conversation Routing". The error codes of a refused
//! pass or take are not documented; these are those of the handover protocol.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::send::Target;
use super::shape::{Dialect, Shape};
use super::{adopt, auth, messenger, unknown_path};
use crate::state::control::{CONTROL_MS, INSTAGRAM_INBOX, PAGE_INBOX};
use crate::state::directory::Account;
use crate::state::tokens::Token;
use crate::state::{Channel, World};
use crate::webhooks::Event;
use crate::webhooks::events::handover;

/// Longest extension of control, in seconds.
const LONGEST_SECONDS: f64 = 7.0 * 86_400.0;
const METADATA: usize = 1_000;

/// Edges of a Page or Instagram account that are about control.
pub(crate) const EDGES: [&str; 6] = [
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "release_thread_control",
    "extend_thread_control",
    "thread_owner",
];

/// Handles one of [`EDGES`]; the events go to the apps that subscribe to them.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    (account, edge): (&Account, &str),
    now_ms: i64,
) -> GraphResult<(Value, Vec<Event>)> {
    let wanted = if edge == "thread_owner" { "GET" } else { "POST" };
    if call.method != wanted || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::page_scope(token, account, messenger::scopes(account.channel))?;
    let target = target(world, call, account, edge, now_ms)?;
    if edge == "thread_owner" {
        return Ok((owner(world, &target, now_ms), Vec::new()));
    }
    let shape = Shape::root(Dialect::Page, &call.params);
    let metadata = shape.text_max("metadata", METADATA)?;
    let asking = Asking { world, token, target: &target, metadata, now_ms };
    let events = match edge {
        "pass_thread_control" => asking.pass(&target_app(&shape)?)?,
        "take_thread_control" => asking.take()?,
        "request_thread_control" => asking.request(),
        "release_thread_control" => asking.release()?,
        _ => asking.extend(&shape)?,
    };
    Ok((json!({"success": true}), events))
}

fn target(
    world: &mut World,
    call: &Call,
    account: &Account,
    edge: &str,
    now_ms: i64,
) -> GraphResult<Target> {
    let find = |world: &World| match edge {
        "thread_owner" => call.need("recipient").map(|id| messenger::thread(world, account, id)),
        _ => messenger::target(world, account, call)
            .ok_or_else(|| GraphError::parameter("The parameter recipient is required.")),
    };
    let mut target = find(world)?;
    if adopt::adopt(world, &target, now_ms) {
        target = find(world)?;
    }
    messenger::need_customer(world, &target)?;
    Ok(target)
}

fn owner(world: &World, target: &Target, now_ms: i64) -> Value {
    let held = world.controls.held(&target.key, now_ms);
    let data: Vec<Value> = held
        .map(|control| {
            let expiration = control.until_ms.div_euclid(1000);
            json!({"thread_owner": {"app_id": control.owner, "expiration": expiration}})
        })
        .into_iter()
        .collect();
    json!({ "data": data })
}

/// `target_app_id`, given as text or as a number.
fn target_app(shape: &Shape<'_>) -> GraphResult<String> {
    match shape.map().get("target_app_id") {
        Some(Value::Number(id)) => Ok(id.to_string()),
        _ => shape.need_text("target_app_id").map(str::to_owned),
    }
}

/// One app that asks for something about one conversation.
struct Asking<'a> {
    world: &'a mut World,
    token: &'a Token,
    target: &'a Target,
    metadata: Option<&'a str>,
    now_ms: i64,
}

impl Asking<'_> {
    fn app(&self) -> &str {
        &self.token.app_id
    }

    /// The holder, if there is one.
    fn holder(&self) -> Option<String> {
        self.world.controls.held(&self.target.key, self.now_ms).map(|own| own.owner.clone())
    }

    /// Only who may send may also pass, release or extend.
    fn need_control(&self) -> GraphResult<()> {
        check_send(self.world, self.token, self.target, self.now_ms)
    }

    fn give(&mut self, app: &str) {
        self.world.controls.give(&self.target.key, app, self.now_ms + CONTROL_MS);
    }

    fn event(&self, key: &'static str, item: Value) -> Vec<Event> {
        let mut item = item;
        if let (Some(metadata), Some(map)) = (self.metadata, item.as_object_mut()) {
            map.insert("metadata".into(), metadata.into());
        }
        vec![handover(&self.target.key, key, item, self.now_ms)]
    }

    fn pass(mut self, to: &str) -> GraphResult<Vec<Event>> {
        self.need_control()?;
        if !is_known(self.world, self.target, to) {
            return Err(GraphError::new(
                100,
                Some(2_018_164),
                "The target app is not connected to this account.",
            ));
        }
        let before = self.holder();
        self.give(to);
        let item = json!({"previous_owner_app_id": before, "new_owner_app_id": to});
        Ok(self.event("pass_thread_control", item))
    }

    fn take(mut self) -> GraphResult<Vec<Event>> {
        let account = &self.target.account.id;
        let routed = self.world.controls.default_app(account).is_some();
        if !routed || !self.world.controls.may_take(account, self.app()) {
            return Err(GraphError::new(
                10,
                Some(2_018_171),
                "This app may not take control of conversations. Set a default app and allow it \
                 in the settings of the Page.",
            ));
        }
        let (before, app) = (self.holder(), self.app().to_owned());
        self.give(&app);
        let item = json!({"previous_owner_app_id": before, "new_owner_app_id": app});
        Ok(self.event("take_thread_control", item))
    }

    /// Without a default app, the first that asks gets an idle conversation.
    fn request(mut self) -> Vec<Event> {
        let app = self.app().to_owned();
        let routed = self.world.controls.default_app(&self.target.account.id).is_some();
        if self.holder().is_none() && !routed {
            self.give(&app);
            let item = json!({"previous_owner_app_id": null, "new_owner_app_id": app});
            return self.event("pass_thread_control", item);
        }
        let app = app.parse::<u64>().map_or_else(|_| json!(app), |number| json!(number));
        self.event("request_thread_control", json!({"requested_owner_app_id": app}))
    }

    fn release(self) -> GraphResult<Vec<Event>> {
        self.need_control()?;
        self.world.controls.release(&self.target.key);
        Ok(Vec::new())
    }

    fn extend(self, shape: &Shape<'_>) -> GraphResult<Vec<Event>> {
        self.need_control()?;
        let seconds = shape.need_number("duration")?;
        if !(1.0..=LONGEST_SECONDS).contains(&seconds) {
            return Err(shape.bad("duration", "must be between 1 and 604800 seconds"));
        }
        let lasts = std::time::Duration::from_secs_f64(seconds).as_millis();
        let until_ms = self.now_ms.saturating_add(i64::try_from(lasts).unwrap_or(i64::MAX));
        let holder = self.holder().unwrap_or_else(|| self.app().to_owned());
        self.world.controls.give(&self.target.key, &holder, until_ms);
        Ok(Vec::new())
    }
}

/// Whether an app could answer here: an app of this world, or Meta's inbox.
fn is_known(world: &World, target: &Target, app: &str) -> bool {
    app == inbox(target.account.channel) || world.directory.apps.contains_key(app)
}

/// The app id of Meta Business Suite's inbox.
pub(crate) fn inbox(channel: Channel) -> &'static str {
    match channel {
        Channel::Instagram => INSTAGRAM_INBOX,
        _ => PAGE_INBOX,
    }
}

/// Refuses an app while another one controls the conversation.
pub(crate) fn check_send(
    world: &World,
    token: &Token,
    target: &Target,
    now_ms: i64,
) -> GraphResult<()> {
    if world.controls.may_send(&target.key, &token.app_id, now_ms) {
        return Ok(());
    }
    let text = "Message failed to send because another app is controlling this thread now.";
    Err(match target.account.channel {
        Channel::Instagram => GraphError::new(100, Some(2_534_037), text),
        _ => GraphError::new(10, Some(2_018_300), text),
    })
}

/// What a send's `thread_control` asks for: an app to pass to, or to release.
#[derive(Debug)]
pub(crate) enum Handover {
    Pass(String),
    Release,
}

/// Reads a send's `thread_control`.
pub(crate) fn wanted(
    world: &World,
    shape: &Shape<'_>,
    target: &Target,
) -> GraphResult<Option<Handover>> {
    let Some(control) = shape.object("thread_control")? else {
        return Ok(None);
    };
    control.only(&["app_id", "control_type"])?;
    if control.need_one_of("control_type", &["pass", "release"])? == "release" {
        return Ok(Some(Handover::Release));
    }
    let app = match control.map().get("app_id") {
        Some(Value::Number(id)) => id.to_string(),
        _ => control.need_text("app_id")?.to_owned(),
    };
    if is_known(world, target, &app) {
        return Ok(Some(Handover::Pass(app)));
    }
    Err(control.bad("app_id", "is not an app that is connected to this account"))
}

/// Does what a send's `thread_control` asked for, after the message.
pub(crate) fn hand_over(
    world: &mut World,
    token: &Token,
    target: &Target,
    handover: &Handover,
    now_ms: i64,
) -> Vec<Event> {
    let asking = Asking { world, token, target, metadata: None, now_ms };
    let done = match handover {
        Handover::Pass(app) => asking.pass(app),
        Handover::Release => asking.release(),
    };
    // The send was only accepted because this app may send.
    done.unwrap_or_default()
}

/// `messaging_feature_status` of a Page: which kinds of routing are on.
pub(crate) fn feature_status(world: &World, page: &Account) -> Value {
    let several = |account: Option<&Account>| account.is_some_and(|own| own.subscribers.len() > 1);
    let instagram = world.directory.instagram_of(&page.id);
    json!({
        "hop_v2": world.controls.default_app(&page.id).is_some(),
        "msgr_multi_app": several(Some(page)),
        "ig_multi_app": several(instagram),
    })
}
