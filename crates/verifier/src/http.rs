//! Asking log-in services, within what their answers may be.

use bytes::Bytes;
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;
use switchboard_outside::{Client, Fault as Outside, Reach};

use crate::Fault;

/// No answer that we can use is larger.
const MAX_ANSWER: usize = 256 * 1024;

/// How to reach log-in services.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `HOST` or `HOST:PORT` of those that may be private or without https.
    pub trusted_hosts: Vec<String>,
    /// How long a call may take as a whole.
    pub timeout: std::time::Duration,
}

/// A client of log-in services. Opens no connection.
///
/// # Errors
/// [`Fault::Settings`] when TLS cannot be set up.
pub fn client(settings: &Settings) -> Result<Client, Fault> {
    let reach = Reach {
        trusted_hosts: settings.trusted_hosts.clone(),
        setting: "linking.trusted_hosts",
        timeout: settings.timeout,
        proxy: None,
    };
    Ok(Client::new(&reach)?)
}

impl From<Outside> for Fault {
    fn from(fault: Outside) -> Self {
        match fault {
            Outside::Refused(why) => Self::Settings(why),
            Outside::Away(why) => Self::Away(why),
            Outside::TooLarge => Self::Wrong("the answer is too large".into()),
        }
    }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn finish(request: RequestBuilder) -> Result<(u16, Bytes), Fault> {
    Ok(switchboard_outside::finish(request, MAX_ANSWER).await?)
}

/// Reads JSON out of an answer. What it says instead is not repeated: it may hold secrets.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|_| Fault::Wrong(format!("{what} is not the JSON agreed on")))
}
