//! The OpenID Connect provider: a log-in page, codes that work once, real tokens. As strict as the
//! standards: exact redirect address, the client's secret, PKCE.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{AUTHORIZATION, LOCATION},
    web::{self, Data, Form, Query, ServiceConfig},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded::byte_serialize};
use uuid::Uuid;

use super::{CLIENT, Customer, Shared, Spoiled, known, lock};
use crate::TestkitError;

/// What the provider keeps.
pub(super) struct Provider {
    issuer: String,
    key: Signer,
    stranger: Signer,
    spoiled: Mutex<Option<Spoiled>>,
    /// Codes given out, each for one use.
    codes: Mutex<HashMap<String, Granted>>,
}

struct Granted {
    asked: Asked,
    who: Customer,
}

/// A request for a log-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
}

#[derive(Deserialize)]
struct Entered {
    asked: String,
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    action: String,
}

#[derive(Deserialize)]
struct Exchange {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

pub(super) fn mount(app: &mut ServiceConfig) {
    app.route("/.well-known/openid-configuration", web::get().to(describe))
        .route("/authorize", web::get().to(ask))
        .route("/authorize", web::post().to(grant))
        .route("/token", web::post().to(exchange))
        .route("/keys", web::get().to(keys));
}

impl Provider {
    pub(super) fn new(issuer: String) -> Result<Self, TestkitError> {
        Ok(Self {
            issuer,
            key: Signer::new()?,
            stranger: Signer::new()?,
            spoiled: Mutex::default(),
            codes: Mutex::default(),
        })
    }

    pub(super) fn spoil(&self, spoiled: Spoiled) {
        *lock(&self.spoiled) = Some(spoiled);
    }

    fn token(&self, granted: &Granted) -> Option<String> {
        let spoiled = *lock(&self.spoiled);
        let is = |way| spoiled == Some(way);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let mut claims = json!({
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": if is(Spoiled::Audience) { "another" } else { CLIENT.0 },
            "nonce": if is(Spoiled::Nonce) { "another" } else { granted.asked.nonce.as_str() },
            "iat": now,
            "exp": if is(Spoiled::Expired) { now.saturating_sub(3_600) } else { now + 300 },
            "name": granted.who.name,
        });
        if let (Some(claims), false) = (claims.as_object_mut(), is(Spoiled::Nameless)) {
            claims.insert("customer_number".into(), granted.who.number.into());
        }
        let signer = if is(Spoiled::Key) { &self.stranger } else { &self.key };
        signer.sign(&claims)
    }
}

async fn describe(shared: Data<Shared>) -> HttpResponse {
    let issuer = &shared.provider.issuer;
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

/// The provider's own log-in page.
async fn ask(asked: Query<Asked>) -> HttpResponse {
    let openid = asked.scope.split(' ').any(|scope| scope == "openid");
    let pkce = asked.code_challenge_method == "S256";
    if asked.client_id != CLIENT.0 || asked.response_type != "code" || !openid || !pkce {
        return HttpResponse::BadRequest().body("not a log-in of a client known here");
    }
    let Ok(asked) = serde_json::to_vec(&asked.into_inner()) else {
        return HttpResponse::BadRequest().finish();
    };
    let asked = BASE64.encode(asked);
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><meta name=viewport content='width=device-width'><title>Provider</title><link rel=icon href='data:,'>\
         <h1>The provider</h1><form method=post action=/authorize>\
         <input type=hidden name=asked value={asked}><input name=username aria-label=Name>\
         <input type=password name=password aria-label=Password>\
         <button name=action value=log_in>Sign in</button>\
         <button name=action value=deny>Deny</button></form>"
    ))
}

/// Sends the customer back, with a code or without.
async fn grant(entered: Form<Entered>, shared: Data<Shared>) -> HttpResponse {
    let asked = BASE64.decode(&entered.asked).ok();
    let asked = asked.and_then(|json| serde_json::from_slice::<Asked>(&json).ok());
    let back = |asked: &Asked| Url::parse(&asked.redirect_uri).ok();
    let Some((asked, mut url)) = asked.and_then(|asked| Some((asked.clone(), back(&asked)?)))
    else {
        return HttpResponse::BadRequest().finish();
    };
    url.query_pairs_mut().append_pair("state", &asked.state);
    match known(&entered.username, &entered.password) {
        Some(who) if entered.action != "deny" => {
            let code = Uuid::now_v7().to_string();
            url.query_pairs_mut().append_pair("code", &code);
            lock(&shared.provider.codes).insert(code, Granted { asked, who });
        }
        _ => {
            url.query_pairs_mut().append_pair("error", "access_denied");
        }
    }
    HttpResponse::SeeOther().insert_header((LOCATION, url.as_str())).finish()
}

async fn exchange(
    request: HttpRequest,
    form: Form<Exchange>,
    shared: Data<Shared>,
) -> HttpResponse {
    let refused = |word: &str| HttpResponse::BadRequest().json(json!({ "error": word }));
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(CLIENT.0), encoded(CLIENT.1));
    let expected = format!("Basic {}", STANDARD.encode(pair));
    let proof = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if proof != Some(expected.as_str()) {
        return refused("invalid_client");
    }
    let granted = lock(&shared.provider.codes).remove(&form.code);
    let Some(granted) = granted.filter(|_| form.grant_type == "authorization_code") else {
        return refused("invalid_grant");
    };
    let challenge = BASE64.encode(Sha256::digest(&form.code_verifier));
    if challenge != granted.asked.code_challenge || form.redirect_uri != granted.asked.redirect_uri
    {
        return refused("invalid_grant");
    }
    match shared.provider.token(&granted) {
        Some(token) => HttpResponse::Ok().json(json!({
            "access_token": "unused", "token_type": "Bearer", "id_token": token,
        })),
        None => HttpResponse::InternalServerError().finish(),
    }
}

async fn keys(shared: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "keys": [shared.provider.key.public()] }))
}

/// A key that signs tokens (ES256).
struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    fn new() -> Result<Self, TestkitError> {
        let failed =
            |output: String| TestkitError::Failed { program: "the provider".into(), output };
        let (random, how) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let secret = EcdsaKeyPair::generate_pkcs8(how, &random);
        let secret = secret.map_err(|error| failed(error.to_string()))?;
        let pair = EcdsaKeyPair::from_pkcs8(how, secret.as_ref(), &random);
        let pair = pair.map_err(|error| failed(error.to_string()))?;
        Ok(Self { pair, random })
    }

    fn public(&self) -> Value {
        // A point, uncompressed: 4, then x and y of 32 bytes.
        let point = self.pair.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at_checked(32).unwrap_or_default();
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "k1",
            "x": BASE64.encode(x), "y": BASE64.encode(y) })
    }

    fn sign(&self, claims: &Value) -> Option<String> {
        let header = BASE64.encode(r#"{"alg":"ES256","typ":"JWT","kid":"k1"}"#);
        let message = format!("{header}.{}", BASE64.encode(claims.to_string()));
        let signature = self.pair.sign(&self.random, message.as_bytes()).ok()?;
        Some(format!("{message}.{}", BASE64.encode(signature.as_ref())))
    }
}
