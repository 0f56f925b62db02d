//! switchboard-chassis.
