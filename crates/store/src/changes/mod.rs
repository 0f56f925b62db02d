//! What changed when: the place of each conversation's last change, so that whoever followed them and
//! was away hears what changed meanwhile (ADR 26).
//!
//! The changes of a workspace are streams, one of each shard and one of what is noted beside the
//! shards' lanes. The next place in a stream is given by updating its head's row, in the transaction
//! of the change: the row stays locked until that has committed, so within a stream places commit in
//! order, on either database, and whoever sees one sees all before it.

mod read;
mod sight;
mod write;

use std::collections::BTreeMap;

pub use read::{News, after, heads, seen_by};
pub use sight::{Eyes, SeenBy, eyes};
use switchboard_domain::{ids::ConversationId, shard::ConversationShard};
pub(crate) use write::one;
pub use write::{advance, noted, noted_of};

/// Changes that commit in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// What is noted about conversations beside their lanes: labels, names, attributes.
    Noted,
    /// What happens in the conversations of a shard.
    Shard(ConversationShard),
}

impl Stream {
    /// From 0, for keeping.
    #[must_use]
    pub fn number(self) -> usize {
        match self {
            Stream::Noted => 0,
            Stream::Shard(shard) => usize::from(shard.number()) + 1,
        }
    }

    /// The stream of that number, if there is one.
    #[must_use]
    pub fn of(number: usize) -> Option<Self> {
        let Some(shard) = number.checked_sub(1) else { return Some(Stream::Noted) };
        Some(Stream::Shard(ConversationShard::new(u16::try_from(shard).ok()?)?))
    }
}

/// How far somebody has come in each stream of a workspace; not at all in those that are not named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<Stream, i64>);

impl Heads {
    /// How far in this stream; 0: before its first change.
    #[must_use]
    pub fn of(&self, stream: Stream) -> i64 {
        self.0.get(&stream).copied().unwrap_or_default()
    }

    /// Goes on in a stream; never back.
    pub fn raise(&mut self, stream: Stream, position: i64) {
        let known = self.0.entry(stream).or_default();
        *known = position.max(*known);
    }

    /// Goes on in all streams.
    pub fn join(&mut self, other: &Self) {
        other.iter().for_each(|(stream, position)| self.raise(stream, position));
    }

    /// Whether all that the other has come to is behind this.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.iter().all(|(stream, position)| position <= self.of(stream))
    }

    /// Each stream that has come anywhere.
    pub fn iter(&self) -> impl Iterator<Item = (Stream, i64)> {
        self.0.iter().map(|(stream, position)| (*stream, *position))
    }
}

/// That a conversation changed, for the last time until now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub conversation: ConversationId,
    /// Where that was written.
    pub stream: Stream,
    /// Its place there.
    pub position: i64,
    /// The conversation's revision.
    pub revision: u64,
    /// Who sees it now.
    pub seen_by: SeenBy,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(number: u16) -> Stream {
        Stream::Shard(ConversationShard::new(number).unwrap())
    }

    #[test]
    fn each_stream_has_a_number_and_each_number_a_stream() {
        for stream in ConversationShard::all().map(Stream::Shard).chain([Stream::Noted]) {
            assert_eq!(Stream::of(stream.number()), Some(stream));
        }
        assert_eq!(Stream::of(33), None);
    }

    #[test]
    fn heads_only_go_on() {
        let (mut one, mut other) = (Heads::default(), Heads::default());
        one.raise(shard(3), 7);
        other.raise(shard(3), 5);
        other.raise(Stream::Noted, 1);
        assert!(!one.covers(&other) && !other.covers(&one));
        one.join(&other);
        assert_eq!((one.of(shard(3)), one.of(Stream::Noted), one.of(shard(0))), (7, 1, 0));
        assert!(one.covers(&other) && one.covers(&Heads::default()));
    }
}
