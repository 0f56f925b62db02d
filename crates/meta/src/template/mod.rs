//! Message templates of WhatsApp and of Pages: what each has places for, whether a message fills them, and what
//! the customer then reads.
//!
//! Source: WhatsApp Business Platform "Template components", "Send message templates"; Messenger
//! Platform "Send a utility message" (13 March 2026), whose templates have the same form.

mod check;
mod definition;
#[cfg(test)]
mod tests;

pub use check::DoesNotFit;
pub use definition::{ButtonPlace, Definition, HeaderPlace, NotATemplate, Places};
