//! An account as we know it, and its subscription: the second of the two levels that webhooks need.

use switchboard_chassis::clock;
use switchboard_domain::{Channel, Timestamp};
use switchboard_graph::admin::Subscribed;
use switchboard_meta::subscriptions;
use switchboard_store::{
    StoreError,
    accounts::{self, Account},
};

use super::{
    super::{Finding, Opened, Site, site::subscribed_node},
    told,
};

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// A quiet account may be quiet because nothing arrives.
const QUIET_DAYS: i64 = 7;

/// "This message is sent to someone without a role": the app is not live.
const NOT_LIVE: &str = "2018028";

pub(super) async fn examine(site: &Site, subject: &str, account: &Account) -> Vec<Finding> {
    let (workspace, id) = (account.workspace, account.id);
    let read = site.store.read(move |db| {
        let health = accounts::health(db, workspace, id)?;
        let heard = accounts::last_heard(db, workspace, id)?;
        Ok::<_, StoreError>((health, heard))
    });
    let (health, heard) = match read.await {
        Ok(known) => known,
        Err(error) => return vec![Finding::skipped("sending", subject, error.to_string())],
    };
    let mut found = Vec::new();
    found.push(match health.filter(|health| health.paused) {
        Some(health) => Finding::failed(
            "sending",
            subject,
            format!("Its sends are stopped: {}", health.reason),
            "See docs/runbooks/account-paused.md; sends go on by themselves once it is mended.",
        ),
        None => Finding::ok("sending", subject, "Its sends are not stopped."),
    });
    found.push(last_heard(subject, heard));
    found.push(live(subject, site, account).await);
    found
}

fn last_heard(subject: &str, heard: Option<Timestamp>) -> Finding {
    let remedy = "Write to it from a phone. If nothing comes, the findings below say why.";
    let Some(at) = heard else {
        let evidence = "No webhook of this account has ever come.";
        return Finding::warning("heard", subject, evidence, remedy);
    };
    let days = (clock::now().as_micros() - at.as_micros()).div_euclid(DAY_MICROS);
    let evidence = format!("The last webhook came {days} days ago.");
    if days >= QUIET_DAYS {
        return Finding::warning("heard", subject, evidence, remedy);
    }
    Finding::ok("heard", subject, evidence)
}

/// Meta tells an app's mode to nobody but its dashboard; a refused send does.
async fn live(subject: &str, site: &Site, account: &Account) -> Finding {
    let (workspace, id) = (account.workspace, account.id);
    let health = site.store.read(move |db| accounts::health(db, workspace, id)).await;
    let reason = health.ok().flatten().map(|health| health.reason).unwrap_or_default();
    if reason.contains(NOT_LIVE) {
        return Finding::failed(
            "live",
            subject,
            "Meta refused a send because the app is in Development mode or not reviewed.",
            "Switch the app to Live in the App Dashboard, and request Advanced Access for its \
             permissions; until then only people with a role on the app hear from it.",
        );
    }
    Finding::skipped(
        "live",
        subject,
        "Meta tells the app's mode to its dashboard only; see there that it is Live.",
    )
}

pub(super) async fn subscription(site: &Site, subject: &str, of: &Opened) -> Vec<Finding> {
    let Some(node) = subscribed_node(&of.account) else {
        return vec![Finding::warning(
            "subscription",
            subject,
            "The number's WhatsApp business account is not known here.",
            "Connect the number again with `switchboard account connect`.",
        )];
    };
    let subscribed = match site.graph.subscribed_apps(node, of.auth()).await {
        Ok(subscribed) => subscribed,
        Err(fault) => {
            let evidence = told(&fault, of.account.channel);
            let remedy = "Give the token the permission to manage webhooks, then connect again.";
            return vec![Finding::failed("subscription", subject, evidence, remedy)];
        }
    };
    let ours = subscribed.into_iter().find(|app| app.app_id == of.app.meta_app_id);
    vec![judge(site, subject, of, ours)]
}

fn judge(site: &Site, subject: &str, of: &Opened, ours: Option<Subscribed>) -> Finding {
    let channel = of.account.channel;
    let connect = "Connect the account again: `switchboard account connect` subscribes it.";
    let Some(ours) = ours else {
        let evidence = "The account sends its webhooks to other apps, not to ours.";
        return Finding::failed("subscription", subject, evidence, connect);
    };
    if let Some(url) = ours.override_url {
        let here = site.callback(&of.app.key);
        if url != here.as_str() {
            return Finding::failed(
                "subscription",
                subject,
                format!("The business account overrides the callback: webhooks go to {url}."),
                "Delete the override (POST subscribed_apps without one), or connect again.",
            );
        }
    }
    let needed = subscriptions::needed_fields(channel);
    let missing: Vec<&str> = match channel {
        Channel::WhatsApp => Vec::new(),
        _ => needed.iter().copied().filter(|one| !ours.fields.iter().any(|f| f == one)).collect(),
    };
    if !missing.is_empty() {
        let evidence = format!("The account is subscribed without {}.", missing.join(", "));
        return Finding::failed("subscription", subject, evidence, connect);
    }
    Finding::ok("subscription", subject, "The account sends its webhooks to our app.")
}
