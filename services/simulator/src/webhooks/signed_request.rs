//! The signed form posts that are no webhooks: a person removed the app, or wants
//! their data deleted.
//!
//! Meta: "Data Deletion Request Callback", "Manually build a login flow".

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use super::sign::hmac_sha256_bytes;
use crate::simulator::Simulator;

/// What an endpoint answered.
#[derive(Debug, Serialize)]
pub(crate) struct Reply {
    /// Whether Meta would be content.
    pub(crate) ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// The body, as JSON where it is that, else as text.
    pub(crate) answer: Value,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

/// `base64url(signature).base64url(payload)`, signed with the app's secret.
pub(crate) fn sign(secret: &str, user: &str, now_ms: i64) -> String {
    let payload = json!({
        "user_id": user,
        "algorithm": "HMAC-SHA256",
        "issued_at": now_ms.div_euclid(1000),
    });
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    let signature = URL_SAFE_NO_PAD.encode(hmac_sha256_bytes(secret, payload.as_bytes()));
    format!("{signature}.{payload}")
}

/// Posts a signed request as a form.
pub(crate) async fn post(sim: &Simulator, url: &str, signed_request: &str) -> Reply {
    let timeout = Duration::from_millis(sim.lock().settings.webhook_timeout_ms);
    let form = [("signed_request", signed_request)];
    let sent = sim.http.post(url).timeout(timeout).form(&form).send().await;
    let response = match sent {
        Ok(response) => response,
        Err(error) => {
            let reason = Some(error.without_url().to_string());
            return Reply { ok: false, status: None, answer: Value::Null, reason };
        }
    };
    let status = response.status().as_u16();
    let text = response.text().await.unwrap_or_default();
    let answer = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let reason = (status != 200).then(|| format!("the status is {status}, not 200"));
    Reply { ok: reason.is_none(), status: Some(status), answer, reason }
}

/// An answer to a wish for deletion must say where the person can look, and a code.
pub(crate) fn check_deletion(reply: &mut Reply) {
    let text = |key: &str| reply.answer.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_url = url::Url::parse(text("url")).is_ok_and(|url| url.scheme().starts_with("http"));
    let code = text("confirmation_code");
    let is_code = !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let wrong = match (is_url, is_code) {
        (true, true) => return,
        (false, _) => "the answer has no url that can be opened",
        (true, false) => "the answer has no confirmation_code of letters and digits",
    };
    reply.ok = false;
    reply.reason.get_or_insert_with(|| wrong.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_over_the_encoded_payload() {
        let signed = sign("secret", "7", 5_000);
        let (signature, payload) = signed.split_once('.').unwrap();
        let wanted = URL_SAFE_NO_PAD.encode(hmac_sha256_bytes("secret", payload.as_bytes()));
        assert_eq!(signature, wanted);
        let payload: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        assert_eq!((&payload["user_id"], &payload["issued_at"]), (&json!("7"), &json!(5)));
    }
}
