//! What the owner of a Page's token may do on the Page: its tasks.
//!
//! Sources: Messenger Platform "Send API" (`MESSAGING`), Pages API "subscribed_apps" (`MODERATE`).
//! Meta lists tasks to users only; a Page's token is tried out, by reading what each task opens.

use switchboard_domain::Channel;
use switchboard_graph::GraphFault;
use switchboard_meta::error::GraphError;

use super::{
    super::{Finding, Opened, Site, site::node},
    told,
};

const CHECK: &str = "token_tasks";

/// To send, and to have webhooks.
const NEEDED: [&str; 2] = ["MESSAGING", "MODERATE"];

const REMEDY: &str = "Give the token's owner the tasks Messages and Community activity on the Page \
                      (Business Settings, Pages, People; for a system user, Assigned assets), then \
                      make the token anew.";

/// Tries a Page's token out; none for other accounts. An Instagram account's token may lack the
/// permissions that what is read here needs.
pub(super) async fn examine(site: &Site, subject: &str, of: &Opened) -> Option<Finding> {
    let account = &of.account;
    if account.channel != Channel::Messenger {
        return None;
    }
    let page = node(account);
    let messages = site.graph.messenger_profile(page, "get_started", None, of.auth()).await.err();
    let moderates = site.graph.subscribed_apps(page, of.auth()).await.err();
    Some(judge(subject, account.channel, [messages, moderates]))
}

fn judge(subject: &str, channel: Channel, faults: [Option<GraphFault>; 2]) -> Finding {
    let mut missing = Vec::new();
    for (task, fault) in NEEDED.into_iter().zip(faults) {
        match fault {
            None => {}
            Some(GraphFault::Refused(error)) if is_missing(&error) => missing.push(task),
            // Of something else: too many calls, Meta away, a permission.
            Some(fault) => return Finding::skipped(CHECK, subject, told(&fault, channel)),
        }
    }
    if missing.is_empty() {
        let evidence = format!("The token's owner may do {} on the Page.", NEEDED.join(" and "));
        return Finding::ok(CHECK, subject, evidence);
    }
    lacking(subject, &missing)
}

/// A bare permission error, although the token has the permissions.
fn is_missing(error: &GraphError) -> bool {
    (200..=299).contains(&error.code) && error.subcode.is_none()
}

/// Judges the tasks that Meta lists; none when it lists none, or nothing is missing.
pub(in super::super) fn listed(subject: &str, tasks: &[String]) -> Option<Finding> {
    let has = |task: &&str| tasks.iter().any(|own| own == task);
    let missing: Vec<&str> = NEEDED.into_iter().filter(|task| !has(task)).collect();
    (!tasks.is_empty() && !missing.is_empty()).then(|| lacking(subject, &missing))
}

fn lacking(subject: &str, missing: &[&str]) -> Finding {
    let missing = missing.join(" and ");
    let evidence = format!("The token's owner lacks the task {missing} on the Page.");
    Finding::failed(CHECK, subject, evidence, REMEDY)
}
