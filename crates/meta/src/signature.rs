//! Signatures with the app secret: webhook bodies, `signed_request` callbacks, `appsecret_proof`.
//!
//! A body is verified as the bytes that arrived, before anything parses it: parsing and writing it
//! again changes escapes and with them the digest (Graph Webhooks, "Validating payloads").

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

const PREFIX: &str = "sha256=";
const LEGACY_PREFIX: &str = "sha1=";

/// Meta leaves the padding out; other senders may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a webhook body is not believed. Callers answer all of these alike, with 401, so that a
/// stranger learns nothing from the difference; it is for our own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// No signature header came.
    #[error("the request has no X-Hub-Signature-256 header; only Meta's signed posts are accepted")]
    Missing,
    /// Only the SHA-1 signature came, which is too weak to trust.
    #[error("the request has only a SHA-1 signature; X-Hub-Signature-256 is required")]
    LegacyOnly,
    /// The header is not `sha256=` and 64 hexadecimal digits.
    #[error("the X-Hub-Signature-256 header is not of the form sha256=<64 hexadecimal digits>")]
    Malformed,
    /// The body was not signed with a secret of ours.
    #[error(
        "the signature does not match the body; check the app secret, and that no proxy rewrites \
         bodies"
    )]
    Mismatch,
}

/// Verifies the `X-Hub-Signature-256` header over the raw body, in constant time, against each of
/// the secrets (two while a secret is being rotated). `legacy` is the `X-Hub-Signature` header; it
/// never verifies anything and only tells the errors apart.
///
/// # Errors
/// [`Unverified`] with the reason; with no secrets, nothing verifies.
pub fn verify(
    header: Option<&str>,
    legacy: Option<&str>,
    body: &[u8],
    secrets: &[&[u8]],
) -> Result<(), Unverified> {
    let header = header.map(str::trim).filter(|value| !value.is_empty());
    let Some(header) = header else {
        return Err(if legacy.is_some() { Unverified::LegacyOnly } else { Unverified::Missing });
    };
    if header.starts_with(LEGACY_PREFIX) {
        return Err(Unverified::LegacyOnly);
    }
    let given = header
        .strip_prefix(PREFIX)
        .and_then(|digits| hex::decode(digits).ok())
        .filter(|digest| digest.len() == 32)
        .ok_or(Unverified::Malformed)?;
    if matches_any(&given, body, secrets) { Ok(()) } else { Err(Unverified::Mismatch) }
}

/// The header that Meta would send with this body: `sha256=` and 64 lower-case digits.
#[must_use]
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    format!("{PREFIX}{}", hex::encode(hmac_sha256(secret, body)))
}

/// The older header that Meta sends beside it, `sha1=` and 40 lower-case digits: some bots look at
/// this one alone.
#[must_use]
pub fn sign_legacy(secret: &[u8], body: &[u8]) -> String {
    // A key of any length will do, so the error cannot happen.
    let mac = Hmac::<Sha1>::new_from_slice(secret).map(|mac| mac.chain_update(body).finalize());
    let digest = mac.map(|mac| hex::encode(mac.into_bytes())).unwrap_or_default();
    format!("{LEGACY_PREFIX}{digest}")
}

/// The `appsecret_proof` parameter for a call with this token: lower-case hexadecimal HMAC-SHA256
/// of the token under the app secret (Graph API, "Securing requests").
#[must_use]
pub fn appsecret_proof(token: &str, app_secret: &str) -> String {
    hex::encode(hmac_sha256(app_secret.as_bytes(), token.as_bytes()))
}

/// Why a `signed_request` is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSignedRequest {
    /// It is not two base64url parts with a dot between.
    #[error("the signed_request is not of the form <signature>.<payload>, both base64url")]
    Malformed,
    /// It was not signed with a secret of ours.
    #[error("the signed_request's signature does not match; check the app secret")]
    Mismatch,
    /// The signature is right but the payload is no JSON object.
    #[error("the signed_request's payload is not a JSON object")]
    NotJson,
    /// It says that it was signed in another way than the one that was checked.
    #[error("the signed_request names another algorithm than HMAC-SHA256")]
    Algorithm,
    /// It does not say who it is about.
    #[error("the signed_request names no user_id")]
    Nobody,
}

/// What a `signed_request` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// The person, by an id that only this app knows them by (app-scoped; no PSID).
    pub user_id: String,
    /// The whole payload, JSON.
    pub payload: String,
}

/// Verifies the `signed_request` form field of the deauthorize and data-deletion callbacks, against
/// each of the secrets (two while a secret is being rotated), and tells what it says. The signature
/// is over the payload as encoded. (Facebook Login, "Parsing the Signed Request")
///
/// # Errors
/// [`BadSignedRequest`]; callers answer all of them alike.
pub fn signed_request(field: &str, secrets: &[&[u8]]) -> Result<SignedRequest, BadSignedRequest> {
    let (signature, payload) = field.trim().split_once('.').ok_or(BadSignedRequest::Malformed)?;
    let signature = BASE64.decode(signature).map_err(|_| BadSignedRequest::Malformed)?;
    if !matches_any(&signature, payload.as_bytes(), secrets) {
        return Err(BadSignedRequest::Mismatch);
    }
    let json = BASE64.decode(payload).map_err(|_| BadSignedRequest::Malformed)?;
    let told: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&json).map_err(|_| BadSignedRequest::NotJson)?;
    let algorithm = told.get("algorithm").and_then(|name| name.as_str()).unwrap_or_default();
    if !algorithm.eq_ignore_ascii_case("HMAC-SHA256") {
        return Err(BadSignedRequest::Algorithm);
    }
    let user_id = told.get("user_id").and_then(|id| match id {
        serde_json::Value::String(id) => Some(id.clone()),
        serde_json::Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let user_id = user_id.filter(|id| !id.is_empty()).ok_or(BadSignedRequest::Nobody)?;
    let payload = String::from_utf8(json).map_err(|_| BadSignedRequest::NotJson)?;
    Ok(SignedRequest { user_id, payload })
}

/// Makes a `signed_request` as Meta would, for tests and the simulator.
#[must_use]
pub fn make_signed_request(payload: &str, secret: &[u8]) -> String {
    const UNPADDED: GeneralPurpose = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let payload = UNPADDED.encode(payload);
    format!("{}.{payload}", UNPADDED.encode(hmac_sha256(secret, payload.as_bytes())))
}

/// HMAC-SHA256.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    // An HMAC takes a key of any length, so the error cannot happen; a MAC of nothing under an
    // empty key is what it would come to.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().into())
        .unwrap_or_default()
}

/// Tries every secret, so that the time taken does not tell which one matched.
fn matches_any(given: &[u8], message: &[u8], secrets: &[&[u8]]) -> bool {
    let none = Choice::from(0);
    secrets
        .iter()
        .fold(none, |found, secret| found | hmac_sha256(secret, message).as_slice().ct_eq(given))
        .into()
}

#[cfg(test)]
mod tests;
