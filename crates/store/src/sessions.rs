//! sessions: desk's.
