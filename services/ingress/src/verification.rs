//! `GET /meta/webhooks/{app_key}`: Meta asks whether the address is ours.
//! (Graph Webhooks, "Verification requests")

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::ContentType,
    web::{Data, Query},
};
use serde::Deserialize;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::{apps::Book, service::Ingress, webhook::come_back_later};

/// What Meta sends; anything else is as good as wrong.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    #[serde(default, rename = "hub.mode")]
    mode: String,
    #[serde(default, rename = "hub.verify_token")]
    token: String,
    #[serde(default, rename = "hub.challenge")]
    challenge: String,
}

/// Answers with the challenge if the token is the app's, else with 403, whatever is wrong.
pub(crate) async fn verify(
    request: HttpRequest,
    asked: Option<Query<Asked>>,
    ingress: Data<Ingress>,
) -> HttpResponse {
    let at = Instant::now();
    let key = request.match_info().get("app_key").unwrap_or_default();
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let mut book = ingress.apps.book();
    let right = |book: &Book| book.has_token(key, &asked.token) && asked.mode == "subscribe";
    if !book.as_deref().is_some_and(right) {
        // The app may be newer than what we know.
        book = ingress.apps.book_since(at).await;
    }
    match book.as_deref().map(right) {
        Some(true) => {
            info!("Meta verified the callback address of an app");
            HttpResponse::Ok().content_type(ContentType::plaintext()).body(asked.challenge)
        }
        Some(false) => {
            warn!("a verification with a wrong token or for an unknown app was refused");
            HttpResponse::Forbidden().finish()
        }
        None => come_back_later(),
    }
}
