//! Who calls, whether the call comes from our page, and what they may.

pub(crate) mod audit;
pub(crate) mod caller;
pub(crate) mod gate;
pub(crate) mod naming;
pub(crate) mod origin;
pub(crate) mod password;
pub(crate) mod permissions;
pub(crate) mod scopes;
pub(crate) mod token;
