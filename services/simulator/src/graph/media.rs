//! Media of WhatsApp and attachments of Messenger: upload, look up, download.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::attachments::{self, Way};
use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::shape::{Dialect, Shape};
use super::{auth, media_kinds, refused, respond, unknown_path};
use crate::ids;
use crate::simulator::Simulator;
use crate::state::directory::Account;
use crate::state::media::{ATTACHMENT_LIFE_MS, Medium, Source, UPLOAD_LIFE_MS};
use crate::state::tokens::Token;
use crate::state::{Channel, World};

/// `POST /{phone}/media`.
pub(crate) fn upload(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
    now_ms: i64,
) -> GraphResult<Value> {
    if account.channel != Channel::WhatsApp || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::whatsapp_scope(token, "whatsapp_business_messaging")?;
    if call.text("messaging_product") != Some("whatsapp") {
        return Err(GraphError::whatsapp(131_008, "The parameter messaging_product is required."));
    }
    let Some(file) = &call.file else {
        return Err(GraphError::whatsapp(131_008, "The parameter file is required."));
    };
    let declared = call.text("type").filter(|t| t.contains('/'));
    let mime_type = declared.unwrap_or(&file.mime_type).to_owned();
    let kind = media_kinds::check(&mime_type, &file.bytes)?;
    let id = ids::numeric();
    world.media.insert(Medium {
        id: id.clone(),
        account: account.id.clone(),
        mime_type,
        kind: kind.to_owned(),
        source: Source::Bytes(file.bytes.clone()),
        expires_at_ms: now_ms + UPLOAD_LIFE_MS,
    });
    Ok(json!({ "id": id }))
}

/// `POST /{page}/message_attachments`.
pub(crate) fn attachment(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
    now_ms: i64,
) -> GraphResult<Value> {
    if account.channel == Channel::WhatsApp || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::page_scope(token, account, &["pages_messaging", "instagram_manage_messages"])?;
    let shape = Shape::root(Dialect::Page, &call.params);
    let attachment = shape.need_object("message")?.need_object("attachment")?;
    let kind = attachment.need_one_of("type", &["image", "video", "audio", "file"])?;
    let payload = attachment.need_object("payload")?;
    let url = match &call.file {
        Some(_) => None,
        None => Some(payload.need_text("url")?),
    };
    let id = keep_attachment(world, call, account, (kind, url), now_ms)?;
    Ok(json!({ "attachment_id": id }))
}

/// Keeps an attachment given as the call's file or as URL, and returns its id. Meta keeps what it
/// fetched; where nothing was fetched, the URL stands for the file.
pub(super) fn keep_attachment(
    world: &mut World,
    call: &Call,
    account: &Account,
    (kind, url): (&str, Option<&str>),
    now_ms: i64,
) -> GraphResult<String> {
    let channel = account.channel;
    let file = match (&call.file, url.and_then(|url| call.fetches.get(url))) {
        (Some(file), _) => {
            attachments::check(channel, kind, Way::Upload, file)?;
            Some(file)
        }
        (None, Some(fetched)) => Some(attachments::of_fetched(channel, kind, fetched)?),
        (None, None) => None,
    };
    let (source, mime_type) = match file {
        Some(file) => (Source::Bytes(file.bytes.clone()), file.mime_type.clone()),
        None => {
            (Source::Url(url.unwrap_or_default().to_owned()), "application/octet-stream".to_owned())
        }
    };
    let id = ids::numeric();
    world.media.insert(Medium {
        id: id.clone(),
        account: account.id.clone(),
        mime_type,
        kind: kind.to_owned(),
        source,
        expires_at_ms: now_ms + ATTACHMENT_LIFE_MS,
    });
    Ok(id)
}

/// `GET` and `DELETE /{media-id}`.
pub(crate) fn node(
    sim: &Simulator,
    world: &mut World,
    call: &Call,
    token: &Token,
    id: &str,
    now_ms: i64,
) -> GraphResult<Value> {
    let found = world.media.get(id, now_ms).cloned();
    let Some(medium) = found.filter(|medium| owns(world, token, medium)) else {
        return Err(unknown_path(call));
    };
    let asked = call.text("phone_number_id");
    if asked.is_some_and(|phone| phone != medium.account) {
        return Err(unknown_path(call));
    }
    match call.method.as_str() {
        "GET" => {
            let secret = world.media.open_url(id, now_ms);
            let mut body = json!({
                "messaging_product": "whatsapp",
                "url": format!("{}/_media/{secret}", sim.base_url),
                "mime_type": medium.mime_type,
                "id": id,
            });
            if let (Source::Bytes(bytes), Some(map)) = (&medium.source, body.as_object_mut()) {
                map.insert("sha256".into(), hex::encode(Sha256::digest(bytes)).into());
                map.insert("file_size".into(), bytes.len().into());
            }
            Ok(body)
        }
        "DELETE" => Ok(json!({"success": world.media.remove(id)})),
        _ => Err(unknown_path(call)),
    }
}

fn owns(world: &World, token: &Token, medium: &Medium) -> bool {
    let account = world.directory.accounts.get(&medium.account);
    account.is_some_and(|account| auth::reaches(world, token, account))
}

/// `GET /_media/{secret}`: the bytes, for the owner's token and five minutes.
pub(crate) async fn download(
    sim: web::Data<Arc<Simulator>>,
    request: HttpRequest,
    secret: web::Path<String>,
) -> HttpResponse {
    let found = {
        let now_ms = sim.clock.now_ms();
        let world = sim.lock();
        let value = request
            .headers()
            .get("Authorization")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let token = value.and_then(|value| auth::lookup(&world, value));
        let Some(token) = token.filter(|token| token.dead(now_ms).is_none()) else {
            return respond(&refused(&GraphError::token(None, "Invalid OAuth access token.")));
        };
        let medium = world.media.by_url(&secret, now_ms);
        medium.filter(|medium| owns(&world, &token, medium)).cloned()
    };
    let Some(medium) = found else {
        return HttpResponse::NotFound().finish();
    };
    match bytes_of(&sim, &medium.source).await {
        Some(bytes) => HttpResponse::Ok().content_type(medium.mime_type).body(bytes),
        None => HttpResponse::NotFound().finish(),
    }
}

pub(crate) async fn bytes_of(sim: &Simulator, source: &Source) -> Option<Bytes> {
    match source {
        Source::Bytes(bytes) => Some(bytes.clone()),
        Source::Url(url) => {
            let response = sim.http.get(url).send().await.ok()?;
            response.error_for_status().ok()?.bytes().await.ok()
        }
    }
}
