//! WhatsApp's own block list of a number. (WhatsApp Business Platform, "Block users")

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use switchboard_meta::{error::GraphError, send::Recipient};

use crate::{GraphClient, GraphFault, Host, Outcome, client::finish};

#[derive(Deserialize)]
struct Lists {
    block_users: Users,
}

#[derive(Deserialize)]
struct Users {
    #[serde(default)]
    failed_users: Vec<Failed>,
}

#[derive(Deserialize)]
struct Failed {
    #[serde(default)]
    errors: Vec<Refusal>,
}

/// Why a customer was not blocked or unblocked.
#[derive(Deserialize)]
struct Refusal {
    code: i64,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    error_data: Data,
}

#[derive(Default, Deserialize)]
struct Data {
    #[serde(default)]
    details: Option<String>,
}

impl GraphClient {
    /// Has a customer on the block list of a number, or off it. Again is the same as once.
    ///
    /// # Errors
    /// [`GraphFault`]; Meta refuses, for example, to block who has not written within 24 hours.
    pub async fn block_user(
        &self,
        number: &str,
        (who, blocked): (&Recipient, bool),
        (token, proof): (&SecretString, Option<&str>),
    ) -> Result<(), GraphFault> {
        let method = if blocked { Method::POST } else { Method::DELETE };
        let request =
            self.request(method, Host::Facebook, &[number, "block_users"], token, proof)?;
        let user = match &who.phone {
            Some(phone) => Some(format!("+{phone}")),
            None => who.user_id.clone(),
        };
        let body = json!({ "messaging_product": "whatsapp", "block_users": [{ "user": user }] });
        read(finish(request.json(&body)).await)
    }
}

/// An answer has a list of those with whom it did not work, each with its reason, which says more than
/// the error beside it.
fn read(outcome: Outcome) -> Result<(), GraphFault> {
    let (status, body) = match outcome {
        Outcome::Answered { status, body, .. } => (status, body),
        Outcome::NotSent(reason) | Outcome::Unknown(reason) => {
            return Err(GraphFault::Away(reason));
        }
    };
    let lists: Option<Lists> = serde_json::from_slice(&body).ok();
    let failed = lists.as_ref().map(|lists| lists.block_users.failed_users.as_slice());
    let refusal = failed.and_then(|failed| failed.iter().find_map(|one| one.errors.first()));
    if let Some(Refusal { code, message, error_data }) = refusal {
        let (message, details) = (message.clone(), error_data.details.clone());
        let error = GraphError { code: *code, message, details, ..GraphError::default() };
        return Err(GraphFault::Refused(Box::new(error)));
    }
    if let Some(error) = GraphError::parse(&body) {
        return Err(GraphFault::Refused(Box::new(error)));
    }
    match lists {
        Some(_) => Ok(()),
        None => Err(GraphFault::Unreadable { status }),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::Usage;

    fn answer(status: u16, body: &serde_json::Value) -> Result<(), GraphFault> {
        let body = Bytes::from(body.to_string());
        read(Outcome::Answered { status, body, usage: Usage::default() })
    }

    #[test]
    fn the_reason_is_that_of_the_customer() {
        let added = json!({ "messaging_product": "whatsapp",
            "block_users": { "added_users": [{ "input": "+15550001111", "wa_id": "15550001111" }] } });
        assert!(answer(200, &added).is_ok());
        let refused = json!({ "messaging_product": "whatsapp",
            "block_users": { "added_users": [], "failed_users": [{ "input": "+15550001111",
                "errors": [{ "message": "Re-engagement required", "code": 131_047,
                    "error_data": { "details": "no message in the last 24 hours" } }] }] },
            "error": { "message": "(#139100) Failed to block/unblock users", "code": 139_100 } });
        for status in [200, 400] {
            match answer(status, &refused) {
                Err(GraphFault::Refused(error)) => assert_eq!(error.code, 131_047),
                other => panic!("{other:?}"),
            }
        }
        let full = json!({ "error": { "message": "(#139101) full", "code": 139_101 } });
        assert!(
            matches!(answer(400, &full), Err(GraphFault::Refused(error)) if error.code == 139_101)
        );
        assert!(matches!(answer(200, &json!({})), Err(GraphFault::Unreadable { status: 200 })));
        let gone = read(Outcome::NotSent("no connection".into()));
        assert!(matches!(gone, Err(GraphFault::Away(_))));
    }
}
