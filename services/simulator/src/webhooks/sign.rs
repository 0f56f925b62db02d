//! Signatures over the exact bytes that go out.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

/// Lowercase hex HMAC-SHA256, the value of `X-Hub-Signature-256` after `sha256=`
/// and of `appsecret_proof`.
pub(crate) fn hmac_sha256(key: &str, message: &[u8]) -> String {
    hex::encode(hmac_sha256_bytes(key, message))
}

/// HMAC-SHA256, the signature of a `signed_request`.
pub(crate) fn hmac_sha256_bytes(key: &str, message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so the error arm cannot be reached.
    Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

/// Lowercase hex HMAC-SHA1, the value of the legacy `X-Hub-Signature` after `sha1=`.
pub(crate) fn hmac_sha1(key: &str, message: &[u8]) -> String {
    Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .map(|mac| hex::encode(mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4231 test case 2 and RFC 2202 test case 2.
    #[test]
    fn matches_the_published_vectors() {
        let message = b"what do ya want for nothing?";
        assert_eq!(
            hmac_sha256("Jefe", message),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(hmac_sha1("Jefe", message), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
