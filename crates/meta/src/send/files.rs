//! Which files a channel takes, of which type and size. Data only, and looking it up.
//!
//! Sources: WhatsApp Cloud API "Supported media types"; Messenger Platform "Attachment Upload API";
//! Instagram "Send messages: media specifications".

use switchboard_domain::{Channel, content::MediaKind};

use MediaKind::{Audio, File, Image, Sticker, Video};

const KB: u64 = 1024;
const MB: u64 = 1024 * KB;

/// Files that a channel takes as one kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRule {
    /// What they are sent as.
    pub kind: MediaKind,
    /// What people call them.
    pub called: &'static str,
    /// IANA media types; `image/*` is all of them, `*/*` anything.
    pub types: &'static [&'static str],
    /// The largest, in bytes.
    pub most: u64,
}

/// A file that a channel does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// It is of no type that the channel takes.
    #[error("{channel} takes no files of the type {mime_type}; it takes {takes}")]
    Type {
        /// Whose rule.
        channel: Channel,
        /// What it is.
        mime_type: String,
        /// What it might be instead.
        takes: String,
    },
    /// It is too large.
    #[error("the file has {} KB; {channel} takes at most {} KB of this type", size.div_ceil(KB), most.div_euclid(KB))]
    Size {
        /// Whose rule.
        channel: Channel,
        /// Bytes.
        size: u64,
        /// Bytes.
        most: u64,
    },
}

const fn rule(
    kind: MediaKind,
    called: &'static str,
    types: &'static [&'static str],
    most: u64,
) -> FileRule {
    FileRule { kind, called, types, most }
}

/// "Attachments: 25 MB"; images only by link are limited to 8 MB.
static MESSENGER: [FileRule; 4] = [
    rule(
        Image,
        "pictures (JPEG, PNG, GIF, WebP)",
        &["image/jpeg", "image/png", "image/gif", "image/webp"],
        25 * MB,
    ),
    rule(Video, "videos", &["video/*"], 25 * MB),
    rule(Audio, "sounds", &["audio/*"], 25 * MB),
    rule(File, "other files", &["*/*"], 25 * MB),
];

static INSTAGRAM: [FileRule; 4] = [
    rule(Image, "pictures (JPEG, PNG)", &["image/png", "image/jpeg"], 8 * MB),
    rule(
        Video,
        "videos (MP4, Ogg, AVI, MOV, WebM)",
        &["video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"],
        25 * MB,
    ),
    rule(Audio, "sounds (AAC, M4A, WAV)", &["audio/aac", "audio/mp4", "audio/wav"], 25 * MB),
    rule(File, "PDF files", &["application/pdf"], 25 * MB),
];

static WHATSAPP: [FileRule; 5] = [
    rule(Image, "pictures (JPEG, PNG)", &["image/jpeg", "image/png"], 5 * MB),
    // Animated ones; static ones have at most 100 KB, which Meta looks at itself.
    rule(Sticker, "stickers (WebP)", &["image/webp"], 500 * KB),
    rule(Video, "videos (MP4, 3GP)", &["video/mp4", "video/3gpp"], 16 * MB),
    rule(
        Audio,
        "sounds (AAC, AMR, MP3, M4A, Ogg)",
        &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        16 * MB,
    ),
    rule(
        File,
        "documents (PDF, text, Word, Excel, PowerPoint)",
        &[
            "application/pdf",
            "text/plain",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.ms-excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
        100 * MB,
    ),
];

/// What a channel takes; the first rule that fits counts.
#[must_use]
pub fn rules(channel: Channel) -> &'static [FileRule] {
    match channel {
        Channel::Messenger => &MESSENGER,
        Channel::Instagram => &INSTAGRAM,
        Channel::WhatsApp => &WHATSAPP,
    }
}

impl FileRule {
    fn takes(&self, mime_type: &str) -> bool {
        self.types.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some("*/") => true,
            Some(family) => mime_type.starts_with(family),
            None => mime_type == *pattern,
        })
    }
}

/// The rule for files of that type.
///
/// # Errors
/// [`BadFile::Type`].
pub fn rule_for(channel: Channel, mime_type: &str) -> Result<FileRule, BadFile> {
    let found = rules(channel).iter().find(|rule| rule.takes(mime_type));
    found.copied().ok_or_else(|| {
        let takes: Vec<&str> = rules(channel).iter().map(|rule| rule.called).collect();
        BadFile::Type { channel, mime_type: mime_type.to_owned(), takes: takes.join(", ") }
    })
}

/// Whether a file of that size fits a rule.
///
/// # Errors
/// [`BadFile::Size`].
pub fn check_size(channel: Channel, rule: FileRule, size: u64) -> Result<(), BadFile> {
    if size <= rule.most { Ok(()) } else { Err(BadFile::Size { channel, size, most: rule.most }) }
}

/// Other names of types, as browsers, systems and detectors write them.
#[must_use]
pub fn plain_type(mime_type: &str) -> &str {
    match mime_type {
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "audio/wav",
        "audio/mp3" => "audio/mpeg",
        "audio/opus" => "audio/ogg",
        "image/jpg" => "image/jpeg",
        "video/avi" | "video/msvideo" => "video/x-msvideo",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_sent_as_what_the_channel_calls_it() {
        let kind = |channel, mime| rule_for(channel, plain_type(mime)).map(|rule| rule.kind).ok();
        for (mime, messenger, instagram, whatsapp) in [
            ("image/jpeg", Some(Image), Some(Image), Some(Image)),
            ("image/webp", Some(Image), None, Some(Sticker)),
            ("video/mp4", Some(Video), Some(Video), Some(Video)),
            ("video/webm", Some(Video), Some(Video), None),
            ("audio/x-m4a", Some(Audio), Some(Audio), Some(Audio)),
            ("application/pdf", Some(File), Some(File), Some(File)),
            ("application/zip", Some(File), None, None),
        ] {
            assert_eq!(kind(Channel::Messenger, mime), messenger, "{mime}");
            assert_eq!(kind(Channel::Instagram, mime), instagram, "{mime}");
            assert_eq!(kind(Channel::WhatsApp, mime), whatsapp, "{mime}");
        }
    }

    #[test]
    fn what_is_not_taken_is_said_with_the_limit() {
        let refused = rule_for(Channel::Instagram, "application/zip").unwrap_err().to_string();
        assert_eq!(
            refused,
            "instagram takes no files of the type application/zip; it takes pictures (JPEG, PNG), \
             videos (MP4, Ogg, AVI, MOV, WebM), sounds (AAC, M4A, WAV), PDF files"
        );
        let image = rule_for(Channel::WhatsApp, "image/png").unwrap();
        assert!(check_size(Channel::WhatsApp, image, 5 * MB).is_ok());
        let refused = check_size(Channel::WhatsApp, image, 5 * MB + 1).unwrap_err().to_string();
        assert_eq!(refused, "the file has 5121 KB; whatsapp takes at most 5120 KB of this type");
    }
}
