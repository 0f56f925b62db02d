//! The `authorization_code` that proves a log-in: made by ingress when the business has said who
//! the customer is, carried by Meta, opened by router.
//!
//! Ingress writes no table, so the code carries all there is to know, sealed for its account: no
//! one can read it, make one, or use it for another account. It says for which customer of Meta's
//! it was made, so it binds nobody else; it ends after [`LIFE`]; and it has the log-in's nonce,
//! which binds once.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, WorkspaceId},
};
use uuid::Uuid;

use crate::seal::{Keyring, Place, SealError};

/// As long as Meta's own token of the same log-in lives. (Messenger Platform, "Account Linking")
pub const LIFE: Duration = Duration::from_secs(5 * 60);

/// Longer texts are no codes of ours.
const LONGEST: usize = 4_096;

/// A log-in, as the code tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Names the log-in; one binds once.
    #[serde(rename = "l")]
    pub nonce: Uuid,
    /// For whom it was made: the customer's PSID.
    #[serde(rename = "p")]
    pub psid: String,
    /// The business's number for them.
    #[serde(rename = "c")]
    pub customer_number: String,
    /// What the business calls them.
    #[serde(rename = "n", skip_serializing_if = "Option::is_none", default)]
    pub customer_name: Option<String>,
    /// When it was made, microseconds.
    #[serde(rename = "t")]
    issued_at: i64,
}

impl Login {
    /// A log-in that happened now.
    #[must_use]
    pub fn new(
        nonce: Uuid,
        psid: String,
        (customer_number, customer_name): (String, Option<String>),
        now: Timestamp,
    ) -> Self {
        Self { nonce, psid, customer_number, customer_name, issued_at: now.as_micros() }
    }

    /// Whether the code still counted at that time.
    #[must_use]
    pub fn counts_at(&self, now: Timestamp) -> bool {
        let life = i64::try_from(LIFE.as_micros()).unwrap_or(i64::MAX);
        // Clocks of several machines may differ; a code from the near future is no reason to refuse.
        now.as_micros().saturating_sub(self.issued_at) <= life
    }

    /// The code: letters, digits, `-`, `_` and `.` only.
    ///
    /// # Errors
    /// [`SealError`]; never in practice.
    pub fn seal(
        &self,
        keys: &Keyring,
        (workspace, account): (WorkspaceId, AccountId),
    ) -> Result<String, SealError> {
        let text = serde_json::to_string(self).map_err(|_| SealError::Broken)?;
        let row = account.to_string();
        let sealed = keys.seal(place(workspace, &row), &SecretString::from(text))?;
        Ok(translated(&sealed, |c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        }))
    }

    /// Reads a code that was made for the account.
    ///
    /// # Errors
    /// [`SealError`] when it was not.
    pub fn open(
        keys: &Keyring,
        (workspace, account): (WorkspaceId, AccountId),
        code: &str,
    ) -> Result<Self, SealError> {
        if code.len() > LONGEST {
            return Err(SealError::Broken);
        }
        let sealed = translated(code, |c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        });
        let row = account.to_string();
        let text = keys.open(place(workspace, &row), &sealed)?;
        serde_json::from_str(text.expose_secret()).map_err(|_| SealError::Broken)
    }
}

fn place(workspace: WorkspaceId, account: &str) -> Place<'_> {
    Place { workspace, column: "linking.code", row: account }
}

/// With the last part, the sealed bytes, in another alphabet; the key's name stays.
fn translated(text: &str, letter: impl Fn(char) -> char) -> String {
    match text.rsplit_once('.') {
        Some((front, bytes)) => {
            format!("{front}.{}", bytes.chars().map(letter).collect::<String>())
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys() -> Keyring {
        Keyring::new(vec![("a-key_1".to_owned(), vec![7; 32])]).unwrap()
    }

    fn shop(name: &str) -> (WorkspaceId, AccountId) {
        (WorkspaceId::derive("shop"), AccountId::derive(name))
    }

    fn login(psid: &str, number: &str, name: Option<&str>) -> Login {
        let who = (number.to_owned(), name.map(str::to_owned));
        Login::new(Uuid::from_u128(9), psid.to_owned(), who, Timestamp::from_secs(1_000))
    }

    #[test]
    fn a_code_counts_for_its_account_alone() {
        let code = login("1", "C-1", Some("Ada")).seal(&keys(), shop("page")).unwrap();
        assert!(Login::open(&keys(), shop("page"), &code).is_ok());
        assert!(Login::open(&keys(), shop("other"), &code).is_err());
        let foreign = (WorkspaceId::derive("foreign"), AccountId::derive("page"));
        assert!(Login::open(&keys(), foreign, &code).is_err());
        let stranger = Keyring::new(vec![("a-key_1".to_owned(), vec![8; 32])]).unwrap();
        assert!(Login::open(&stranger, shop("page"), &code).is_err());
    }

    #[test]
    fn what_is_no_code_says_nothing() {
        for text in ["", ".", "v1.", "v1.a-key_1.", "v1.a-key_1.AAAA", "hello", "v1.x.y.z"] {
            assert!(Login::open(&keys(), shop("page"), text).is_err(), "{text}");
        }
        assert!(Login::open(&keys(), shop("page"), &"A".repeat(100_000)).is_err());
    }

    #[test]
    fn a_code_ends_after_five_minutes() {
        let login = login("1", "C-1", None);
        assert!(login.counts_at(Timestamp::from_secs(990)));
        assert!(login.counts_at(Timestamp::from_secs(1_300)));
        assert!(!login.counts_at(Timestamp::from_micros(1_300_000_001)));
    }

    proptest! {
        #[test]
        fn a_code_tells_what_was_put_in(psid: String, number: String, name: Option<String>) {
            let login = login(&psid, &number, name.as_deref());
            let code = login.seal(&keys(), shop("page")).unwrap();
            prop_assert!(code.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)));
            prop_assert_eq!(Login::open(&keys(), shop("page"), &code).unwrap(), login);
        }

        #[test]
        fn a_changed_code_says_nothing(at: prop::sample::Index, to in "[A-Za-z0-9_.-]") {
            let code = login("1", "C-1", Some("Ada")).seal(&keys(), shop("page")).unwrap();
            let at = at.index(code.len());
            let mut changed = code.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != code);
            prop_assert!(Login::open(&keys(), shop("page"), &changed).is_err());
        }
    }
}
