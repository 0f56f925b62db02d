//! switchboard-router.
