//! Which files Messenger and Instagram take: by their size, and by what they really are.
//!
//! Sources: Messenger Platform "Attachment Upload API" and error codes; Instagram "Send messages:
//! media specifications".

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};
use super::fetch::{Fetched, Fetches};
use super::request::Upload;
use crate::state::Channel;

const MB: usize = 1_024 * 1_024;

/// What the bytes of a kind may be; `image/*` is all of them.
type Kinds = [(&'static str, &'static [&'static str]); 4];

/// Films without a picture are sounds: recorders make them.
const MESSENGER: Kinds = [
    ("image", &["image/jpeg", "image/png", "image/gif", "image/webp"]),
    ("video", &["video/*", "audio/ogg"]),
    ("audio", &["audio/*", "video/mp4", "video/webm"]),
    ("file", &["*"]),
];

const INSTAGRAM: Kinds = [
    ("image", &["image/jpeg", "image/png"]),
    (
        "video",
        &[
            "video/mp4",
            "video/ogg",
            "audio/ogg",
            "video/x-msvideo",
            "video/quicktime",
            "video/webm",
        ],
    ),
    ("audio", &["audio/aac", "audio/m4a", "audio/mp4", "audio/x-wav", "video/mp4"]),
    ("file", &["application/pdf"]),
];

/// Where a file came from: pictures by URL may be smaller only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// In the call itself.
    Upload,
    /// Fetched from a URL.
    Url,
}

/// Whether a channel takes a file as that kind.
///
/// # Errors
/// 100/2018109 for what is too large, 100/2018047 for what is something else than it is said to be.
pub(crate) fn check(channel: Channel, kind: &str, way: Way, file: &Upload) -> GraphResult<()> {
    let most = match (channel, kind, way) {
        (Channel::Instagram, "image", _) | (_, "image", Way::Url) => 8 * MB,
        _ => 25 * MB,
    };
    if file.bytes.len() > most {
        return Err(too_large());
    }
    let kinds = if channel == Channel::Instagram { &INSTAGRAM } else { &MESSENGER };
    let Some((_, types)) = kinds.iter().find(|(own, _)| *own == kind) else {
        return Ok(());
    };
    let found =
        infer::get(&file.bytes).map_or("application/octet-stream", |found| found.mime_type());
    let fits = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(family) => found.starts_with(family),
        None => found == *pattern,
    };
    if types.iter().any(fits) {
        return Ok(());
    }
    let text = format!("Upload attachment failure. The file is {found}, which is no {kind} here.");
    Err(GraphError::new(100, Some(2_018_047), &text))
}

/// Whether a message's files, named by URL, can be sent. Those that nobody fetched are believed.
///
/// # Errors
/// 100/2018008, for a video out of time 100/2018294, and as [`check`].
pub(crate) fn check_fetched(
    channel: Channel,
    message: &Map<String, Value>,
    fetches: &Fetches,
) -> GraphResult<()> {
    let several = message.get("attachments").and_then(Value::as_array).into_iter().flatten();
    for attachment in several.chain(message.get("attachment")) {
        let kind = attachment.get("type").and_then(Value::as_str).unwrap_or_default();
        let url = attachment.pointer("/payload/url").and_then(Value::as_str);
        if let Some(fetched) = url.and_then(|url| fetches.get(url)) {
            of_fetched(channel, kind, fetched)?;
        }
    }
    Ok(())
}

/// The file behind a URL, if Meta can send it as that kind.
///
/// # Errors
/// As [`check_fetched`].
pub(crate) fn of_fetched<'a>(
    channel: Channel,
    kind: &str,
    fetched: &'a Fetched,
) -> GraphResult<&'a Upload> {
    match fetched {
        Fetched::File(file) => check(channel, kind, Way::Url, file).map(|()| file),
        Fetched::TooLarge => Err(too_large()),
        Fetched::TimedOut if kind == "video" => Err(GraphError::new(
            100,
            Some(2_018_294),
            "Failed to fetch the video file from the URL because it timed out.",
        )),
        Fetched::TimedOut => Err(unreachable("it timed out")),
        Fetched::Failed(reason) => Err(unreachable(reason)),
    }
}

fn too_large() -> GraphError {
    GraphError::new(100, Some(2_018_109), "Attachment size exceeds allowable limit")
}

fn unreachable(reason: &str) -> GraphError {
    let text = format!("Failed to fetch the file from the URL: {reason}.");
    GraphError::new(100, Some(2_018_008), &text)
}
