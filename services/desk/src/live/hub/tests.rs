//! The hub by itself: who is given what, and that no socket is told past what it missed.

use switchboard_domain::ids::{AccountId, ConversationId};
use switchboard_store::changes::Stream;

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

fn owner(workspace: &str, user: &str) -> Owner {
    Owner {
        workspace: WorkspaceId::derive(workspace),
        user: UserId::derive(user),
        pass: Pass::Session(user.to_owned()),
    }
}

fn at(position: i64) -> Heads {
    let mut heads = Heads::default();
    heads.raise(Stream::Noted, position);
    heads
}

/// What a reading after some place gives: a change at each place up to the next.
fn news(from: i64, to: i64) -> News {
    let change = |position| Change {
        conversation: ConversationId::derive("c"),
        stream: Stream::Noted,
        position,
        revision: 1,
        seen_by: SeenBy {
            agent: None,
            account: AccountId::derive("page"),
            team: None,
            told: Vec::new(),
        },
    };
    News { changes: Some((from + 1..=to).map(change).collect()), heads: at(to) }
}

fn hint(seat: &mut Seat) -> Option<String> {
    match seat.words.try_recv().ok()? {
        Word::Hint(text, _) => Some(text.to_string()),
        Word::Changed(batch) => panic!("{batch:?}"),
    }
}

/// Where a socket was told to have been, and is.
fn batch(seat: &mut Seat) -> Option<(Heads, Heads)> {
    match seat.words.try_recv().ok()? {
        Word::Changed(batch) => Some((batch.from.clone(), batch.heads.clone())),
        Word::Hint(text, _) => panic!("{text}"),
    }
}

#[test]
fn hints_stay_in_their_workspace() {
    let hub = Hub::default();
    let (mut one, mut other) = (
        hub.join(owner("a", "ann"), NOW, Heads::default()),
        hub.join(owner("b", "bob"), NOW, Heads::default()),
    );
    hub.tell(Some(WorkspaceId::derive("a")), &"hint".into(), None);
    assert_eq!(hint(&mut one).as_deref(), Some("hint"));
    assert_eq!(hint(&mut other), None);
    hub.tell(None, &"all".into(), None);
    assert_eq!(hint(&mut other).as_deref(), Some("all"));
}

#[test]
fn a_slow_socket_is_closed_and_others_are_not() {
    let hub = Hub::default();
    let slow = hub.join(owner("a", "ann"), NOW, Heads::default());
    for _ in 0..BACKLOG {
        hub.tell(None, &"hint".into(), None);
    }
    let quick = hub.join(owner("a", "bob"), NOW, Heads::default());
    assert!(!slow.close.is_cancelled());
    hub.tell(None, &"one too many".into(), None);
    assert!(slow.close.is_cancelled() && !quick.close.is_cancelled());
}

#[test]
fn a_user_is_there_until_the_last_page_closes() {
    let hub = Hub::default();
    let join = |owner| hub.join(owner, NOW, Heads::default());
    let (one, two) = (join(owner("a", "ann")), join(owner("a", "ann")));
    assert_eq!(hub.users(WorkspaceId::derive("a")), [UserId::derive("ann")]);
    let later = Timestamp::from_secs(1_790_000_060);
    assert_eq!(hub.touch(&two, UserId::derive("ann"), later), Some(NOW));
    assert_eq!(hub.pages().first().map(|page| page.active_at), Some(later));
    hub.leave(one.number);
    assert!(hub.has(UserId::derive("ann")));
    let pass = Pass::Key(ApiKeyId::derive("key"));
    let _program = join(Owner { pass: pass.clone(), ..owner("a", "ann") });
    hub.leave(two.number);
    assert!(!hub.has(UserId::derive("ann")), "a program is nobody's presence");
    assert!(hub.users(WorkspaceId::derive("a")).is_empty() && hub.pages().is_empty());
    assert_eq!(hub.count(&pass), 1);
}

#[test]
fn what_ends_takes_its_sockets_along() {
    let hub = Hub::default();
    let join = |owner| hub.join(owner, NOW, Heads::default());
    let (one, other) = (join(owner("a", "ann")), join(owner("a", "bob")));
    hub.end(&Pass::Session("ann".into()));
    assert!(one.close.is_cancelled() && !other.close.is_cancelled());
}

#[test]
fn each_socket_is_told_from_where_it_was() {
    let hub = Hub::default();
    let workspace = WorkspaceId::derive("a");
    let mut first = hub.join(owner("a", "ann"), NOW, at(3));
    assert_eq!(hub.stirred(), [(workspace, at(3))]);
    // Its reading had gone further than what the others of its workspace were told.
    let mut second = hub.join(owner("a", "bob"), NOW, at(5));
    assert_eq!((&first.from, &second.from), (&at(3), &at(3)));
    hub.told(workspace, &at(3), news(3, 6));
    assert_eq!(batch(&mut first), Some((at(3), at(6))));
    assert_eq!(batch(&mut second), Some((at(3), at(6))));
    hub.told(workspace, &at(3), news(3, 5));
    assert_eq!(batch(&mut first), None, "it was told");
    assert_eq!(hub.join(owner("a", "eve"), NOW, at(4)).from, at(6));
}

#[test]
fn who_came_before_a_reading_that_began_earlier_is_not_told_past_what_it_missed() {
    let hub = Hub::default();
    let workspace = WorkspaceId::derive("a");
    let before = hub.join(owner("a", "ann"), NOW, at(7));
    hub.stirred();
    hub.leave(before.number);
    let mut after = hub.join(owner("a", "bob"), NOW, at(2));
    hub.told(workspace, &at(7), news(7, 9));
    assert_eq!(batch(&mut after), None, "3 to 7 would be left out");
    assert_eq!(hub.stirred(), [(workspace, at(2))], "it is read for anew");
}

#[test]
fn a_store_that_was_set_back_is_followed_from_there() {
    let hub = Hub::default();
    let workspace = WorkspaceId::derive("a");
    let mut one = hub.join(owner("a", "ann"), NOW, at(7));
    hub.told(workspace, &at(7), News { changes: None, heads: at(4) });
    let Ok(Word::Changed(batch)) = one.words.try_recv() else { panic!("nothing") };
    assert_eq!((&batch.changes, &batch.heads), (&None, &at(4)));
    assert_eq!(hub.stirred(), [(workspace, at(4))]);
}
