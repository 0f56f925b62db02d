//! Disconnecting an account at Meta: what connecting set of its profile is taken away, its webhooks end.
//! Whoever asked marks it here; what Meta does not undo is said, and stops nothing.

use secrecy::ExposeSecret;
use switchboard_meta::subscriptions;
use switchboard_store::accounts::{self, Account};

use super::{
    Finding, Opened, Site,
    doctor::told,
    own_profile,
    site::{AppAuth, subscribed_node},
};

const BY_HAND: &str = "Remove it by hand in Meta's settings, or leave it: what still comes is kept with \
                       what belongs nowhere.";

/// Takes away what connecting set of the profile; ends the account's subscription, and the app's when no other account needs it.
pub async fn disconnect(site: &Site, account: Account) -> Vec<Finding> {
    let subject = format!("{} {}", account.channel, account.name);
    let others = others(site, &account).await;
    let opened = match site.open(account).await {
        Ok(opened) => opened,
        Err(error) => {
            let evidence = format!("Its secrets cannot be opened: {error}.");
            return vec![Finding::warning("secrets", &subject, evidence, BY_HAND)];
        }
    };
    let mut found: Vec<Finding> =
        own_profile::take_away(site, &subject, &opened).await.into_iter().collect();
    found.push(node(site, &subject, &opened, &others).await);
    found.extend(app(site, &subject, &opened, &others).await);
    found
}

/// The other connected accounts of the same app.
async fn others(site: &Site, account: &Account) -> Vec<Account> {
    let (workspace, id, app) = (account.workspace, account.id, account.app);
    let all = site.store.read(move |db| accounts::list(db, workspace)).await.unwrap_or_default();
    let connected = all.into_iter().filter(|one| one.disconnected_at.is_none());
    connected.filter(|one| one.id != id && one.app == app).collect()
}

async fn node(site: &Site, subject: &str, of: &Opened, others: &[Account]) -> Finding {
    let check = "subscription";
    let Some(node) = subscribed_node(&of.account) else {
        return Finding::skipped(check, subject, "Its business account is not known.");
    };
    if others.iter().any(|other| subscribed_node(other) == Some(node)) {
        let evidence = "Another account needs the same subscription; it stays.";
        return Finding::skipped(check, subject, evidence);
    }
    match site.graph.unsubscribe_node(node, of.auth()).await {
        Ok(()) => Finding::ok(check, subject, "The account sends no webhooks to the app any more."),
        Err(fault) => Finding::warning(check, subject, told(&fault, of.account.channel), BY_HAND),
    }
}

async fn app(site: &Site, subject: &str, of: &Opened, others: &[Account]) -> Option<Finding> {
    let (check, channel) = ("app_subscription", of.account.channel);
    if others.iter().any(|other| other.channel == channel) {
        return None;
    }
    let AppAuth { token, proof } = of.app_auth();
    let auth = (&token, Some(proof.expose_secret()));
    let object = subscriptions::object(channel);
    Some(match site.graph.unsubscribe_app(&of.app.meta_app_id, object, auth).await {
        Ok(()) => Finding::ok(check, subject, format!("The app subscribes to {object} no more.")),
        Err(fault) => Finding::warning(check, subject, told(&fault, channel), BY_HAND),
    })
}
