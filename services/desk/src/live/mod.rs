//! What pages hear without asking: hints that something changed. The store holds the truth; a page
//! that missed hints reads it anew. Who has a page open is at the desk.

pub(crate) mod hints;
pub(crate) mod hub;
pub(crate) mod presence;
pub(crate) mod socket;
