//! Calls that bring a file: forms in parts. Each file is kept as it comes, within what the channel takes,
//! by the path of what agents upload.
//!
//! Sources: WhatsApp "Media" (`POST /{phone number id}/media`), Messenger "Attachment Upload API" and
//! "Send API" (`filedata`).

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    dev::RequestHead,
    http::{Method, header},
    web::{Bytes, Data, Payload},
};
use futures_util::{StreamExt, stream::Fuse};
use serde_json::{Map, Value, json};
use switchboard_chassis::clock;
use switchboard_domain::ids::MediaId;
use switchboard_media::{LOOKED_AT, MediaError};
use switchboard_meta::send::files::{self as rules, FileRule};
use switchboard_store::media::uploads;
use uuid::Uuid;

use super::{
    Door,
    call::{Call, nested},
    fault::Fault,
    files,
    guest::Guest,
    one,
};

/// No parameter is larger, in bytes.
const LARGEST_FIELD: usize = 64 * 1024;

/// Parameters in one form at most.
const MOST_FIELDS: usize = 50;

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// Whether a request is such a form.
pub(super) fn is_form(head: &RequestHead) -> bool {
    let kind = head.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
}

/// Answers one.
pub(super) async fn serve(door: Data<Door>, request: HttpRequest, body: Payload) -> HttpResponse {
    let parts = Multipart::new(request.headers(), body.into_inner());
    let answered = answer(&door, &request, parts).await;
    answered.map_or_else(|fault| fault.response(), |answer| HttpResponse::Ok().json(answer))
}

async fn answer(door: &Door, request: &HttpRequest, parts: Multipart) -> Result<Value, Fault> {
    let (fields, file, guest) = read(door, request, parts).await?;
    let mut call = Call::with(request, fields);
    let guest = match guest {
        Some(guest) => guest,
        None => Guest::let_in(door, call.token.as_ref()).await?,
    };
    let Some(file) = file else { return one(door, &guest, &call).await };
    match (&call.method, call.edge.as_deref()) {
        (&Method::POST, Some("media")) if guest.is_me(&call.node) => {
            Ok(json!({ "id": file.to_string() }))
        }
        _ => {
            attach(&mut call, file)?;
            one(door, &guest, &call).await
        }
    }
}

/// What a form holds: its parameters, and the file, for which the bot is let in first.
async fn read(
    door: &Door,
    request: &HttpRequest,
    mut parts: Multipart,
) -> Result<(Map<String, Value>, Option<MediaId>, Option<Guest>), Fault> {
    let (mut fields, mut file, mut guest) = (Map::new(), None, None);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| broken_off())?;
        let name = part.name().unwrap_or_default().to_owned();
        let given = part.content_disposition().and_then(|it| it.get_filename());
        let Some(filename) = given.map(plain_name) else {
            if fields.len() == MOST_FIELDS {
                return Err(Fault::parameter("(#100) the form has too many parameters"));
            }
            fields.insert(name, nested(text(part).await?));
            continue;
        };
        if file.is_some() {
            return Err(Fault::parameter("(#100) one file at a time"));
        }
        let token = Call::with(request, fields.clone()).token;
        let one = Guest::let_in(door, token.as_ref()).await?;
        file = Some(keep(door, &one, (part, filename)).await?);
        guest = Some(one);
    }
    Ok((fields, file, guest))
}

async fn text(mut part: Field) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| broken_off())?);
        if bytes.len() > LARGEST_FIELD {
            return Err(Fault::parameter("(#100) a parameter is larger than 64 KiB"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Fault::parameter("(#100) a parameter is no text"))
}

/// Keeps a file that the channel takes.
async fn keep(
    door: &Door,
    guest: &Guest,
    (part, filename): (Field, String),
) -> Result<MediaId, Fault> {
    let channel = guest.channel();
    let said = part.content_type().map(ToString::to_string).unwrap_or_default();
    // It must not be asked again once it has ended.
    let mut part = part.fuse();
    let mut held = Vec::new();
    while held.iter().map(Bytes::len).sum::<usize>() < LOOKED_AT {
        let Some(piece) = part.next().await else { break };
        held.push(piece.map_err(|_| broken_off())?);
    }
    let mime_type = switchboard_media::kind(&held.concat(), &said);
    let mime_type = mime_type.map_err(|bad| Fault::parameter(format!("(#100) {bad}")))?;
    let refused = |bad: rules::BadFile| Fault::parameter(format!("(#100) {bad}"));
    let rule = rules::rule_for(channel, &mime_type).map_err(refused)?;
    let id = MediaId::new(Uuid::now_v7());
    let written = write(door, guest, (id, rule), (held, part)).await?;
    let upload = uploads::Upload {
        id,
        workspace: guest.account.workspace,
        account: guest.account.id,
        conversation: files::no_conversation(),
        kind: rule.kind,
        mime_type,
        filename,
        size: written.size,
        sha256: written.sha256,
    };
    door.store.write(move |db| uploads::add(db, &upload, clock::now())).await?;
    Ok(id)
}

async fn write(
    door: &Door,
    guest: &Guest,
    (id, rule): (MediaId, FileRule),
    (held, mut part): (Vec<Bytes>, Fuse<Field>),
) -> Result<switchboard_media::Written, Fault> {
    let limit = rule.most.min(door.largest_file);
    let mut file = door.files.write(guest.account.workspace, id, limit);
    let mut held = held.into_iter();
    loop {
        let piece = match held.next() {
            Some(piece) => piece,
            None => match part.next().await {
                Some(Ok(piece)) => piece,
                Some(Err(_)) => {
                    file.abort().await;
                    return Err(broken_off());
                }
                None => break,
            },
        };
        if let Err(error) = file.put(piece).await {
            file.abort().await;
            return Err(match error {
                MediaError::TooLarge { limit } => Fault::parameter(format!(
                    "(#100) the file is larger than {} KB, which is the most of this type",
                    limit.div_euclid(1024)
                )),
                error => error.into(),
            });
        }
    }
    Ok(file.finish().await?)
}

/// The file is what the message attaches.
fn attach(call: &mut Call, file: MediaId) -> Result<(), Fault> {
    let payload = call.fields.get_mut("message").and_then(|it| it.pointer_mut("/attachment"));
    let Some(Value::Object(attachment)) = payload else {
        return Err(Fault::parameter("(#100) the message of a file has an attachment"));
    };
    let payload = attachment.entry("payload").or_insert_with(|| json!({}));
    if let Value::Object(payload) = payload {
        payload.insert("attachment_id".to_owned(), file.to_string().into());
    }
    Ok(())
}

/// A name without a path in it.
fn plain_name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let name: String = name.chars().filter(|char| !char.is_control()).take(LONGEST_NAME).collect();
    if name.is_empty() { "file".to_owned() } else { name }
}

fn broken_off() -> Fault {
    Fault::parameter("(#100) the form did not arrive whole")
}
