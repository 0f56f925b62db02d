//! Which topics exist, what kind each is, and what bounds it. `proto/switchboard/v1/topology.md`
//! says the same in prose: who publishes, who consumes. Change both together.

use std::{fmt, time::Duration};

use switchboard_domain::shard::{AccountShard, ConversationShard};

/// A publish that has no answer by then failed as [`crate::PublishError::Away`].
pub const PUBLISH_DEADLINE: Duration = Duration::from_secs(5);

/// The largest message: a webhook of 3 MiB, wrapped.
pub const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// The longest message id: the limit of an AMQP short string.
pub const MAX_ID_BYTES: usize = 255;

/// How many messages a publisher may have unconfirmed. (On quorum queues 256 is the knee; more
/// adds only latency.)
pub const MAX_IN_FLIGHT: usize = 256;

/// One named queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// All that changes the conversations of one shard.
    Inbound(ConversationShard),
    /// What is to be sent for the channel accounts of one shard.
    Outbound(AccountShard),
    /// All that changes the waiting line and the agents' load.
    Dispatch,
    /// Turns for bots to take.
    BotTurns,
    /// What bots are told beside their turns.
    BotNews,
    /// What the agents' pages should hear of. A hint: the store holds the truth.
    DeskEvents,
    /// Messages that no one could process, with the reason.
    DeadLetters,
    /// Messages that no queue was bound for.
    Unroutable,
}

/// How a topic delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ordered; one active consumer, the others wait.
    Lane,
    /// Competing consumers, each message to one of them.
    Work,
    /// Every subscriber gets what is published while it listens; nothing is kept.
    Broadcast,
    /// Kept for a person to look at.
    Dead,
}

/// What bounds a topic. When either is reached, publishing is refused, nothing is dropped; but for
/// a broadcast, where they bound what waits for one listener, who then misses some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Messages.
    pub messages: u64,
    /// Bytes of payload.
    pub bytes: u64,
}

impl Topic {
    /// Every topic, in a fixed order: what a queue declares.
    pub fn all() -> impl Iterator<Item = Topic> {
        let lanes = ConversationShard::all().map(Topic::Inbound);
        let sends = AccountShard::all().map(Topic::Outbound);
        let single = [
            Topic::Dispatch,
            Topic::BotTurns,
            Topic::BotNews,
            Topic::DeskEvents,
            Topic::DeadLetters,
            Topic::Unroutable,
        ];
        lanes.chain(sends).chain(single)
    }

    /// How it delivers.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Topic::Inbound(_) | Topic::Outbound(_) | Topic::Dispatch => Kind::Lane,
            Topic::BotTurns | Topic::BotNews => Kind::Work,
            Topic::DeskEvents => Kind::Broadcast,
            Topic::DeadLetters | Topic::Unroutable => Kind::Dead,
        }
    }

    /// What bounds it.
    #[must_use]
    pub fn bounds(self) -> Bounds {
        const GIB: u64 = 1024 * 1024 * 1024;
        match self {
            Topic::Inbound(_) | Topic::Outbound(_) => Bounds { messages: 200_000, bytes: GIB },
            Topic::Dispatch | Topic::BotTurns | Topic::BotNews => {
                Bounds { messages: 500_000, bytes: GIB }
            }
            Topic::DeskEvents => Bounds { messages: 10_000, bytes: GIB / 16 },
            Topic::DeadLetters | Topic::Unroutable => Bounds { messages: 1_000_000, bytes: GIB },
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Inbound(shard) => write!(f, "inbound.{:02}", shard.number()),
            Topic::Outbound(shard) => write!(f, "outbound.{:02}", shard.number()),
            Topic::Dispatch => f.write_str("dispatch"),
            Topic::BotTurns => f.write_str("bot.turns"),
            Topic::BotNews => f.write_str("bot.news"),
            Topic::DeskEvents => f.write_str("desk.events"),
            Topic::DeadLetters => f.write_str("dead-letters"),
            Topic::Unroutable => f.write_str("unroutable"),
        }
    }
}

impl std::str::FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(name: &str) -> Result<Self, UnknownTopic> {
        Topic::all()
            .find(|topic| topic.to_string() == name)
            .ok_or_else(|| UnknownTopic(name.into()))
    }
}

/// A name that is no topic's.
#[derive(Debug, thiserror::Error)]
#[error("there is no queue called {0:?}")]
pub struct UnknownTopic(String);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_topic_has_its_own_name_and_is_found_by_it() {
        let names: BTreeSet<String> = Topic::all().map(|topic| topic.to_string()).collect();
        assert_eq!(names.len(), Topic::all().count());
        for topic in Topic::all() {
            assert_eq!(topic.to_string().parse::<Topic>().unwrap(), topic);
        }
        assert!("inbound.99".parse::<Topic>().is_err());
    }
}
