//! Which files WhatsApp takes: by their MIME type, their size, and what they really are.
//!
//! Source: WhatsApp Cloud API "Media", supported types. An upload is looked at by its type and size;
//! what is in it only matters when it is sent, and is told by a `failed` status (131053). So is all
//! that is wrong with a file that is named by `link`.

use serde_json::Value;

use super::error::{GraphError, GraphResult};
use super::fetch::{self, Fetched};
use super::request::Call;
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
    fits(kind, bytes).map(|()| *kind)
}

/// Whether a file is no larger than its kind may be.
fn fits(kind: &str, bytes: &[u8]) -> GraphResult<()> {
    let (limit, what) = match kind {
        "image" => (5 * MB, "5 MB"),
        "sticker" if is_animated(bytes) => (500 * KB, "500 KB"),
        "sticker" => (100 * KB, "100 KB"),
        "document" => (100 * MB, "100 MB"),
        _ => (16 * MB, "16 MB"),
    };
    if bytes.len() > limit {
        return Err(GraphError::whatsapp(131_053, &format!("The file is larger than {what}.")));
    }
    Ok(())
}

/// A WebP file says in its extended header whether it moves.
fn is_animated(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

/// Why a message will not arrive: a file of it is not what it was said to be, or cannot be fetched.
pub(crate) fn broken(world: &World, call: &Call, now_ms: i64) -> Option<GraphError> {
    let uploaded = uploaded(world, call, now_ms);
    let mut wrong = uploaded.and_then(|(kind, bytes)| of_content(kind, bytes, None).err());
    for (kind, url) in fetch::links(&call.params) {
        let judged = call.fetches.get(&url).map(|fetched| of_link(kind, fetched));
        wrong = wrong.or(judged.and_then(Result::err));
    }
    wrong
}

/// The uploaded file that a message names, with what it is sent as.
fn uploaded<'a>(world: &'a World, call: &'a Call, now_ms: i64) -> Option<(&'a str, &'a [u8])> {
    let kind = call.text("type")?;
    let id = call.params.get(kind)?.get("id").and_then(Value::as_str)?;
    match &world.media.get(id, now_ms)?.source {
        Source::Bytes(bytes) => Some((kind, bytes)),
        Source::Url(_) => None,
    }
}

fn of_link(kind: &str, fetched: &Fetched) -> GraphResult<()> {
    let failed = |why: &str| {
        let details = format!("Downloading media from weblink failed: {why}.");
        GraphError::whatsapp(131_053, &details)
    };
    match fetched {
        Fetched::File(file) => {
            of_content(kind, &file.bytes, Some(&file.mime_type))?;
            fits(kind, &file.bytes)
        }
        Fetched::Failed(reason) => Err(failed(reason)),
        Fetched::TimedOut => Err(failed("it timed out")),
        Fetched::TooLarge => Err(failed("it is too large")),
    }
}

/// Whether the bytes are of the kind. What only a server can tell, such as plain text, is what it
/// told; an uploaded document is what it was said to be.
fn of_content(kind: &str, bytes: &[u8], told: Option<&str>) -> GraphResult<()> {
    let documents = TYPES.iter().filter(|(own, _)| told.is_some() && *own == "document");
    let Some((_, allowed)) = CONTENTS.iter().chain(documents).find(|(own, _)| *own == kind) else {
        return Ok(());
    };
    let told = told.filter(|_| kind == "document");
    let found = infer::get(bytes).map(|found| found.mime_type()).or(told);
    let found = found.unwrap_or("application/octet-stream");
    if allowed.contains(&found) {
        return Ok(());
    }
    let details =
        format!("Unsupported {kind} mime type {found}. Please use one of {}.", allowed.join(", "));
    Err(GraphError::whatsapp(131_053, &details))
}
