//! switchboard-outbound.
