//! The bots: takes one turn of a conversation at a time and says what the bot answers.
//!
//! [`service`] starts and stops it. `consume` shares the turns with the other replicas; `turn`
//! takes one, whatever the module does, `trial` one of nobody's; `news` tells what happens beside
//! turns; `catalogue` knows the bots' settings; `history` reads what was said before. Each kind of bot is a module of its own: [`rules`], [`knowledge`], [`http`],
//! [`llm`], [`meta_bot`]; `reach` is what those outside are asked with, and `door` is where bots of
//! the last kind come in.
//!
//! What must not be here: any state of a conversation (a turn brings all that its bot may know),
//! any word to a customer that does not go through the router.

mod catalogue;
mod consume;
mod door;
mod history;
pub mod http;
mod kinds;
pub mod knowledge;
pub mod llm;
mod measures;
pub mod meta_bot;
mod module;
mod news;
mod parts;
mod publish;
mod reach;
pub mod rules;
pub mod service;
mod trial;
mod turn;

pub use history::Line;
pub use kinds::{KINDS, check, example};
pub use module::{Answer, Failure, Question};
pub use rules::SettingsError;
pub use service::{Error, Running, Settings, start};
