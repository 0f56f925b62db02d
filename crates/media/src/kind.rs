//! What a file is that somebody uploads: its bytes know best; where they say nothing, it is text, or
//! what it is called.

use switchboard_meta::send::files::plain_type;

/// So many bytes are looked at to see what a file is.
pub const LOOKED_AT: usize = 64 * 1024;

/// A file that is not what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mislabelled {
    /// It calls itself a picture and begins like none.
    #[error("the file is no picture, whatever its name says")]
    Picture,
    /// It calls itself a text and holds what no text holds.
    #[error("the file is no text")]
    Text,
}

/// The IANA media type of a file that begins so and is said to be of that type; empty: nothing is
/// said.
///
/// # Errors
/// [`Mislabelled`].
pub fn kind(beginning: &[u8], said: &str) -> Result<String, Mislabelled> {
    if let Some(known) = infer::get(beginning) {
        return Ok(plain_type(known.mime_type()).to_owned());
    }
    let said = said.split(';').next().unwrap_or_default().trim();
    let said = plain_type(said).to_ascii_lowercase();
    match said.split('/').next() {
        Some("image") => Err(Mislabelled::Picture),
        Some("text") if beginning.contains(&0) => Err(Mislabelled::Text),
        Some("text") => Ok("text/plain".into()),
        _ if said.is_empty() => Ok("application/octet-stream".into()),
        _ => Ok(said),
    }
}
