//! Gives mails to an SMTP server, one at a time, and knows how far each came.
//!
//! A mail is offered first ([`Mailer::offer`]): whatever goes wrong until then, the server has not
//! taken it. Then its text is given ([`Offered::give`]): from there on it may be taken without our
//! hearing of it. Callers write down between the two what they are about to do.
//!
//! The only crate that names lettre. What must not be here: whom to tell what, and any retry.

mod fault;
mod letter;
mod server;
mod session;

pub use fault::{Fault, Stage, Unusable, one_line};
pub use letter::Letter;
pub use server::{Mailer, Settings};
pub use session::{Given, Offered};
