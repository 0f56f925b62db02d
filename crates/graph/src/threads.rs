//! Which app has control of a conversation: asking Meta to move it.
//!
//! Sources: Messenger Platform "Conversation Routing" (`pass_thread_control`,
//! `take_thread_control`, `request_thread_control`, `release_thread_control`); for WhatsApp
//! `thread_control`, which only partners document.

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_domain::{Channel, conversation::ThreadAction};
use switchboard_meta::send::Recipient;

use crate::{
    GraphClient, GraphFault, Host,
    client::finish,
    lookup::{Answered, answer},
};

/// The app that may send to a customer now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ThreadOwner {
    /// Meta's id of it.
    pub app_id: String,
    /// When its control lapses, in seconds since the Unix epoch.
    #[serde(default)]
    pub expiration: Option<i64>,
}

#[derive(Deserialize)]
struct Owned {
    thread_owner: ThreadOwner,
}

#[derive(Deserialize)]
struct Owners {
    #[serde(default)]
    data: Vec<Owned>,
}

impl GraphClient {
    /// Moves control of the conversation with `recipient`.
    ///
    /// # Errors
    /// [`GraphFault`]; Meta refuses, for example, an app that the business did not allow to take
    /// control.
    pub async fn control_thread(
        &self,
        (host, channel, node): (Host, Channel, &str),
        recipient: &Recipient,
        action: &ThreadAction,
        (token, proof): (&SecretString, Option<&str>),
    ) -> Result<(), GraphFault> {
        let (edge, body) = match channel {
            Channel::Messenger | Channel::Instagram => page_call(recipient, action),
            Channel::WhatsApp => ("thread_control", whatsapp_body(recipient, action)),
        };
        let request = self.request(Method::POST, host, &[node, edge], token, proof)?;
        answer::<Answered>(finish(request.json(&body)).await).map(drop)
    }

    /// Asks who has control of the conversation; `None`: nobody, or the apps share it.
    /// (Messenger and Instagram)
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's.
    pub async fn thread_owner(
        &self,
        (host, node): (Host, &str),
        scoped_id: &str,
        (token, proof): (&SecretString, Option<&str>),
    ) -> Result<Option<ThreadOwner>, GraphFault> {
        let request = self.request(Method::GET, host, &[node, "thread_owner"], token, proof)?;
        let request = request.query(&[("recipient", scoped_id)]);
        let owners: Owners = answer(finish(request).await)?;
        Ok(owners.data.into_iter().next().map(|owned| owned.thread_owner))
    }
}

fn page_call(recipient: &Recipient, action: &ThreadAction) -> (&'static str, Value) {
    let recipient = json!({ "id": recipient.psid });
    match action {
        ThreadAction::Take => ("take_thread_control", json!({ "recipient": recipient })),
        ThreadAction::Request => ("request_thread_control", json!({ "recipient": recipient })),
        ThreadAction::Release => ("release_thread_control", json!({ "recipient": recipient })),
        ThreadAction::Pass { to } => {
            let body = json!({ "recipient": recipient, "target_app_id": to });
            ("pass_thread_control", body)
        }
    }
}

fn whatsapp_body(recipient: &Recipient, action: &ThreadAction) -> Value {
    let action = match action {
        ThreadAction::Take | ThreadAction::Request => "take",
        ThreadAction::Pass { .. } => "pass",
        ThreadAction::Release => "release",
    };
    match &recipient.phone {
        Some(phone) => {
            json!({ "messaging_product": "whatsapp", "to": format!("+{phone}"), "action": action })
        }
        None => json!({
            "messaging_product": "whatsapp", "recipient": recipient.user_id, "action": action
        }),
    }
}
