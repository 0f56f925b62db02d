//! switchboard-meta.
