//! Files: what customers sent, which bots ask for by Meta's ids, and what bots upload.
//!
//! An upload belongs to no conversation. Each message that it goes out with has a copy of its own,
//! which is forgotten with its conversation; the upload itself is forgotten like what agents upload
//! and do not send.
//!
//! Source: WhatsApp Business Platform "Media".

use std::time::Duration;

use actix_web::{HttpResponse, http::header};
use futures_util::StreamExt;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel, content,
    ids::{ConversationId, MediaId},
};
use switchboard_store::{
    conversations::Record,
    media::{self, Media, MediaState, uploads},
};
use uuid::Uuid;

use super::{Door, call::Call, fault::Fault, guest::Guest, looks};

/// The last part of the address that a file is told to be at.
pub(super) const EDGE: &str = "file";

/// How long a file is waited for that we are fetching from Meta.
const STORED_WITHIN: Duration = Duration::from_secs(10);

/// How long one is waited for of which we know nothing yet.
const KNOWN_WITHIN: Duration = Duration::from_secs(3);

/// The conversation of what belongs to none.
pub(super) fn no_conversation() -> ConversationId {
    ConversationId::new(Uuid::nil())
}

/// `GET /{media id}`: what a file is, and where.
pub(super) async fn look(door: &Door, guest: &Guest, call: &Call) -> Result<Value, Fault> {
    if guest.channel() != Channel::WhatsApp {
        return Err(Fault::no_such(&call.node));
    }
    let found = stored(door, guest, &call.node).await?;
    Ok(json!({
        "messaging_product": "whatsapp",
        "url": format!("{}/{}/{EDGE}", call.base, found.id),
        "mime_type": found.mime_type,
        "sha256": found.sha256,
        "file_size": found.size,
        "id": call.node,
    }))
}

/// The file itself.
pub(super) async fn give(door: &Door, guest: &Guest, node: &str) -> Result<HttpResponse, Fault> {
    let found = stored(door, guest, node).await?;
    let file = door.files.read(found.workspace, found.id, None).await?;
    let kind = found.mime_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CONTENT_DISPOSITION, "attachment"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .no_chunking(file.size)
        .streaming(file.bytes))
}

/// A file of the account, once we have it.
async fn stored(door: &Door, guest: &Guest, node: &str) -> Result<Media, Fault> {
    looks::until(async |waited| {
        let patience = match known(door, guest, node).await? {
            Some(found) if found.state == MediaState::Stored => return Ok(Some(found)),
            Some(found) if found.state != MediaState::Wanted => {
                let why = found.reason.unwrap_or_else(|| "the file cannot be had".to_owned());
                return Err(Fault::no_file(&why));
            }
            Some(_) => STORED_WITHIN,
            None => KNOWN_WITHIN,
        };
        if waited < patience { Ok(None) } else { Err(Fault::no_such(node)) }
    })
    .await
}

/// By our id, or by Meta's.
async fn known(door: &Door, guest: &Guest, node: &str) -> Result<Option<Media>, Fault> {
    let (workspace, account) = (guest.account.workspace, guest.account.id);
    let named = node.to_owned();
    let found = door.store.read(move |db| match named.parse::<MediaId>() {
        Ok(id) => media::by_id(db, workspace, id),
        Err(_) => media::by_platform_id(db, account, &named),
    });
    Ok(found.await?.filter(|found| found.account == account))
}

/// A file that the bot uploaded, for a message to this customer; any other is as it was.
pub(super) async fn adopt(
    door: &Door,
    (guest, to): (&Guest, &Record),
    file: content::Media,
) -> Result<content::Media, Fault> {
    let Some(id) = file.platform_id.as_deref().and_then(|id| id.parse::<MediaId>().ok()) else {
        return Ok(file);
    };
    let unknown = || Fault::parameter("(#100) there is no file of that id");
    let uploaded = known(door, guest, &id.to_string()).await?;
    let uploaded = uploaded.filter(|it| it.conversation == no_conversation());
    let uploaded = uploaded.ok_or_else(unknown)?;
    let copy = MediaId::new(Uuid::now_v7());
    let mut source = door.files.read(uploaded.workspace, id, None).await?;
    let mut writer = door.files.write(uploaded.workspace, copy, source.size);
    while let Some(piece) = source.bytes.next().await {
        let put = match piece {
            Ok(piece) => writer.put(piece).await,
            Err(error) => Err(error),
        };
        if let Err(error) = put {
            writer.abort().await;
            return Err(error.into());
        }
    }
    let written = writer.finish().await?;
    let name = file.filename.clone().or(uploaded.filename).unwrap_or_else(|| "file".to_owned());
    let row = uploads::Upload {
        id: copy,
        workspace: uploaded.workspace,
        account: uploaded.account,
        conversation: to.state.id,
        kind: file.kind,
        mime_type: uploaded.mime_type.clone().unwrap_or_default(),
        filename: name.clone(),
        size: written.size,
        sha256: written.sha256,
    };
    door.store.write(move |db| uploads::add(db, &row, clock::now())).await?;
    Ok(content::Media {
        platform_id: None,
        media_id: Some(copy),
        mime_type: uploaded.mime_type,
        filename: Some(name),
        ..file
    })
}
