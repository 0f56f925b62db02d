//! The endpoint: believes only what is signed, as a business should.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Data, ServiceConfig},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;

use super::{BROKEN, CLOSED, SECRET, Shared, known, lock};

#[derive(Deserialize)]
struct Question {
    request_id: String,
    account: String,
    username: String,
    password: String,
}

pub(super) fn mount(app: &mut ServiceConfig) {
    app.route("/check", web::post().to(check));
}

async fn check(request: HttpRequest, body: Bytes, shared: Data<Shared>) -> HttpResponse {
    if !is_signed(&request, &body) {
        return HttpResponse::Unauthorized().finish();
    }
    let Ok(question) = serde_json::from_slice::<Question>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    let named = header(&request, "webhook-id") == Some(question.request_id.as_str());
    if !named || question.account.is_empty() {
        return HttpResponse::BadRequest().finish();
    }
    lock(&shared.asked).push(question.username.clone());
    match (question.username.as_str(), known(&question.username, &question.password)) {
        (BROKEN, _) => HttpResponse::InternalServerError().finish(),
        (CLOSED, _) => {
            HttpResponse::Ok().json(json!({"ok": false, "message": "Your account is <closed>."}))
        }
        (_, Some(who)) => HttpResponse::Ok().json(json!({
            "ok": true, "customer_number": who.number, "display_name": who.name,
        })),
        (_, None) => HttpResponse::Ok().json(json!({"ok": false})),
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Standard Webhooks, as the business would check it.
fn is_signed(request: &HttpRequest, body: &[u8]) -> bool {
    let signed = || {
        let (id, at) = (header(request, "webhook-id")?, header(request, "webhook-timestamp")?);
        let key = BASE64.decode(SECRET.strip_prefix("whsec_")?).ok()?;
        let mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        let mac = mac.chain_update(format!("{id}.{at}.")).chain_update(body).finalize();
        let ours = format!("v1,{}", BASE64.encode(mac.into_bytes()));
        Some(header(request, "webhook-signature")? == ours)
    };
    signed().unwrap_or(false)
}
