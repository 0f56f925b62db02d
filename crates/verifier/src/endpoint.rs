//! An address of the business that checks a name and a password.
//!
//! We post `{"request_id", "account", "username", "password"}`, signed as Standard Webhooks says
//! (`webhook-id`, `webhook-timestamp`, `webhook-signature`), so that the business knows that it was
//! us. It answers 200 with `{"ok": true, "customer_number", "display_name"}`, or with
//! `{"ok": false, "message"}`, whose message the customer reads. Anything else is a fault.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{
    Client, Customer, Fault,
    http::{finish, json},
};

/// What the secret looks like where it is entered. (Standard Webhooks, "Signature scheme")
const PREFIX: &str = "whsec_";

/// The longest message of the business that a customer reads.
const LONGEST_MESSAGE: usize = 200;

/// What a customer entered.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// As whom they log in.
    pub username: String,
    /// What proves it.
    pub password: SecretString,
}

/// The request that asks.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// Where to ask.
    pub url: &'a str,
    /// What it is signed with, `whsec_` and base64.
    pub secret: &'a SecretString,
    /// Names the question; the same again is the same question.
    pub id: &'a str,
    /// Which channel account the customer came through.
    pub account: &'a str,
    /// When it is asked, in seconds since the Unix epoch.
    pub at: i64,
}

/// What the business said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This is who they are.
    Known(Customer),
    /// Name or password are wrong, or the business does not want them; its own words, if it had any.
    Refused(Option<String>),
}

#[derive(Serialize)]
struct Body<'a> {
    request_id: &'a str,
    account: &'a str,
    username: &'a str,
    password: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    customer_number: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

/// Asks the business whether name and password are right.
///
/// # Errors
/// [`Fault`].
pub async fn ask(
    client: &Client,
    question: Question<'_>,
    credentials: &Credentials,
) -> Result<Verdict, Fault> {
    let (http, url) = client.to(question.url)?;
    let body = SecretString::from(body(&question, credentials)?);
    let text = body.expose_secret();
    let signature = sign(question.secret, question.id, question.at, text.as_bytes())?;
    let request = http
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", question.id)
        .header("webhook-timestamp", question.at.to_string())
        .header("webhook-signature", signature)
        .body(text.to_owned());
    match finish(request).await? {
        (200, answer) => read(&answer),
        (status, _) => Err(Fault::Wrong(format!("the status is {status} where 200 was agreed on"))),
    }
}

fn body(question: &Question<'_>, credentials: &Credentials) -> Result<String, Fault> {
    let body = Body {
        request_id: question.id,
        account: question.account,
        username: &credentials.username,
        password: credentials.password.expose_secret(),
    };
    serde_json::to_string(&body).map_err(|_| Fault::Wrong("the question cannot be written".into()))
}

fn read(answer: &[u8]) -> Result<Verdict, Fault> {
    let answer: Answer = json(answer, "the answer")?;
    if !answer.ok {
        let said = answer.message.map(|text| {
            let plain = text.chars().filter(|c| !c.is_control());
            plain.take(LONGEST_MESSAGE).collect::<String>().trim().to_owned()
        });
        return Ok(Verdict::Refused(said.filter(|text| !text.is_empty())));
    }
    let number = answer.customer_number.unwrap_or_default();
    Customer::told(&number, answer.display_name.as_deref()).map(Verdict::Known)
}

/// The `webhook-signature` header: `v1,` and the HMAC-SHA256 of id, time and body.
/// (Standard Webhooks, "Signature scheme")
///
/// # Errors
/// [`Fault::Settings`] when the secret is none.
pub fn sign(secret: &SecretString, id: &str, at: i64, body: &[u8]) -> Result<String, Fault> {
    let key = key(secret)?;
    let mac = Hmac::<Sha256>::new_from_slice(&key);
    let mac = mac.map_err(|_| Fault::Settings("the signing secret is no key".into()))?;
    let mac = mac.chain_update(format!("{id}.{at}.")).chain_update(body);
    Ok(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
}

/// Whether a text is a signing secret.
///
/// # Errors
/// [`Fault::Settings`] with what it should look like.
pub fn check_secret(secret: &SecretString) -> Result<(), Fault> {
    key(secret).map(|_| ())
}

/// A new signing secret.
#[must_use]
pub fn new_secret() -> SecretString {
    let bytes: [u8; 32] = rand::random();
    format!("{PREFIX}{}", BASE64.encode(bytes)).into()
}

fn key(secret: &SecretString) -> Result<Vec<u8>, Fault> {
    let text = secret.expose_secret().trim();
    let bytes = BASE64.decode(text.strip_prefix(PREFIX).unwrap_or(text)).ok();
    // (Standard Webhooks: 24 to 64 bytes)
    bytes.filter(|bytes| (24..=64).contains(&bytes.len())).ok_or_else(|| {
        Fault::Settings("the signing secret is whsec_ and 24 to 64 bytes in base64".into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the Standard Webhooks specification.
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = br#"{"test": 2432232314}"#;
        let signed = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_new_secret_is_one_and_a_short_one_is_none() {
        assert!(check_secret(&new_secret()).is_ok());
        assert!(check_secret(&"whsec_AAAA".into()).is_err());
        assert!(check_secret(&"not base64!".into()).is_err());
    }

    #[test]
    fn answers_are_taken_at_their_word_and_no_further() {
        let known = |number: &str, name: Option<&str>| {
            let name = name.map(str::to_owned);
            Verdict::Known(Customer { number: number.to_owned(), name })
        };
        let read = |answer: &str| read(answer.as_bytes());
        let full = r#"{"ok":true,"customer_number":" C-1 ","display_name":"Ada\n L"}"#;
        assert_eq!(read(full).unwrap(), known("C-1", Some("Ada L")));
        assert_eq!(read(r#"{"ok":true,"customer_number":"7"}"#).unwrap(), known("7", None));
        assert_eq!(read(r#"{"ok":false}"#).unwrap(), Verdict::Refused(None));
        let words = r#"{"ok":false,"message":"Your account is closed."}"#;
        let said = Verdict::Refused(Some("Your account is closed.".into()));
        assert_eq!(read(words).unwrap(), said);
        let long = format!(r#"{{"ok":true,"customer_number":"{}"}}"#, "9".repeat(101));
        for wrong in ["", "[]", r#"{"ok":"yes"}"#, r#"{"ok":true}"#, &long] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
