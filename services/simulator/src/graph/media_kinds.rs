//! Which files WhatsApp takes: by their MIME type, their size, and what they really are.
//!
//! Source: WhatsApp Cloud API "Media", supported types. An upload is looked at by its type and size;
//! what is in it only matters when it is sent, and is told by a `failed` status (131053).

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use crate::state::World;
use crate::state::media::Source;

const KB: usize = 1_024;
const MB: usize = 1_024 * KB;

/// MIME types by kind.
const TYPES: [(&str, &[&str]); 5] = [
    ("image", &["image/jpeg", "image/png"]),
    ("sticker", &["image/webp"]),
    ("video", &["video/mp4", "video/3gpp"]),
    ("audio", &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"]),
    (
        "document",
        &[
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
    ),
];

/// What the bytes of each kind may turn out to be.
const CONTENTS: [(&str, &[&str]); 4] = [
    ("image", &["image/jpeg", "image/png"]),
    ("sticker", &["image/webp"]),
    ("video", &["video/mp4", "video/3gpp", "video/quicktime", "video/x-m4v"]),
    (
        "audio",
        &[
            "audio/aac",
            "audio/amr",
            "audio/mpeg",
            "audio/m4a",
            "audio/mp4",
            "audio/ogg",
            "video/mp4",
        ],
    ),
];

/// The kind of an upload, if its type and its size are allowed.
///
/// # Errors
/// 100 for another type, 131053 for what is too large.
pub(crate) fn check(mime_type: &str, bytes: &[u8]) -> GraphResult<&'static str> {
    let plain = mime_type.split(';').next().unwrap_or(mime_type).trim();
    let found = TYPES.iter().find(|(_, types)| types.contains(&plain));
    let Some((kind, _)) = found else {
        let known = TYPES.map(|(_, types)| types.join(", ")).join(", ");
        return Err(GraphError::whatsapp(
            100,
            &format!(
                "Param file must be a file with one of the following types: {known}. Received file \
                 of type '{plain}'."
            ),
        ));
    };
    let (limit, what) = match *kind {
        "image" => (5 * MB, "5 MB"),
        "sticker" if is_animated(bytes) => (500 * KB, "500 KB"),
        "sticker" => (100 * KB, "100 KB"),
        "document" => (100 * MB, "100 MB"),
        _ => (16 * MB, "16 MB"),
    };
    if bytes.len() > limit {
        return Err(GraphError::whatsapp(131_053, &format!("The file is larger than {what}.")));
    }
    Ok(kind)
}

/// A WebP file says in its extended header whether it moves.
fn is_animated(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

/// Why a message with an uploaded file will not arrive: the file is not what it was said to be.
pub(crate) fn broken(
    world: &World,
    params: &Map<String, Value>,
    now_ms: i64,
) -> Option<GraphError> {
    let kind = params.get("type").and_then(Value::as_str)?;
    let id = params.get(kind)?.get("id").and_then(Value::as_str)?;
    let medium = world.media.get(id, now_ms)?;
    let Source::Bytes(bytes) = &medium.source else {
        return None;
    };
    let (_, allowed) = CONTENTS.iter().find(|(own, _)| *own == kind)?;
    let found = infer::get(bytes).map_or("application/octet-stream", |found| found.mime_type());
    if allowed.contains(&found) {
        return None;
    }
    let details =
        format!("Unsupported {kind} mime type {found}. Please use one of {}.", allowed.join(", "));
    Some(GraphError::whatsapp(131_053, &details))
}
