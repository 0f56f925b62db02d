//! A message that shows that an account sends.

use secrecy::ExposeSecret;
use switchboard_domain::{Channel, Content, window::Label};
use switchboard_graph::Outcome;
use switchboard_meta::{
    error::GraphError,
    send::{self, Recipient, SendSpec},
};
use switchboard_store::accounts::Account;

use super::{Finding, Site, site::node};

const WORDS: &str = "This is a test from Switchboard.";
const MARKER: &str = "switchboard-test";

const WRITE_FIRST: &str = "Write to the account from that phone first: Meta lets a business answer for \
                           24 hours. While the app is in Development mode only people with a role on \
                           it are reached.";

/// Sends a line to a customer: a PSID, an IGSID, or a phone number with its country code.
pub async fn test_message(site: &Site, account: Account, to: &str) -> Finding {
    let (check, subject) = ("test_message", format!("{} {}", account.channel, account.name));
    let channel = account.channel;
    let opened = match site.open(account).await {
        Ok(opened) => opened,
        Err(error) => {
            let remedy = "Connect the account again.";
            return Finding::failed(check, &subject, error.to_string(), remedy);
        }
    };
    let content = Content::text(WORDS);
    let recipient = recipient(channel, to);
    let spec = SendSpec {
        recipient: &recipient,
        content: &content,
        label: Label::Response,
        marker: MARKER,
        reply_to: None,
        persona: None,
    };
    let body = match send::body(channel, &spec) {
        Ok(body) => body,
        Err(error) => {
            return Finding::failed(check, &subject, format!("{error}."), "Correct the recipient.");
        }
    };
    let (host, node) = node(&opened.account);
    let proof = Some(opened.proof.expose_secret());
    let sent = site.graph.post_message(host, node, &opened.token, proof, &body).await;
    let body = match sent {
        Outcome::Answered { status: 200, .. } => {
            return Finding::ok(check, &subject, format!("Meta took \"{WORDS}\" for {to}."));
        }
        Outcome::Answered { body, .. } => body,
        Outcome::NotSent(why) | Outcome::Unknown(why) => {
            return Finding::failed(check, &subject, format!("{why}."), "Try again.");
        }
    };
    let error = GraphError::parse(&body).unwrap_or_default();
    Finding::failed(check, &subject, error.advice(channel), WRITE_FIRST)
}

fn recipient(channel: Channel, to: &str) -> Recipient {
    match channel {
        Channel::WhatsApp => {
            let digits = to.chars().filter(char::is_ascii_digit).collect();
            Recipient { phone: Some(digits), ..Recipient::default() }
        }
        _ => Recipient { psid: Some(to.to_owned()), ..Recipient::default() },
    }
}
