//! A provider's keys, and whether one of them made a signature. (RFC 7517, RFC 7518)
//!
//! The ciphers are ring's. Which kinds of signature count is told by the key, never by the token
//! alone: a token cannot choose how it is checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;

use crate::{
    Client, Fault,
    http::{finish, json},
};

/// A provider's keys.
#[derive(Debug, Deserialize)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

#[derive(Debug, Deserialize)]
struct Key {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// Asks the provider for its keys.
pub(super) async fn fetch(client: &Client, jwks_uri: &str) -> Result<Keys, Fault> {
    let (http, url) = client.to(jwks_uri)?;
    let (status, body) = finish(http.get(url)).await?;
    if status != 200 {
        return Err(Fault::Wrong(format!("the provider's keys are not there: status {status}")));
    }
    json(&body, "the provider's list of keys")
}

impl Keys {
    /// Whether one of the keys signed it: the one of that name, or any if the token names none.
    pub(super) fn signed(
        &self,
        algorithm: &str,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.keys
            .iter()
            .filter(|key| kid.is_none() || key.kid.as_deref() == kid)
            .filter(|key| key.purpose.as_deref().is_none_or(|purpose| purpose == "sig"))
            .filter(|key| key.alg.as_deref().is_none_or(|alg| alg == algorithm))
            .any(|key| key.signed(algorithm, message, signature).is_some())
    }
}

impl Key {
    fn signed(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Option<()> {
        let curve = self.crv.as_deref().unwrap_or_default();
        match (self.kty.as_str(), curve, algorithm) {
            ("RSA", _, _) => self.by_rsa(rsa(algorithm)?, message, signature),
            ("EC", "P-256", "ES256") => self.by_curve(&ECDSA_P256_SHA256_FIXED, message, signature),
            ("EC", "P-384", "ES384") => self.by_curve(&ECDSA_P384_SHA384_FIXED, message, signature),
            ("OKP", "Ed25519", "EdDSA" | "Ed25519") => {
                let key = bytes(self.x.as_ref())?;
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature).ok()
            }
            _ => None,
        }
    }

    fn by_rsa(&self, how: &'static RsaParameters, message: &[u8], signature: &[u8]) -> Option<()> {
        let (n, e) = (bytes(self.n.as_ref())?, bytes(self.e.as_ref())?);
        RsaPublicKeyComponents { n, e }.verify(how, message, signature).ok()
    }

    fn by_curve(
        &self,
        how: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Option<()> {
        // A point, uncompressed (SEC 1, 2.3.3).
        let point = [vec![4], bytes(self.x.as_ref())?, bytes(self.y.as_ref())?].concat();
        UnparsedPublicKey::new(how, point).verify(message, signature).ok()
    }
}

fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    match algorithm {
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
        "PS384" => Some(&RSA_PSS_2048_8192_SHA384),
        "PS512" => Some(&RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    BASE64.decode(text?.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, A.2: key, message and signature.
    const RSA_KEY: &str = r#"{"keys":[{"kty":"RSA","kid":"rsa","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}]}"#;
    const RSA_SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    /// RFC 7515, A.3.
    const EC_KEY: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    const EC_SIGNED: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn signed(keys: &str, algorithm: &str, kid: Option<&str>, token: &str) -> bool {
        let keys: Keys = serde_json::from_str(keys).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        keys.signed(algorithm, kid, message.as_bytes(), &BASE64.decode(signature).unwrap())
    }

    #[test]
    fn the_examples_of_the_standard_verify() {
        assert!(signed(RSA_KEY, "RS256", None, RSA_SIGNED));
        assert!(signed(RSA_KEY, "RS256", Some("rsa"), RSA_SIGNED));
        assert!(signed(EC_KEY, "ES256", None, EC_SIGNED));
    }

    #[test]
    fn nothing_else_does() {
        assert!(!signed(RSA_KEY, "RS384", None, RSA_SIGNED), "another way to sign");
        assert!(!signed(RSA_KEY, "none", None, RSA_SIGNED), "no way to sign");
        assert!(!signed(RSA_KEY, "HS256", None, RSA_SIGNED), "a public key is no shared secret");
        assert!(!signed(RSA_KEY, "RS256", Some("other"), RSA_SIGNED), "another key");
        assert!(!signed(EC_KEY, "RS256", None, RSA_SIGNED), "a key of another kind");
        let changed = RSA_SIGNED.replacen("eyJpc3M", "eyJpc3N", 1);
        assert!(!signed(RSA_KEY, "RS256", None, &changed), "another message");
        let encrypting = RSA_KEY.replacen("\"kty\"", "\"use\":\"enc\",\"kty\"", 1);
        assert!(!signed(&encrypting, "RS256", None, RSA_SIGNED), "a key for something else");
    }
}
