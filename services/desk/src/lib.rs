//! switchboard-desk.
