//! What an ID token says, once it is known that the provider says it, to us, now, and to this
//! log-in. (OpenID Connect Core 1.0, 3.1.3.7)

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::Keys;
use crate::Fault;

/// How far the provider's clock may be off, in seconds.
const LEEWAY: i64 = 60;

/// Whose token it must be.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// Seconds since the Unix epoch.
    pub(super) now: i64,
}

/// What a token says.
#[derive(Debug)]
pub(super) struct Claims(Map<String, Value>);

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// Extensions that must be understood; we understand none.
    #[serde(default)]
    crit: Option<Value>,
}

/// Reads a token.
pub(super) fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, Fault> {
    let wrong = |why: &str| Fault::Wrong(format!("the ID token {why}"));
    let (message, signature) = token.rsplit_once('.').ok_or_else(|| wrong("is none"))?;
    let (header, payload) = message.split_once('.').ok_or_else(|| wrong("is none"))?;
    let header: Header = part(header).ok_or_else(|| wrong("has no header"))?;
    let signature = BASE64.decode(signature).map_err(|_| wrong("has no signature"))?;
    if header.crit.is_some() {
        return Err(wrong("needs an extension that is not known here"));
    }
    if !keys.signed(&header.alg, header.kid.as_deref(), message.as_bytes(), &signature) {
        return Err(wrong("is signed by none of the provider's keys, or in a way not known here"));
    }
    let claims = Claims(part(payload).ok_or_else(|| wrong("is not JSON"))?);
    claims.check(expected).map_err(wrong)?;
    Ok(claims)
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64.decode(text).ok()?).ok()
}

impl Claims {
    /// A claim that is a text or a whole number, as a text.
    pub(super) fn words(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn seconds(&self, name: &str) -> Option<i64> {
        let number = self.0.get(name)?;
        // A NumericDate may have a fraction.
        number.as_i64().or_else(|| number.to_string().split('.').next()?.parse().ok())
    }

    fn check(&self, expected: &Expected<'_>) -> Result<(), &'static str> {
        if self.text("iss") != Some(expected.issuer) {
            return Err("is of another issuer");
        }
        if !self.is_for(expected.client_id) {
            return Err("is for another client");
        }
        if self.text("nonce") != Some(expected.nonce) {
            return Err("is of another log-in");
        }
        let latest = expected.now.saturating_sub(LEEWAY);
        if self.seconds("exp").is_none_or(|end| end <= latest) {
            return Err("has expired; check the clocks of both servers");
        }
        let soon = expected.now.saturating_add(LEEWAY);
        if ["iat", "nbf"].iter().any(|name| self.seconds(name).is_some_and(|at| at > soon)) {
            return Err("is of the future; check the clocks of both servers");
        }
        Ok(())
    }

    fn is_for(&self, client_id: &str) -> bool {
        let audience = match self.0.get("aud") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let party = self.text("azp");
        audience.contains(&client_id)
            && match party {
                Some(party) => party == client_id,
                None => audience.len() == 1,
            }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(change: &[(&str, Value)]) -> Result<(), &'static str> {
        let mut claims = json!({"iss": "https://id.example", "aud": "shop", "nonce": "n",
            "sub": "7", "exp": 2_000, "iat": 1_000});
        for (name, value) in change {
            claims[*name] = value.clone();
        }
        let Value::Object(claims) = claims else { panic!("an object") };
        let expected =
            Expected { issuer: "https://id.example", client_id: "shop", nonce: "n", now: 1_500 };
        Claims(claims).check(&expected)
    }

    #[test]
    fn a_token_is_for_one_issuer_client_log_in_and_time() {
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[("aud", json!(["shop"]))]), Ok(()));
        assert_eq!(check(&[("aud", json!(["shop", "other"])), ("azp", json!("shop"))]), Ok(()));
        assert_eq!(check(&[("exp", json!(1_441))]), Ok(()), "within the leeway");
        assert_eq!(check(&[("exp", json!(2_000.5))]), Ok(()));
        for wrong in [
            [("iss", json!("https://id.example/"))],
            [("iss", json!(null))],
            [("aud", json!("other"))],
            [("aud", json!(["shop", "other"]))],
            [("aud", json!(null))],
            [("azp", json!("other"))],
            [("nonce", json!("m"))],
            [("nonce", json!(null))],
            [("exp", json!(1_440))],
            [("exp", json!("2000"))],
            [("exp", json!(null))],
            [("iat", json!(1_561))],
            [("nbf", json!(9_999))],
        ] {
            assert!(check(&wrong).is_err(), "{wrong:?}");
        }
    }
}
