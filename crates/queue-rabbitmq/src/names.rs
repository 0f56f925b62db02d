//! What queues and exchanges are called at the broker.

use lapin::types::ShortString;
use switchboard_queue::{Topic, topology::Kind};

use crate::fault::Fault;

/// The longest namespace: with what follows, a name must fit the 255 bytes of AMQP.
const LONGEST: usize = 100;

/// Names with the namespace before them.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    prefix: String,
    topics: ShortString,
    unroutable: ShortString,
    broadcasts: Vec<(Topic, ShortString)>,
}

impl Names {
    /// # Errors
    /// [`Fault::Refused`] for a namespace that is too long or has characters that confuse.
    pub(crate) fn new(namespace: &str) -> Result<Self, Fault> {
        let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if namespace.len() > LONGEST || !namespace.bytes().all(usual) {
            return Err(Fault::Refused {
                what: format!("the queue namespace {namespace:?}"),
                remedy: format!("use at most {LONGEST} of the characters a-z A-Z 0-9 - _ ."),
            });
        }
        let prefix = if namespace.is_empty() { String::new() } else { format!("{namespace}.") };
        let broadcasts = Topic::all().filter(|topic| topic.kind() == Kind::Broadcast);
        Ok(Self {
            topics: short(&format!("{prefix}switchboard"))?,
            unroutable: short(&format!("{prefix}switchboard.unroutable"))?,
            broadcasts: broadcasts
                .map(|topic| Ok((topic, short(&format!("{prefix}{topic}"))?)))
                .collect::<Result<_, Fault>>()?,
            prefix,
        })
    }

    /// The queue of a topic that keeps messages.
    pub(crate) fn queue(&self, topic: Topic) -> Result<ShortString, Fault> {
        short(&format!("{}{topic}", self.prefix))
    }

    /// The direct exchange that leads to every queue, by the name of its topic.
    pub(crate) fn topics(&self) -> ShortString {
        self.topics.clone()
    }

    /// The fanout exchange that takes what led nowhere.
    pub(crate) fn unroutable(&self) -> ShortString {
        self.unroutable.clone()
    }

    /// The exchange to publish a topic to.
    pub(crate) fn exchange(&self, topic: Topic) -> ShortString {
        let broadcast = self.broadcasts.iter().find(|(broadcast, _)| *broadcast == topic);
        broadcast.map_or_else(|| self.topics(), |(_, exchange)| exchange.clone())
    }
}

/// A string of AMQP; lapin's own conversion panics when it is too long.
pub(crate) fn short(text: &str) -> Result<ShortString, Fault> {
    ShortString::try_new(text).map_err(|error| Fault::Refused {
        what: format!("a name of {} bytes: {error}", text.len()),
        remedy: "use a shorter one".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_goes_before_every_name() {
        let names = Names::new("blue").unwrap();
        assert_eq!(names.queue(Topic::BotTurns).unwrap().as_str(), "blue.bot.turns");
        assert_eq!(names.exchange(Topic::BotTurns).as_str(), "blue.switchboard");
        assert_eq!(names.exchange(Topic::DeskEvents).as_str(), "blue.desk.events");
        assert_eq!(Names::new("").unwrap().queue(Topic::Dispatch).unwrap().as_str(), "dispatch");
        assert!(Names::new("with space").is_err());
        assert!(Names::new(&"x".repeat(101)).is_err());
    }
}
