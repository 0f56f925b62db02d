//! WhatsApp's message templates: what each has places for, whether a message fills them, and what
//! the customer then reads.
//!
//! Source: WhatsApp Business Platform "Template components", "Send message templates".

mod check;
mod definition;
#[cfg(test)]
mod tests;

pub use check::DoesNotFit;
pub use definition::{ButtonPlace, Definition, HeaderPlace, NotATemplate, Places};
