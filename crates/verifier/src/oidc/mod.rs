//! OpenID Connect: the customer logs in at the business's own provider, and an ID token tells us who
//! they are. Authorization code flow with PKCE, state and nonce.
//! (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700)
//!
//! `discovery` finds the provider's addresses, `keys` its signatures, `id_token` reads what it
//! signed. Nothing is cached: log-ins are rare, and so a changed key works at once.

mod discovery;
mod id_token;
mod keys;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use discovery::Discovered;
use id_token::Expected;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded::byte_serialize};

use crate::{
    Client, Customer, Fault,
    http::{finish, json},
};

/// A provider, and what we are there.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// Its issuer, as its tokens name it.
    pub issuer: &'a str,
    /// What we are called there.
    pub client_id: &'a str,
    /// What proves that it is us; empty for a client without one.
    pub client_secret: &'a SecretString,
    /// What is asked for beside `openid`, separated by spaces.
    pub scopes: &'a str,
    /// The claim that is the customer number: a text or a number.
    pub customer_claim: &'a str,
    /// The claim that is the customer's name.
    pub name_claim: &'a str,
    /// Where the provider sends the customer back to: ours.
    pub redirect_uri: &'a str,
}

/// What must be known when the customer comes back, and to nobody else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    /// Must be in the ID token.
    nonce: String,
    /// Proves to the provider that who began also ends (PKCE).
    verifier: String,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    id_token: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// The address at the provider that the customer is to be sent to, and what to remember. `state`
/// comes back with the customer.
///
/// # Errors
/// [`Fault`].
pub async fn begin(
    client: &Client,
    provider: Provider<'_>,
    state: &str,
) -> Result<(Url, Pending), Fault> {
    let found = Discovered::fetch(client, provider.issuer).await?;
    let pending = Pending { nonce: random(), verifier: random() };
    let challenge = BASE64.encode(Sha256::digest(&pending.verifier));
    let scope = format!("openid {}", provider.scopes);
    let mut url = client.check(&found.authorization_endpoint)?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", provider.client_id)
        .append_pair("redirect_uri", provider.redirect_uri)
        .append_pair("scope", scope.trim())
        .append_pair("state", state)
        .append_pair("nonce", &pending.nonce)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    Ok((url, pending))
}

/// Who the customer is that came back with this code. `now` is in seconds since the Unix epoch.
///
/// # Errors
/// [`Fault`]: also when the token is another's, or has no customer number.
pub async fn complete(
    client: &Client,
    provider: Provider<'_>,
    code: &str,
    pending: &Pending,
    now: i64,
) -> Result<Customer, Fault> {
    let found = Discovered::fetch(client, provider.issuer).await?;
    let token = exchange(client, provider, &found, code, pending).await?;
    let keys = keys::fetch(client, &found.jwks_uri).await?;
    let expected = Expected {
        issuer: provider.issuer,
        client_id: provider.client_id,
        nonce: &pending.nonce,
        now,
    };
    let claims = id_token::verify(&token, &keys, &expected)?;
    let number = claims.words(provider.customer_claim).ok_or_else(|| {
        let claim = provider.customer_claim;
        Fault::Wrong(format!("the ID token has no claim {claim:?}, which is the customer number"))
    })?;
    Customer::told(&number, claims.words(provider.name_claim).as_deref())
}

/// Gives the code for an ID token. (RFC 6749, 4.1.3)
async fn exchange(
    client: &Client,
    provider: Provider<'_>,
    found: &Discovered,
    code: &str,
    pending: &Pending,
) -> Result<String, Fault> {
    let (http, url) = client.to(&found.token_endpoint)?;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", provider.redirect_uri),
        ("code_verifier", &pending.verifier),
    ];
    let secret = provider.client_secret.expose_secret();
    let mut request = http.post(url).header("accept", "application/json");
    if secret.is_empty() {
        form.push(("client_id", provider.client_id));
    } else if found.takes_basic() {
        // Both are encoded like a form before they are joined (RFC 6749, 2.3.1).
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        request = request.basic_auth(encoded(provider.client_id), Some(encoded(secret)));
    } else {
        form.extend([("client_id", provider.client_id), ("client_secret", secret)]);
    }
    let (status, body) = finish(request.form(&form)).await?;
    let tokens: Tokens = json(&body, "the token endpoint's answer")?;
    tokens.id_token.filter(|_| status == 200).ok_or_else(|| {
        // The error's word is one of a few (RFC 6749, 5.2); whatever else it is stays unsaid.
        let word = tokens.error.filter(|word| word.len() < 40 && word.is_ascii());
        let word = word.unwrap_or_else(|| "no ID token".into());
        Fault::Wrong(format!("the token endpoint refused with {status}: {word}"))
    })
}

/// 256 bits that nobody can guess.
fn random() -> String {
    BASE64.encode(rand::random::<[u8; 32]>())
}
