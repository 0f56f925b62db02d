//! Single decisions; [`model`] has them all together.

mod model;

use std::collections::HashMap;

use switchboard_contract::wire::SendRequest;
use switchboard_domain::ids::AppId;

use super::*;
use crate::limits::{Class, Rates};

const DEPTH: usize = 3;
const HELD: usize = 6;
const RATES: Rates = Rates { text: 1_000, media: Some(500), pair: None };

fn setup() -> Setup {
    Setup { idle_since: Duration::ZERO, per_account: 2, held: HELD, depth: DEPTH }
}

fn workspace() -> WorkspaceId {
    WorkspaceId::derive("w")
}

fn account(number: u8) -> AccountId {
    AccountId::derive(&number.to_string())
}

fn conversation(account: u8, number: u8) -> ConversationId {
    ConversationId::derive(&format!("{account}:{number}"))
}

fn item(position: i64, now: Duration) -> Item {
    Item {
        position,
        send: SendId::derive(&position.to_string()),
        attempt: 0,
        doubtful: false,
        ready: now,
        expires: Duration::MAX,
        since: now,
        class: if position % 3 == 0 { Class::Media } else { Class::Text },
        failures: 0,
        throttles: 0,
        request: Arc::new(SendRequest::default()),
    }
}

fn facts(paused: bool) -> Facts {
    Facts { app: AppId::derive("a"), rates: RATES, paused }
}

/// One account, loaded, with a send in each of these conversations.
fn loaded(conversations: &[u8], facts: Facts) -> (Scheduler, Duration) {
    let now = Duration::from_secs(100);
    let mut scheduler = Scheduler::new(setup(), Arc::default());
    scheduler.survey(Vec::new());
    for (position, number) in (1..).zip(conversations) {
        let whose = (workspace(), account(0), conversation(0, *number));
        scheduler.accept(whose, item(position, now), now);
    }
    scheduler.account(account(0), facts, now);
    while !matches!(scheduler.actions.front(), None | Some(Action::GiveUp(_) | Action::Expire(_))) {
        scheduler.actions.pop_front();
    }
    (scheduler, now)
}

fn start(scheduler: &mut Scheduler, now: Duration) -> Option<Job> {
    match scheduler.next(true, now) {
        Some(Action::Start(job)) => Some(job),
        None => None,
        other => panic!("something else is to be done: {other:?}"),
    }
}

#[test]
fn conversations_take_turns() {
    let (mut scheduler, mut now) = loaded(&[0, 0, 0, 1, 2], facts(false));
    let mut order = Vec::new();
    for _ in 0..5 {
        now += Duration::from_millis(10);
        let job = start(&mut scheduler, now).unwrap();
        order.push(job.item.position);
        scheduler.ended(&job, true, Ending::Done, now);
    }
    assert_eq!(order, [1, 4, 5, 2, 3]);
}

#[test]
fn a_stopped_account_sends_one_to_see_whether_it_works() {
    let (mut scheduler, now) = loaded(&[0, 1], facts(true));
    assert!(start(&mut scheduler, now + Duration::from_secs(59)).is_none());
    let now = now + Duration::from_secs(61);
    let probe = start(&mut scheduler, now).unwrap();
    assert!(probe.probe);
    assert!(start(&mut scheduler, now).is_none(), "only one");

    // It does not work yet: the next one is later.
    scheduler.pause(account(0), true, now);
    scheduler.ended(&probe, true, Ending::Later(probe.item.clone()), now);
    assert!(start(&mut scheduler, now + Duration::from_secs(299)).is_none());
    let now = now + Duration::from_secs(301);
    let probe = start(&mut scheduler, now).unwrap();
    scheduler.resume(account(0));
    scheduler.ended(&probe, true, Ending::Done, now);
    assert!(start(&mut scheduler, now + Duration::from_secs(1)).is_some());
}

#[test]
fn a_changed_account_goes_on_at_once() {
    let (mut scheduler, now) = loaded(&[0], facts(true));
    assert!(start(&mut scheduler, now).is_none());
    scheduler.reload(account(0));
    assert!(matches!(scheduler.next(true, now), Some(Action::LoadAccount(..))));
    scheduler.account(account(0), facts(false), now);
    assert!(start(&mut scheduler, now).is_some());
}

#[test]
fn the_pair_limit_lets_other_customers_pass() {
    let rates = Rates { pair: Some((Duration::from_secs(6), 2)), ..RATES };
    let (mut scheduler, now) = loaded(&[0, 0, 0, 1], Facts { rates, ..facts(false) });
    let mut positions = HashMap::new();
    for second in 0..13 {
        let now = now + Duration::from_secs(second);
        while let Some(job) = start(&mut scheduler, now) {
            positions.insert(job.item.position, second);
            scheduler.ended(&job, true, Ending::Done, now);
        }
    }
    assert_eq!(positions, HashMap::from([(1, 0), (2, 0), (4, 0), (3, 6)]));
}

#[test]
fn a_window_that_closes_ends_the_wait() {
    let (mut scheduler, now) = loaded(&[], facts(true));
    let expires = now + Duration::from_secs(5);
    let whose = (workspace(), account(0), conversation(0, 0));
    scheduler.accept(whose, Item { expires, ..item(1, now) }, now);
    scheduler.actions.clear();
    scheduler.account(account(0), facts(true), now);
    assert!(scheduler.next(true, now).is_none());
    assert_eq!(scheduler.wake_at(), Some(expires));
    assert!(matches!(scheduler.next(true, expires), Some(Action::Expire(_))));
}

#[test]
fn what_comes_while_a_conversation_is_read_on_is_read_next() {
    let (mut scheduler, mut now) = loaded(&[0; DEPTH + 1], facts(false));
    for _ in 0..DEPTH {
        now += Duration::from_millis(10);
        let job = start(&mut scheduler, now).unwrap();
        scheduler.ended(&job, true, Ending::Done, now);
    }
    let whose = (account(0), conversation(0, 0));
    let after_three = |action| matches!(action, Some(Action::LoadTail(_, _, 3)));
    assert!(after_three(scheduler.next(true, now)));
    // The store has answered, and then a fifth is taken up and heard of first.
    scheduler.accept((workspace(), whose.0, whose.1), item(5, now), now);
    scheduler.tail(whose, vec![item(4, now)], true, now);
    now += Duration::from_millis(10);
    let job = start(&mut scheduler, now).unwrap();
    scheduler.ended(&job, true, Ending::Done, now);
    assert!(matches!(scheduler.next(true, now), Some(Action::LoadTail(_, _, 4))));
}
