//! What connects to a broker, with the password kept out of every log.

use std::{fmt, str::FromStr};

use lapin::uri::AMQPUri;
use switchboard_queue::{Topic, topology::Bounds};

/// Dead after two missed: the broker's documentation calls 5 to 20 seconds best.
const HEARTBEAT_SECONDS: u16 = 10;

/// A TCP connect and handshake that takes longer has failed.
const CONNECT_MILLISECONDS: u64 = 5_000;

/// Where the broker is and who we are to it. Shown without user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct AmqpUrl(AMQPUri);

impl AmqpUrl {
    pub(crate) fn uri(&self) -> AMQPUri {
        let mut uri = self.0.clone();
        uri.query.heartbeat = Some(HEARTBEAT_SECONDS);
        uri.query.connection_timeout = Some(CONNECT_MILLISECONDS);
        uri
    }
}

impl FromStr for AmqpUrl {
    type Err = InvalidUrl;

    fn from_str(url: &str) -> Result<Self, InvalidUrl> {
        // What the parser says may quote the URL, and with it the password.
        url.parse().map(Self).map_err(|_| InvalidUrl)
    }
}

impl fmt::Display for AmqpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AMQPUri { scheme, authority, vhost, .. } = &self.0;
        write!(f, "{scheme}://{}:{} (vhost {vhost:?})", authority.host, authority.port)
    }
}

impl fmt::Debug for AmqpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no AMQP URL; it is not repeated, as it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidUrl;

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the broker's address is not understood; write amqp://user:password@host:5672/%2f \
             (amqps:// for TLS; %2f is the vhost /)",
        )
    }
}

impl std::error::Error for InvalidUrl {}

/// How to use a broker.
#[derive(Debug, Clone)]
pub struct RabbitSettings {
    /// The broker.
    pub url: AmqpUrl,
    /// Names the connections to operators, e.g. `router@host-1`.
    pub name: String,
    /// Goes before the name of each queue and exchange, so that several installations (or tests)
    /// share a vhost. Empty for none.
    pub namespace: String,
    /// On how many nodes each queue is kept; none leaves it to the broker (three, or all if there
    /// are fewer). Only counts when a queue is created.
    pub replicas: Option<u16>,
    /// What bounds each topic. Fixed when a queue is created.
    pub bounds: fn(Topic) -> Bounds,
}

impl RabbitSettings {
    /// The settings that suit production.
    #[must_use]
    pub fn new(url: AmqpUrl, name: impl Into<String>) -> Self {
        Self {
            url,
            name: name.into(),
            namespace: String::new(),
            replicas: None,
            bounds: Topic::bounds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let url: AmqpUrl = "amqp://sam:s3cret@broker:5673/%2f".parse().unwrap();
        assert_eq!(format!("{url} {url:?}").matches("amqp://broker:5673 (vhost \"/\")").count(), 2);
        let settings = RabbitSettings::new(url, "test");
        assert!(!format!("{settings:?}").contains("s3cret"));
        let error = "http://sam:s3cret@broker".parse::<AmqpUrl>().unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }
}
