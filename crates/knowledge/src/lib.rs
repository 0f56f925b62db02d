//! What businesses teach their bots: documents become passages, passages an index, and the index
//! answers questions with a source and a confidence.
//!
//! [`read`] makes passages of a file, [`Passage`]s are what is kept, [`Index`] finds them again.
//! `words` knows how languages are written. Why it is built so: ADR 0018.
//!
//! What must not be here: the store, the clock, the network; whoever calls keeps the time.

mod confidence;
mod index;
mod outline;
mod passage;
mod read;
mod words;

pub use index::{Found, Index, IndexError};
pub use passage::{Passage, passages_from_json, passages_to_json};
pub use read::{Document, Format, MAX_FILE, MAX_TEXT, Unreadable, read};
