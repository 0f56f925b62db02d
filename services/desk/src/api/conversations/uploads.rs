//! Uploading a file for a customer. What it is, is read from its bytes; what the channel takes is
//! checked here, where whoever sends it can still do something about it.

use actix_web::{
    HttpRequest,
    http::header,
    web::{Bytes, Data, Json, Path, Payload, Query},
};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::{
    content::MediaKind,
    ids::{ConversationId, MediaId},
};
use switchboard_meta::send::files::{self, FileRule};
use switchboard_store::media::uploads::{self, Upload};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::listing::find;
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// So many bytes are looked at to see what a file is.
const LOOKED_AT: usize = 64 * 1024;

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What is said of a file beside its bytes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// Its name; customers see it of documents. `file` when absent.
    filename: Option<String>,
}

/// A file that can be sent: post a message whose `content` is
/// `{"type": "media", "kind": …, "media_id": …}`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "media_id": "01a21d5b-853e-74c3-8ea0-b06e443873f1", "kind": "image",
    "mime_type": "image/png", "filename": "map.png", "size": 48213
}))]
pub(crate) struct Uploaded {
    #[schema(value_type = String, format = "uuid")]
    media_id: MediaId,
    /// What it is sent as: image, video, audio, file, sticker
    #[schema(value_type = String)]
    kind: MediaKind,
    mime_type: String,
    filename: String,
    /// Bytes.
    size: u64,
}

/// Uploads a file to be sent in this conversation: the body is the file. The channel's limits of type
/// and size hold (`GET /channels`). What is not sent within eight days is forgotten.
#[utoipa::path(
    post, path = "/conversations/{id}/attachments", tag = "conversations",
    params(("id" = String, Path), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = Uploaded), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn upload(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    query: Query<UploadQuery>,
    request: HttpRequest,
    body: Payload,
) -> Result<Json<Uploaded>, Fault> {
    let to = find(&desk, &caller, *id).await?;
    let filename = name(query.filename.as_deref().unwrap_or("file"))?;
    let mut body = Body { body, held: Vec::new() };
    body.look().await?;
    let mime_type = kind_of(&body.held.concat(), &request)?;
    let rule = files::rule_for(to.channel, &mime_type).map_err(refused)?;
    if let Some(size) = declared_size(&request) {
        files::check_size(to.channel, rule, size).map_err(refused)?;
    }
    let media_id = MediaId::new(Uuid::now_v7());
    let written = keep(&desk, (&caller, media_id), body, rule).await;
    let written = written.map_err(|error| match error {
        // Said in the channel's words: whoever uploads need not know what is kept.
        Fault::TooLarge(size) => match files::check_size(to.channel, rule, size) {
            Err(bad) => refused(bad).into(),
            Ok(()) => Fault::TooLarge(size),
        },
        other => other,
    })?;
    let upload = Upload {
        id: media_id,
        workspace: caller.workspace(),
        account: to.account,
        conversation: to.id,
        kind: rule.kind,
        mime_type: mime_type.clone(),
        filename: filename.clone(),
        size: written.size,
        sha256: written.sha256,
    };
    desk.store.write(move |db| uploads::add(db, &upload, clock::now())).await?;
    let kind = rule.kind;
    Ok(Json(Uploaded { media_id, kind, mime_type, filename, size: written.size }))
}

/// A body whose beginning was looked at.
struct Body {
    body: Payload,
    held: Vec<Bytes>,
}

impl Body {
    async fn look(&mut self) -> Result<(), Fault> {
        let mut seen = 0_usize;
        while seen < LOOKED_AT {
            let Some(piece) = self.body.next().await else { break };
            let piece = piece.map_err(|_| broken_off())?;
            seen = seen.saturating_add(piece.len());
            self.held.push(piece);
        }
        if seen == 0 {
            return Err(fault::invalid("The file is empty.").into());
        }
        Ok(())
    }
}

async fn keep(
    desk: &Desk,
    (caller, id): (&Caller, MediaId),
    body: Body,
    rule: FileRule,
) -> Result<switchboard_media::Written, Fault> {
    let limit = rule.most.min(desk.largest_file);
    let mut file = desk.files.write(caller.workspace(), id, limit);
    let Body { mut body, held } = body;
    for piece in held {
        if let Err(error) = file.put(piece).await {
            file.abort().await;
            return Err(error.into());
        }
    }
    while let Some(piece) = body.next().await {
        let put = match piece {
            Ok(piece) => file.put(piece).await.map_err(Fault::from),
            Err(_) => Err(broken_off().into()),
        };
        if let Err(error) = put {
            file.abort().await;
            return Err(error);
        }
    }
    Ok(file.finish().await?)
}

fn declared_size(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What a file is: its bytes know best; where they say nothing, it is text, or what it is called.
fn kind_of(beginning: &[u8], request: &HttpRequest) -> Result<String, Problem> {
    if let Some(known) = infer::get(beginning) {
        return Ok(files::plain_type(known.mime_type()).to_owned());
    }
    let said = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let said = said.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let said = files::plain_type(said).to_ascii_lowercase();
    let binary = beginning.contains(&0);
    match said.split('/').next() {
        // Something calls itself a picture and begins like none.
        Some("image") => Err(fault::invalid("The file is no picture, whatever its name says.")),
        Some("text") if binary => Err(fault::invalid("The file is no text.")),
        Some("text") => Ok("text/plain".into()),
        _ if said.is_empty() => Ok("application/octet-stream".into()),
        _ => Ok(said),
    }
}

/// A name without a path in it.
fn name(given: &str) -> Result<String, Problem> {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let plain = name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if name.is_empty() || !plain {
        let what = format!("A file has a name of 1 to {LONGEST_NAME} characters.");
        return Err(fault::invalid(what));
    }
    Ok(name.to_owned())
}

fn refused(bad: files::BadFile) -> Problem {
    fault::invalid(format!("Sorry: {bad}."))
}

fn broken_off() -> Problem {
    fault::invalid("The file did not arrive whole.")
}
