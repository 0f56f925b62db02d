//! What can go wrong with files.

/// Why a file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The settings do not say where files are kept.
    #[error("media.url: {0}")]
    Settings(String),
    /// There is no such file.
    #[error(
        "the file is not where files are kept (media.url); it was removed, or the services do \
             not share that place"
    )]
    Absent,
    /// It is larger than it may be.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The place does not work.
    #[error("files cannot be kept at media.url: {0}")]
    Unusable(String),
}

impl From<object_store::Error> for MediaError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            return Self::Absent;
        }
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            let next_text = next.to_string();
            if !text.contains(&next_text) {
                text = format!("{text}: {next_text}");
            }
            cause = next.source();
        }
        Self::Unusable(text)
    }
}
