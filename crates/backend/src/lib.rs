//! switchboard-backend.
