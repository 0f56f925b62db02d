//! Bundles: encoding, decoding, and the version check.

use bytes::Bytes;
use prost::Message;

use crate::{
    Invalid,
    wire::{Bundle, Envelope},
};

/// The format that this build writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Encodes envelopes of one topic, in order.
#[must_use]
pub fn encode(envelopes: Vec<Envelope>) -> Bytes {
    Bundle { version: FORMAT_VERSION, envelopes }.encode_to_vec().into()
}

/// Decodes what [`encode`] made, here or in another version.
///
/// # Errors
/// [`Invalid`] when the bytes are no bundle or of a format not known here; the message then
/// belongs to the dead letters, from where a newer version can take it up.
pub fn decode(payload: Bytes) -> Result<Vec<Envelope>, Invalid> {
    let bundle =
        Bundle::decode(payload).map_err(|error| Invalid::new("bundle", error.to_string()))?;
    if bundle.version != FORMAT_VERSION {
        let found = format!("version {}, this build reads {FORMAT_VERSION}", bundle.version);
        return Err(Invalid::new("bundle.version", found));
    }
    Ok(bundle.envelopes)
}
