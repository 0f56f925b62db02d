//! An Instagram account: still linked to the Page that sends for it.

use super::{
    super::{Finding, Opened, Site},
    told,
};

pub(super) async fn examine(site: &Site, subject: &str, of: &Opened) -> Vec<Finding> {
    let account = &of.account;
    if account.sender_id == account.external_id {
        let evidence = "The account is connected by Instagram login and needs no Page.";
        return vec![Finding::ok("instagram_link", subject, evidence)];
    }
    let remedy = "Link the Instagram account to the Page (Page settings, Linked accounts), and \
                  allow access to messages in the Instagram app (Settings, Messages, Connected \
                  tools).";
    let linked = site.graph.instagram_of(&account.sender_id, of.auth()).await;
    vec![match linked {
        Ok(Some(linked)) if linked.id == account.external_id => {
            Finding::ok("instagram_link", subject, "The account is linked to its Page.")
        }
        Ok(Some(other)) => {
            let evidence = format!("The Page is linked to another account: {}.", other.id);
            Finding::failed("instagram_link", subject, evidence, remedy)
        }
        Ok(None) => {
            let evidence = "The Page is linked to no Instagram account.";
            Finding::failed("instagram_link", subject, evidence, remedy)
        }
        Err(fault) => {
            Finding::failed("instagram_link", subject, told(&fault, account.channel), remedy)
        }
    }]
}
