//! Meta's hand: webhook bodies that a test makes itself, signed and posted to the ingress.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_domain::Channel;

use crate::{Outcome, http, shop::Account, wait};

/// Posts webhooks.
#[derive(Debug, Clone)]
pub struct Meta {
    url: String,
    secret: String,
    http: Client,
}

/// What the ingress answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// When to try again, if it says so.
    pub retry_after: Option<String>,
}

impl Meta {
    /// Posts to the callback URL, signing with the app's secret.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn new(webhook_url: &str, secret: &str) -> Outcome<Self> {
        let (url, secret) = (webhook_url.to_owned(), secret.to_owned());
        Ok(Self { url, secret, http: http::client()? })
    }

    /// Posts the bytes once.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, body: &[u8]) -> Outcome<Answer> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())?;
        mac.update(body);
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-hub-signature-256", signature)
            .body(body.to_vec());
        let answer = request.send().await?;
        let retry_after = answer.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        Ok(Answer { status: answer.status(), retry_after })
    }

    /// Posts the bytes until they are accepted, as Meta does.
    ///
    /// # Errors
    /// When they never are.
    pub async fn deliver(&self, body: &[u8]) -> Outcome {
        wait::until("the webhook is accepted", async || match self.post(body).await {
            Ok(answer) if answer.status == StatusCode::OK => Ok(()),
            other => Err(format!("{other:?}").into()),
        })
        .await
    }
}

/// A customer's text as Meta puts it.
#[must_use]
pub fn text(account: Account, customer: &str, id: &str, text: &str) -> Value {
    message(account, customer, id, &json!({ "text": text }))
}

/// A customer's message as Meta puts it; `content` is merged into it. WhatsApp's says its `type`
/// itself, unless it is a text.
#[must_use]
pub fn message(account: Account, customer: &str, id: &str, content: &Value) -> Value {
    let own = account.external_id;
    match account.channel {
        Channel::WhatsApp => {
            let mut message = json!({ "from": customer, "id": id, "timestamp": "1790000000" });
            merge(&mut message, &whatsapp_content(content));
            json!({
                "object": "whatsapp_business_account",
                "entry": [{ "id": crate::shop::WABA, "changes": [{ "field": "messages", "value": {
                    "messaging_product": "whatsapp",
                    "metadata": {
                        "display_phone_number": "15550100001", "phone_number_id": own,
                    },
                    "contacts": [{ "profile": { "name": "Ann" }, "wa_id": customer }],
                    "messages": [message],
                } }] }],
            })
        }
        channel => {
            let mut message = json!({ "mid": id });
            merge(&mut message, content);
            let object = if channel == Channel::Messenger { "page" } else { "instagram" };
            json!({
                "object": object,
                "entry": [{ "id": own, "time": 1_790_000_000_999_u64, "messaging": [{
                    "sender": { "id": customer }, "recipient": { "id": own },
                    "timestamp": 1_790_000_000_100_u64, "message": message,
                }] }],
            })
        }
    }
}

fn whatsapp_content(content: &Value) -> Value {
    match content.get("text").and_then(Value::as_str) {
        Some(text) => json!({ "type": "text", "text": { "body": text } }),
        None => content.clone(),
    }
}

fn merge(into: &mut Value, from: &Value) {
    if let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) {
        into.extend(from.clone());
    }
}

/// The bytes as Meta writes them: what is not ASCII as `\uXXXX`, slashes escaped. The signature is
/// over exactly these.
#[must_use]
pub fn escaped(body: &Value) -> Vec<u8> {
    let mut bytes = String::new();
    for unit in body.to_string().replace('/', "\\/").encode_utf16() {
        match u8::try_from(unit) {
            Ok(ascii) if ascii.is_ascii() => bytes.push(char::from(ascii)),
            _ => bytes.push_str(&format!("\\u{unit:04x}")),
        }
    }
    bytes.into_bytes()
}
