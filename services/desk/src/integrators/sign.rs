//! Secrets and signatures as <https://www.standardwebhooks.com> has them.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// How a secret begins.
const PREFIX: &str = "whsec_";

/// Draws a secret of 256 bits.
pub(crate) fn draw() -> SecretString {
    let bytes: [u8; 32] = rand::random();
    format!("{PREFIX}{}", STANDARD.encode(bytes)).into()
}

/// The value of `webhook-signature`: one signature for each secret.
///
/// # Errors
/// A sentence for people when a secret is none.
pub(crate) fn signature(
    secrets: &[SecretString],
    (id, seconds, body): (&str, i64, &str),
) -> Result<String, String> {
    let signed = format!("{id}.{seconds}.{body}");
    let signatures = secrets.iter().map(|secret| {
        let text = secret.expose_secret();
        let key = STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text));
        let mac = key.ok().and_then(|key| Hmac::<Sha256>::new_from_slice(&key).ok());
        let mac = mac.ok_or("the secret cannot be read; rotate it")?;
        let bytes = mac.chain_update(&signed).finalize().into_bytes();
        Ok(format!("v1,{}", STANDARD.encode(bytes)))
    });
    Ok(signatures.collect::<Result<Vec<_>, String>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn signs_as_the_specification_does() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let event = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        let signed = signature(std::slice::from_ref(&secret), event).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signature(&[draw(), secret], event).unwrap();
        assert!(both.ends_with(&format!(" {signed}")), "{both}");
    }
}
