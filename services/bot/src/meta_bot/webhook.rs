//! What the customer said, as the webhooks that Meta sent.

use switchboard_domain::Content;
use switchboard_meta::webhook::restore;
use switchboard_store::{Store, messages};
use tracing::warn;

use crate::{Failure, Question};

/// What a bot is told in a turn.
pub(super) struct Told {
    /// Webhook bodies, in order.
    pub(super) bodies: Vec<String>,
    /// Whether the customer waits for an answer, and did more than react or take something back.
    pub(super) wants_answer: bool,
}

/// The webhooks of a turn: each event as it came. One event may be several of our messages, and is
/// told once.
pub(super) async fn of(store: &Store, question: &Question) -> Result<Told, Failure> {
    let workspace = question.workspace;
    let (ids, said) = (question.messages.clone(), &question.said);
    let wants_answer =
        said.iter().any(|said| !matches!(said, Content::Reaction { .. } | Content::Unsent));
    let read = move |db: &mut _| {
        ids.into_iter().map(|id| messages::raw(db, workspace, id)).collect::<Result<Vec<_>, _>>()
    };
    let mut raws = store.read(read).await.map_err(|error| {
        warn!(%error, "the events of a turn cannot be read");
        Failure("What the customer wrote could not be read.".into())
    })?;
    raws.dedup();
    let bodies = raws.into_iter().flatten().filter_map(|raw| restore(&raw)).collect();
    Ok(Told { bodies, wants_answer })
}
