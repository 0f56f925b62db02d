//! Asks a business who one of its customers is, when that customer logs in.
//!
//! - [`endpoint`]: an address of the business that checks a name and a password.
//! - [`oidc`]: an OpenID Connect provider, where the customer logs in themselves.
//! - `http`: the client for both, which reaches nothing inside our own network
//!   (`switchboard-outside`).
//!
//! Neither passwords nor secrets are in an error or a log. What must not be here: Meta, the store,
//! any page.

pub mod endpoint;
mod http;
pub mod oidc;

pub use http::{Settings, client};
pub use switchboard_outside::Client;

/// The longest customer number or name that is taken.
const LONGEST: usize = 100;

/// Who a customer is to the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The business's number for them; not empty, at most 100 characters.
    pub number: String,
    /// What the business calls them.
    pub name: Option<String>,
}

/// Why nobody can say who the customer is. For the operator; the customer reads that the log-in
/// does not work at the moment.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The settings cannot be used.
    #[error(
        "the log-in service cannot be used: {0}; correct it with `switchboard account linking`"
    )]
    Settings(String),
    /// No answer came.
    #[error("the log-in service did not answer: {0}; check that it runs and can be reached")]
    Away(String),
    /// The answer is not what was agreed.
    #[error("the log-in service answered wrongly: {0}")]
    Wrong(String),
}

impl Customer {
    /// A customer as a log-in service tells them.
    fn told(number: &str, name: Option<&str>) -> Result<Self, Fault> {
        let number = number.trim();
        let fits =
            |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if number.is_empty() || !fits(number) {
            let what = format!("a customer number has 1 to {LONGEST} characters");
            return Err(Fault::Wrong(what));
        }
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let name =
            name.map(|name| name.chars().filter(|c| !c.is_control()).take(LONGEST).collect());
        Ok(Self { number: number.to_owned(), name })
    }
}
