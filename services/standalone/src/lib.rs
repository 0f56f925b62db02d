//! switchboard-standalone.
