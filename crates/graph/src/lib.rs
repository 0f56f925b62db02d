//! HTTP client of Meta's Graph API.
//!
//! The one question that matters here is **what is known when a call ends**: Meta answered, or the
//! request surely never left, or nobody knows. [`Outcome`] has exactly these three, and doubt always
//! counts as the last. What an answer means is told by `switchboard-meta`, not here.
//!
//! - `client`: posting messages. `lookup`: the calls that an administrator's check needs.
//! - `linking`: for whom a log-in is, and ending it.
//! - `block_list`: whom a WhatsApp number does not want to hear from.
//! - `threads`: which app has control of a conversation. `templates`: WhatsApp's templates.
//! - [`admin`]: tokens, Pages, numbers, subscriptions. `probe`: our own callback, as Meta asks it.
//! - `media`: files, given to Meta and fetched from it. `usage`: how much of Meta's allowance is used up.
//!
//! Tokens travel in a header, never in a URL; neither tokens nor texts are logged.

pub mod admin;
mod block_list;
mod client;
mod error;
mod linking;
mod lookup;
mod media;
mod probe;
mod templates;
mod threads;
mod usage;

pub use client::{GraphClient, GraphSettings, Host, Outcome};
pub use error::GraphFault;
pub use lookup::{Me, Profile, TokenError, TokenFacts};
pub use media::{MediaFacts, Upload};
pub use probe::{Probed, Reached};
pub use threads::ThreadOwner;
pub use usage::Usage;
