//! switchboard-contract.
