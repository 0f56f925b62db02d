//! What is done about control of a conversation, and signs of life, on the wire.

use switchboard_domain::conversation::{Signal, ThreadAction};

use super::Invalid;
use crate::wire::{self, signal, thread_action::Do};

impl From<ThreadAction> for wire::ThreadAction {
    fn from(action: ThreadAction) -> Self {
        let action = match action {
            ThreadAction::Take => Do::Take(wire::Empty {}),
            ThreadAction::Request => Do::Request(wire::Empty {}),
            ThreadAction::Pass { to } => Do::PassTo(to),
            ThreadAction::Release => Do::Release(wire::Empty {}),
        };
        Self { r#do: Some(action) }
    }
}

impl TryFrom<wire::ThreadAction> for ThreadAction {
    type Error = Invalid;

    fn try_from(action: wire::ThreadAction) -> Result<Self, Invalid> {
        Ok(match action.r#do.ok_or_else(|| Invalid::missing("thread_action.do"))? {
            Do::Take(_) => ThreadAction::Take,
            Do::Request(_) => ThreadAction::Request,
            Do::PassTo(to) => ThreadAction::Pass { to },
            Do::Release(_) => ThreadAction::Release,
        })
    }
}

impl From<Signal> for signal::Kind {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Typing { answering } => Self::Typing(signal::Typing { answering }),
            Signal::Seen { up_to } => Self::Seen(signal::Seen { up_to }),
        }
    }
}

impl From<signal::Kind> for Signal {
    fn from(kind: signal::Kind) -> Self {
        match kind {
            signal::Kind::Typing(signal::Typing { answering }) => Self::Typing { answering },
            signal::Kind::Seen(signal::Seen { up_to }) => Self::Seen { up_to },
        }
    }
}
