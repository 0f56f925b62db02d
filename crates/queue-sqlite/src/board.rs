//! All lines, and which of them have something to deal.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_queue::{Message, PublishError, Topic, topology::Bounds};

use crate::{
    line::{Line, Size, Wanted},
    storage::{Row, Standing, Storage},
};

/// The state of the queue outside its file.
pub(crate) struct Board {
    lines: BTreeMap<Topic, Line>,
    bounds: fn(Topic) -> Bounds,
    /// Lines where something changed since they were last dealt.
    stirred: BTreeSet<Topic>,
}

impl Board {
    /// What the file holds, dealt to no one.
    pub(crate) fn new(standings: Vec<Standing>, bounds: fn(Topic) -> Bounds) -> Self {
        let mut found: BTreeMap<String, Standing> =
            standings.into_iter().map(|standing| (standing.topic.clone(), standing)).collect();
        let lines = Topic::all()
            .map(|topic| {
                let (size, last) = found.remove(&topic.to_string()).map_or_else(
                    || (Size::default(), 0),
                    |standing| (size_of_standing(&standing), standing.last),
                );
                (topic, Line::new(topic.kind(), size, last))
            })
            .collect();
        for topic in found.keys() {
            tracing::warn!(topic, "the queue's file holds messages of an unknown topic; kept");
        }
        Self { lines, bounds, stirred: BTreeSet::new() }
    }

    /// The line of a topic, which is now to be looked at by [`Board::serve`].
    pub(crate) fn stir(&mut self, topic: Topic) -> Option<&mut Line> {
        self.stirred.insert(topic);
        self.lines.get_mut(&topic)
    }

    /// The line of a topic, to look at.
    pub(crate) fn line(&self, topic: Topic) -> Option<&Line> {
        self.lines.get(&topic)
    }

    /// Counts the messages into their lines, if every line has room for all.
    ///
    /// # Errors
    /// [`PublishError::Full`]; nothing was counted.
    pub(crate) fn reserve(&mut self, messages: &[Message]) -> Result<(), PublishError> {
        let sizes = sizes(messages);
        for (topic, size) in &sizes {
            let stored = self.lines.get(topic).map(|line| line.stored).unwrap_or_default();
            if !stored.plus(*size).within((self.bounds)(*topic)) {
                return Err(PublishError::Full { topic: *topic });
            }
        }
        for (topic, size) in sizes {
            if let Some(line) = self.lines.get_mut(&topic) {
                line.stored = line.stored.plus(size);
            }
        }
        Ok(())
    }

    /// Undoes [`Board::reserve`].
    pub(crate) fn release(&mut self, messages: &[Message]) {
        for (topic, size) in sizes(messages) {
            if let Some(line) = self.lines.get_mut(&topic) {
                line.stored = line.stored.minus(size);
            }
        }
    }

    /// Deals what the stirred lines have to whoever has room.
    ///
    /// # Errors
    /// What the file answered; the lines not served stay stirred.
    pub(crate) fn serve(&mut self, storage: &mut Storage) -> diesel::QueryResult<()> {
        while let Some(topic) = self.stirred.first().copied() {
            if let Some(line) = self.lines.get_mut(&topic) {
                serve_line(topic, line, storage)?;
            }
            self.stirred.remove(&topic);
        }
        Ok(())
    }

    /// Ends every subscription.
    pub(crate) fn disband(&mut self) {
        self.lines.values_mut().for_each(Line::disband);
    }
}

fn serve_line(topic: Topic, line: &mut Line, storage: &mut Storage) -> diesel::QueryResult<()> {
    loop {
        let rows: Vec<Row> = match line.wanted() {
            Wanted::Nothing => return Ok(()),
            Wanted::These(seqs) => storage.these(&seqs)?,
            Wanted::Above { seq, limit } => {
                storage.above(&topic.to_string(), seq, i64::try_from(limit).unwrap_or(i64::MAX))?
            }
        };
        if rows.is_empty() {
            tracing::error!(%topic, "messages are missing from the queue's file; did someone edit it?");
            return Ok(());
        }
        line.deal(rows);
    }
}

fn sizes(messages: &[Message]) -> BTreeMap<Topic, Size> {
    let mut sizes: BTreeMap<Topic, Size> = BTreeMap::new();
    for message in messages {
        let bytes = u64::try_from(message.payload.len()).unwrap_or(u64::MAX);
        let size = sizes.entry(message.topic).or_default();
        *size = size.plus(Size { messages: 1, bytes });
    }
    sizes
}

fn size_of_standing(standing: &Standing) -> Size {
    Size {
        messages: u64::try_from(standing.messages).unwrap_or_default(),
        bytes: u64::try_from(standing.bytes).unwrap_or_default(),
    }
}
