//! switchboard-store.
