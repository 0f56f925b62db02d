//! Log-ins under way: Messenger's account linking tokens.

use std::collections::HashMap;

use super::ThreadKey;

/// Life of a linking token.
const LIFE_MS: i64 = 5 * 60_000;

/// A log-in that a customer began.
#[derive(Debug, Clone)]
struct Login {
    thread: ThreadKey,
    until_ms: i64,
    /// The browser came back; it may only once.
    returned: bool,
}

/// All log-ins that are still worth something.
#[derive(Debug, Default)]
pub(crate) struct Linking {
    logins: HashMap<String, Login>,
}

impl Linking {
    /// Begins a log-in and returns its token, alive for five minutes.
    pub(crate) fn begin(&mut self, thread: &ThreadKey, now_ms: i64) -> String {
        self.logins.retain(|_, login| login.until_ms > now_ms);
        let token = format!("ARQ{}", crate::ids::secret());
        let login = Login { thread: thread.clone(), until_ms: now_ms + LIFE_MS, returned: false };
        self.logins.insert(token.clone(), login);
        token
    }

    /// Whose log-in a living token stands for.
    pub(crate) fn thread(&self, token: &str, now_ms: i64) -> Option<&ThreadKey> {
        let login = self.logins.get(token).filter(|login| login.until_ms > now_ms)?;
        Some(&login.thread)
    }

    /// The browser comes back, for the first and only time.
    pub(crate) fn end(&mut self, token: &str, now_ms: i64) -> Option<ThreadKey> {
        let login = self.logins.get_mut(token)?;
        if login.returned || login.until_ms <= now_ms {
            return None;
        }
        login.returned = true;
        Some(login.thread.clone())
    }
}
