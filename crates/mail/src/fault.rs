//! What can go wrong before a server has a mail.

use std::fmt;

/// Settings that no mail can be sent with.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Not an address of a server.
    #[error("mail.url: {0}; write smtps://USER:PASSWORD@HOST or starttls://USER:PASSWORD@HOST")]
    Url(&'static str),
    /// Not a sender.
    #[error("mail.from is no address; write it like Switchboard <desk@example.com>")]
    From,
    /// The certificates cannot be used.
    #[error("mail.ca_file: {0}")]
    Roots(String),
}

/// How far a talk with the server had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Connecting, greeting, TLS.
    Reach,
    /// Name and password.
    LogIn,
    /// The sender's address.
    Sender,
    /// The recipient's address.
    Recipient,
    /// The mail itself.
    Text,
}

impl Stage {
    fn words(self) -> &'static str {
        match self {
            Stage::Reach => "the mail server cannot be reached",
            Stage::LogIn => "the mail server refused the log-in",
            Stage::Sender => "the mail server refused the sender",
            Stage::Recipient => "the mail server refused the recipient",
            Stage::Text => "the mail server refused the mail",
        }
    }
}

/// Why the server did not take a mail. It holds nothing that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// How far it came.
    pub stage: Stage,
    /// The server's reply code; `None`: there was no reply.
    pub code: Option<u16>,
    /// What the server or the system says.
    pub text: String,
}

/// Replies that say that an address is wrong. (RFC 5321, section 4.2.3)
const WRONG_ADDRESS: [u16; 3] = [550, 551, 553];

/// With these the server speaks of its rules, not of the address. (RFC 3463, section 3.8)
const POLICY: &str = "5.7.";

/// The longest text of a server's that is kept, in characters.
pub(crate) const LONGEST: usize = 300;

impl Fault {
    pub(crate) fn of(stage: Stage, error: &lettre::transport::smtp::Error) -> Self {
        // The source is the reply's text, or what the system says; the error adds words of its own.
        let said =
            std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        Self { stage, code: error.status().map(u16::from), text: one_line(&said, LONGEST) }
    }

    pub(crate) fn late(stage: Stage) -> Self {
        Self { stage, code: None, text: "it did not answer in time".into() }
    }

    pub(crate) fn told(stage: Stage, text: impl Into<String>) -> Self {
        Self { stage, code: None, text: text.into() }
    }

    /// Whether the recipient's address is wrong, and mailing it again in vain.
    #[must_use]
    pub fn is_wrong_address(&self) -> bool {
        self.stage == Stage::Recipient
            && self.code.is_some_and(|code| WRONG_ADDRESS.contains(&code))
            && !self.text.starts_with(POLICY)
    }

    /// Whether the server will never take this mail, as it is.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.stage == Stage::Text && self.code.is_some_and(|code| code >= 500)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stage.words())?;
        match self.code {
            Some(code) => write!(f, ": {code} {}", self.text),
            None => write!(f, ": {}", self.text),
        }
    }
}

impl std::error::Error for Fault {}

/// What somebody else wrote, as one line that is not too long.
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(stage: Stage, code: u16, text: &str) -> Fault {
        Fault { stage, code: Some(code), text: text.into() }
    }

    #[test]
    fn only_replies_about_the_address_condemn_it() {
        assert!(fault(Stage::Recipient, 550, "5.1.1 no such user").is_wrong_address());
        assert!(fault(Stage::Recipient, 550, "no such user").is_wrong_address());
        assert!(!fault(Stage::Recipient, 550, "5.7.1 relaying denied").is_wrong_address());
        assert!(!fault(Stage::Recipient, 554, "access denied").is_wrong_address());
        assert!(!fault(Stage::Recipient, 450, "mailbox busy").is_wrong_address());
        assert!(!fault(Stage::Sender, 550, "5.1.8 no such sender").is_wrong_address());
        assert!(fault(Stage::Text, 554, "spam").is_final());
        assert!(!fault(Stage::Text, 451, "later").is_final());
        assert!(!fault(Stage::LogIn, 535, "wrong").is_final());
    }

    #[test]
    fn what_servers_say_becomes_one_line() {
        let told = fault(Stage::Sender, 550, &one_line("no\r\nway\t\u{7}", LONGEST)).to_string();
        assert_eq!(told, "the mail server refused the sender: 550 no way");
    }
}
