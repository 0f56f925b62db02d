//! One topic's line: what is stored, what was dealt to whom, whose turn it is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use switchboard_queue::{
    Delivery, Tag,
    topology::{Bounds, Kind},
};
use tokio::sync::mpsc;

use crate::{
    command::{Join, MemberId},
    storage::Row,
};

/// How many bytes and messages something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

impl Size {
    pub(crate) fn plus(self, other: Size) -> Size {
        Size {
            messages: self.messages.saturating_add(other.messages),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    pub(crate) fn minus(self, other: Size) -> Size {
        Size {
            messages: self.messages.saturating_sub(other.messages),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    pub(crate) fn within(self, bounds: Bounds) -> bool {
        self.messages <= bounds.messages && self.bytes <= bounds.bytes
    }
}

/// A message that a subscriber has and has not acked.
#[derive(Debug, Clone, Copy)]
struct Held {
    seq: i64,
    bytes: u64,
}

struct Member {
    id: MemberId,
    session: u64,
    prefetch: usize,
    /// The number of its session's last delivery.
    number: u64,
    unacked: BTreeMap<u64, Held>,
    deliveries: mpsc::UnboundedSender<Delivery>,
}

impl Member {
    fn window(&self) -> usize {
        self.prefetch.saturating_sub(self.unacked.len())
    }
}

/// What to read for the subscribers that have room.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Nothing,
    /// Messages that were given back: always older than those never dealt.
    These(Vec<i64>),
    /// Messages never dealt, so many.
    Above {
        seq: i64,
        limit: usize,
    },
}

/// A line of messages and its subscribers.
pub(crate) struct Line {
    kind: Kind,
    /// What is stored, unacked included.
    pub(crate) stored: Size,
    /// The newest stored message.
    last: i64,
    /// All up to here is dealt, acked, or in `returned`.
    cursor: i64,
    /// Up to here an earlier process may have dealt: how far it came is not written down, which
    /// would cost a write for each delivery.
    doubtful: i64,
    returned: BTreeSet<i64>,
    /// In the order of their turn; of a lane only the first is served.
    members: VecDeque<Member>,
}

impl Line {
    pub(crate) fn new(kind: Kind, stored: Size, last: i64) -> Self {
        Self {
            kind,
            stored,
            last,
            cursor: 0,
            doubtful: last,
            returned: BTreeSet::new(),
            members: VecDeque::new(),
        }
    }

    /// A message was stored.
    pub(crate) fn added(&mut self, seq: i64) {
        self.last = self.last.max(seq);
    }

    pub(crate) fn join(&mut self, join: Join) {
        self.members.push_back(Member {
            id: join.member,
            session: 1,
            prefetch: join.prefetch,
            number: 0,
            unacked: BTreeMap::new(),
            deliveries: join.deliveries,
        });
    }

    /// Takes back what the subscriber holds. True if it was there.
    pub(crate) fn leave(&mut self, id: MemberId) -> bool {
        self.take(id).is_some()
    }

    /// Takes back what the subscriber holds and puts it at the end of the waiting subscribers.
    pub(crate) fn restart(&mut self, id: MemberId, session: u64) {
        if let Some(mut member) = self.take(id) {
            member.session = session;
            member.number = 0;
            self.members.push_back(member);
        }
    }

    /// Ends every subscription.
    pub(crate) fn disband(&mut self) {
        self.members.clear();
    }

    fn take(&mut self, id: MemberId) -> Option<Member> {
        let place = self.members.iter().position(|member| member.id == id)?;
        let mut member = self.members.remove(place)?;
        let held = std::mem::take(&mut member.unacked);
        self.returned.extend(held.into_values().map(|held| held.seq));
        Some(member)
    }

    /// The stored messages behind a subscriber's tags; tags of another session name nothing.
    pub(crate) fn held(&self, id: MemberId, tags: &[Tag]) -> Vec<i64> {
        let Some(member) = self.members.iter().find(|member| member.id == id) else {
            return Vec::new();
        };
        tags.iter()
            .filter(|tag| tag.session == member.session)
            .filter_map(|tag| member.unacked.get(&tag.number))
            .map(|held| held.seq)
            .collect()
    }

    /// The subscriber's acks are written.
    pub(crate) fn settle(&mut self, id: MemberId, tags: &[Tag]) {
        let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
            return;
        };
        for tag in tags.iter().filter(|tag| tag.session == member.session) {
            if let Some(held) = member.unacked.remove(&tag.number) {
                self.stored = self.stored.minus(Size { messages: 1, bytes: held.bytes });
            }
        }
    }

    /// What the subscribers have room for.
    pub(crate) fn wanted(&self) -> Wanted {
        let window: usize = match self.kind {
            Kind::Lane => self.members.front().map_or(0, Member::window),
            Kind::Work | Kind::Dead | Kind::Broadcast => {
                self.members.iter().map(Member::window).sum()
            }
        };
        if window == 0 {
            return Wanted::Nothing;
        }
        if !self.returned.is_empty() {
            return Wanted::These(self.returned.iter().copied().take(window).collect());
        }
        if self.cursor < self.last {
            return Wanted::Above { seq: self.cursor, limit: window };
        }
        Wanted::Nothing
    }

    /// Deals the rows, which [`Line::wanted`] asked for: of a lane all to the first subscriber,
    /// else one to each in turn.
    pub(crate) fn deal(&mut self, rows: Vec<Row>) {
        for row in rows {
            let Some(turn) = self.members.iter().position(|member| member.window() > 0) else {
                return;
            };
            let may_have_been_dealt = row.seq <= self.cursor.max(self.doubtful);
            self.returned.remove(&row.seq);
            self.cursor = self.cursor.max(row.seq);
            if let Some(member) = self.members.get_mut(turn) {
                give(member, row, may_have_been_dealt);
            }
            if self.kind != Kind::Lane {
                self.members.rotate_left(turn.saturating_add(1));
            }
        }
    }
}

fn give(member: &mut Member, row: Row, redelivered: bool) {
    member.number = member.number.saturating_add(1);
    let bytes = u64::try_from(row.payload.len()).unwrap_or(u64::MAX);
    member.unacked.insert(member.number, Held { seq: row.seq, bytes });
    let tag = Tag { session: member.session, number: member.number };
    let delivery = Delivery { tag, id: row.id, payload: row.payload.into(), redelivered };
    // A receiver that is gone has sent its farewell, which gives the message back.
    let _ = member.deliveries.send(delivery);
}
