//! What is wrong, with the evidence and the remedy. One file for each part that can be ill.
//!
//! Every trouble of Meta's set-up that operators have told of is looked for: Messenger Platform and
//! WhatsApp "Get started", "Webhooks", "Access tokens".

mod account;
mod app;
mod instagram;
mod installation;
mod number;
pub(super) mod tasks;
pub(super) mod token;

use switchboard_domain::{
    Channel,
    ids::{AccountId, WorkspaceId},
};
use switchboard_graph::GraphFault;
use switchboard_store::accounts::{self, Account};

use super::{Finding, Opened, Site};

/// Looks at everything of a workspace, or at one of its accounts.
pub async fn examine(site: &Site, workspace: WorkspaceId, only: Option<AccountId>) -> Vec<Finding> {
    let mut found = installation::examine(site).await;
    let read = site.store.read(move |db| accounts::list(db, workspace)).await;
    let accounts = match read {
        Ok(accounts) => accounts,
        // The store's own check says what to do.
        Err(_) => return found,
    };
    if accounts.is_empty() {
        found.push(Finding::warning(
            "accounts",
            "accounts",
            "No account is connected.",
            "Connect a Page, an Instagram account or a number: `switchboard account connect`.",
        ));
    }
    let wanted = |account: &Account| only.is_none_or(|only| only == account.id);
    for account in accounts.into_iter().filter(wanted) {
        found.extend(of_account(site, account).await);
    }
    found
}

async fn of_account(site: &Site, account: Account) -> Vec<Finding> {
    let subject = format!("{} {}", account.channel, account.name);
    if account.disconnected_at.is_some() {
        let evidence = "It is disconnected: it neither receives nor sends.";
        return vec![Finding::skipped("sending", &subject, evidence)];
    }
    let mut found = account::examine(site, &subject, &account).await;
    let opened = match site.open(account).await {
        Ok(opened) => opened,
        Err(error) => {
            found.push(Finding::failed(
                "secrets",
                &subject,
                format!("The account's secrets cannot be opened: {error}."),
                "Bring back the keys that sealed them (docs/runbooks/rotate-keys.md), or connect \
                 the account again.",
            ));
            return found;
        }
    };
    found.extend(of_opened(site, &subject, &opened).await);
    found
}

/// Looks at an account at Meta, whether it is stored here or not yet.
pub(super) async fn of_opened(site: &Site, subject: &str, opened: &Opened) -> Vec<Finding> {
    let mut found = app::examine(site, subject, opened).await;
    let token = token::examine(site, subject, opened).await;
    let works = token.iter().all(|finding| finding.verdict != super::Verdict::Failed);
    found.extend(token);
    if !works {
        let why = "Meta answers nothing about the account without a token that works.";
        found.push(Finding::skipped("subscription", subject, why));
        return found;
    }
    found.extend(account::subscription(site, subject, opened).await);
    match opened.account.channel {
        Channel::WhatsApp => found.extend(number::examine(site, subject, opened).await),
        Channel::Instagram => found.extend(instagram::examine(site, subject, opened).await),
        Channel::Messenger => {}
    }
    found
}

/// What Meta refused, in our words.
pub(super) fn told(fault: &GraphFault, channel: Channel) -> String {
    match fault {
        GraphFault::Refused(error) => error.advice(channel),
        other => format!("{other}."),
    }
}
