//! What people may want to be told of by e-mail: kept in the transaction that applies it (ADR 0023).

use switchboard_domain::{
    Content,
    conversation::{Author, Effect, Event, EventKind, Status},
    ids::UserId,
    notices::NoticeKind,
};
use switchboard_store::{
    Db, StoreError,
    notices::happened::{self, Notice},
};

use super::{cache::Loaded, integrators::Before};

/// Keeps what there is to tell of an event that was applied.
pub(super) fn keep(
    db: &mut Db,
    loaded: &Loaded,
    event: &Event,
    (before, effects): (&Before, &[Effect]),
) -> Result<(), StoreError> {
    let now = &loaded.record.state.status;
    let moved = [started(before, now, event), waits(before, now), taken(before, now, event)];
    let notes =
        effects.iter().flat_map(mentioned).map(|user| (NoticeKind::Mentioned, Some(user), 0));
    for (kind, user, ticket) in moved.into_iter().flatten().chain(notes) {
        let notice = Notice {
            workspace: loaded.record.workspace,
            conversation: loaded.record.state.id,
            kind,
            user,
            ticket,
            at: event.now,
        };
        happened::keep(db, &notice)?;
    }
    Ok(())
}

/// What there is to tell, whom it is about, and which wait.
type Told = (NoticeKind, Option<UserId>, u64);

/// A conversation that nothing has happened in is resolved, too.
fn started(before: &Before, now: &Status, event: &Event) -> Option<Told> {
    let by_customer = matches!(event.kind, EventKind::Customer(_));
    let begins = before.status == "resolved" && matches!(now, Status::Bot | Status::Waiting { .. });
    (by_customer && begins).then_some((NoticeKind::Started, None, 0))
}

fn waits(before: &Before, now: &Status) -> Option<Told> {
    let Status::Waiting { ticket, .. } = now else { return None };
    (before.ticket != Some(*ticket)).then_some((NoticeKind::Waiting, None, *ticket))
}

/// Who takes a conversation themselves knows of it.
fn taken(before: &Before, now: &Status, event: &Event) -> Option<Told> {
    let Status::Agent { agent } = now else { return None };
    let by_themselves = matches!(&event.kind, EventKind::Agent { agent: by, .. } if by == agent);
    let news = before.agent != Some(*agent) && !by_themselves;
    news.then_some((NoticeKind::Assigned, Some(*agent), 0))
}

/// Whom a note is for, but for who wrote it.
fn mentioned(effect: &Effect) -> Vec<UserId> {
    let Effect::Append(message) = effect else { return Vec::new() };
    let Content::Note { mentions, .. } = &message.content else { return Vec::new() };
    let writer = match message.author {
        Author::Agent { id } => Some(id),
        _ => None,
    };
    mentions.iter().copied().filter(|user| Some(*user) != writer).collect()
}
