//! Files of conversations: agents see what customers sent, and upload what they want to send.

use std::ops::Range;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError as _,
    http::{
        StatusCode,
        header::{
            self, ByteRangeSpec, Charset, ContentDisposition, DispositionParam, DispositionType,
            ExtendedValue, Header, HeaderValue,
        },
    },
    web::{Data, Path},
};
use serde::Serialize;
use switchboard_domain::{content::MediaKind, ids::MediaId};
use switchboard_store::media::{self, Media, MediaState};
use utoipa::ToSchema;

use super::listing::find;
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// What a customer's file may do in a browser: nothing.
const POLICY: &str = "default-src 'none'; sandbox";

/// A file of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileView {
    /// `GET /media/{id}` gives it, once it is stored.
    #[schema(value_type = String, format = "uuid")]
    id: MediaId,
    /// wanted (it is being fetched from Meta), stored, failed
    #[schema(value_type = String)]
    state: MediaState,
    /// Why it could not be had, or not yet.
    reason: Option<String>,
    /// image, video, audio, file, sticker
    #[schema(value_type = String)]
    kind: MediaKind,
    mime_type: Option<String>,
    filename: Option<String>,
    /// Bytes.
    size: Option<u64>,
}

impl From<Media> for FileView {
    fn from(media: Media) -> Self {
        let Media { id, state, reason, kind, mime_type, filename, size, .. } = media;
        Self { id, state, reason, kind, mime_type, filename, size }
    }
}

/// A file, or with `Range` a part of it. Only what browsers show without running anything in it is
/// shown; the rest is to be saved.
#[utoipa::path(
    get, path = "/media/{id}", tag = "conversations",
    params(
        ("id" = String, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes (RFC 9110, 14).")
    ),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 206, content_type = "application/octet-stream"),
        (status = 401), (status = 404), (status = 409), (status = 416)
    ),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<MediaId>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let (workspace, id) = (caller.workspace(), *id);
    let known = desk.store.read(move |db| media::by_id(db, workspace, id)).await?;
    let known = known.ok_or_else(|| fault::not_found("file"))?;
    find(&desk, &caller, known.conversation).await?;
    match known.state {
        MediaState::Stored => {}
        MediaState::Wanted => return Err(fault::not_yet_fetched().into()),
        MediaState::Failed | MediaState::Erasing => {
            return Err(fault::file_gone(known.reason.as_deref()).into());
        }
    }
    let size = known.size.unwrap_or_default();
    let range = match asked_range(&request) {
        None => None,
        Some(spec) => match spec.to_satisfiable_range(size) {
            Some((first, last)) => Some(first..last.saturating_add(1)),
            None => return Ok(beyond(size)),
        },
    };
    let file = desk.files.read(workspace, id, range.clone()).await?;
    let mut response = head(&known, size, range.as_ref());
    Ok(response.no_chunking(file.range.end.saturating_sub(file.range.start)).streaming(file.bytes))
}

/// One range of bytes; several at once are answered with the whole, as RFC 9110 allows.
fn asked_range(request: &HttpRequest) -> Option<ByteRangeSpec> {
    match header::Range::parse(request).ok()? {
        header::Range::Bytes(specs) if specs.len() == 1 => specs.into_iter().next(),
        _ => None,
    }
}

/// (RFC 9110, 15.5.17)
fn beyond(size: u64) -> HttpResponse {
    let mut response = fault::past_the_end(size).error_response();
    if let Ok(range) = HeaderValue::try_from(format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

fn head(known: &Media, size: u64, range: Option<&Range<u64>>) -> HttpResponseBuilder {
    let shown = known.mime_type.as_deref().filter(|kind| can_be_shown(kind));
    let mut response = HttpResponse::Ok();
    if let Some(Range { start, end }) = range {
        let last = end.saturating_sub(1);
        response.status(StatusCode::PARTIAL_CONTENT);
        response.insert_header((header::CONTENT_RANGE, format!("bytes {start}-{last}/{size}")));
    }
    response
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")))
        .insert_header(disposition(known, shown.is_some()))
        .content_type(shown.unwrap_or("application/octet-stream"));
    response
}

/// What a browser shows without running anything that is in it.
fn can_be_shown(mime_type: &str) -> bool {
    matches!(mime_type, "image/jpeg" | "image/png" | "image/gif" | "image/webp")
        || mime_type.starts_with("audio/")
        || mime_type.starts_with("video/")
}

fn disposition(known: &Media, shown: bool) -> ContentDisposition {
    let disposition = if shown { DispositionType::Inline } else { DispositionType::Attachment };
    let name = known.filename.as_ref().map(|name| {
        DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".into()),
            language_tag: None,
            value: name.clone().into_bytes(),
        })
    });
    ContentDisposition { disposition, parameters: name.into_iter().collect() }
}
