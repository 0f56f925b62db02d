//! The log-in page of account linking: the business's own endpoint, and an OpenID Connect provider.

mod desk;
mod endpoint;
mod openid;

use desk::{Desk, META, PSID};
