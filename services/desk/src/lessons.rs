//! What a bot is taught, from a file to what is kept.

use sha2::{Digest, Sha256};
use switchboard_chassis::clock;
use switchboard_domain::ids::DocumentId;
use switchboard_knowledge::{Unreadable, passages_to_json, read};
use switchboard_store::documents::Document;

/// A document, and its passages as they are kept.
pub type Lesson = (Document, String);

/// Reads a file for `store::documents::put`. Blocks, for as long as the file makes it.
///
/// # Errors
/// [`Unreadable`], which says what to do.
pub fn read_lesson(id: DocumentId, name: String, bytes: Vec<u8>) -> Result<Lesson, Unreadable> {
    let read = read(&name, bytes)?;
    let passages = passages_to_json(&read.passages);
    let hash = Sha256::new().chain_update(&name).chain_update([0]).chain_update(&passages);
    let hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let document = Document {
        id,
        name,
        media_type: read.format.media_type().to_owned(),
        passages: count(read.passages.len()),
        bytes: count(read.bytes()),
        hash,
        updated_at: clock::now(),
    };
    Ok((document, passages))
}
