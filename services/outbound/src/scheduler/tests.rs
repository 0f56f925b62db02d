//! The scheduler against a model of the store: whatever the order in which reads, news and answers
//! come, each send is tried in its turn, alone in its conversation, and none is forgotten.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use proptest::prelude::*;
use switchboard_contract::wire::SendRequest;
use switchboard_domain::ids::{AccountId, AppId, ConversationId, SendId, WorkspaceId};

use super::*;
use crate::limits::{Class, Rates};

const PAGE: usize = 4;
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

/// What the store, the channel and the network hold.
struct World {
    scheduler: Scheduler,
    now: Duration,
    /// Open sends by position, as the store has them; the others are closed.
    open: BTreeMap<i64, (AccountId, ConversationId)>,
    next: i64,
    news: VecDeque<(Tells, i64, AccountId, ConversationId)>,
    reads: VecDeque<Action>,
    answers: VecDeque<Answer>,
    flights: Vec<(Job, bool)>,
    sent: Vec<i64>,
}

/// What a piece of news says of a send.
#[derive(Clone, Copy)]
enum Tells {
    Accepted,
    Settled,
}

enum Answer {
    Survey(Vec<(WorkspaceId, AccountId)>),
    Account(AccountId),
    Page(AccountId, Vec<(ConversationId, i64)>, bool),
    Tail(AccountId, ConversationId, Vec<i64>, bool),
}

impl World {
    fn new(before: &[(u8, u8)]) -> Self {
        let mut world = Self {
            scheduler: Scheduler::new(setup(), Arc::default()),
            now: Duration::from_secs(10),
            open: BTreeMap::new(),
            next: 1,
            news: VecDeque::new(),
            reads: VecDeque::new(),
            answers: VecDeque::new(),
            flights: Vec::new(),
            sent: Vec::new(),
        };
        for (account, conversation) in before {
            world.commit(*account, *conversation);
        }
        world.news.clear();
        world
    }

    fn commit(&mut self, number: u8, of: u8) {
        let whose = (account(number), conversation(number, of));
        self.open.insert(self.next, whose);
        self.news.push_back((Tells::Accepted, self.next, whose.0, whose.1));
        self.next += 1;
    }

    /// Proof came for one of the open sends.
    fn settle(&mut self, choice: u8) {
        let position = self.open.keys().nth(usize::from(choice) % self.open.len().max(1)).copied();
        let Some(position) = position else { return };
        if let Some((account, conversation)) = self.open.remove(&position) {
            self.sent.push(position);
            self.news.push_back((Tells::Settled, position, account, conversation));
        }
    }

    fn hear(&mut self) {
        match self.news.pop_front() {
            Some((Tells::Accepted, position, account, conversation)) => {
                let item = item(position, self.now);
                self.scheduler.accept((workspace(), account, conversation), item, self.now);
            }
            Some((Tells::Settled, position, account, conversation)) => {
                let send = SendId::derive(&position.to_string());
                self.scheduler.settled((account, conversation), send, self.now);
            }
            None => {}
        }
    }

    fn act(&mut self) -> bool {
        let Some(action) = self.scheduler.next(self.flights.len() < 3, self.now) else {
            return false;
        };
        match action {
            Action::Start(job) => self.start(job),
            Action::GiveUp(job) | Action::Expire(job) => self.flights.push((job, false)),
            read => self.reads.push_back(read),
        }
        true
    }

    /// The write-ahead: only what is still open leaves, and in its turn.
    fn start(&mut self, job: Job) {
        let position = job.item.position;
        let busy = |(other, _): &&(Job, bool)| other.conversation == job.conversation;
        assert!(self.flights.iter().find(busy).is_none(), "two at once in a conversation");
        if self.open.contains_key(&position) {
            let whose = (job.account, job.conversation);
            let first = self.open.iter().find(|(_, known)| **known == whose).map(|(at, _)| *at);
            assert_eq!(first, Some(position), "not the first of its conversation");
        }
        self.flights.push((job, true));
    }

    /// The store answers a read with what is committed by now.
    fn read(&mut self) {
        let of = |account| move |(_, (a, _)): &(&i64, &(AccountId, ConversationId))| *a == account;
        match self.reads.pop_front() {
            Some(Action::Survey) => {
                let accounts = self.open.values().map(|(account, _)| (workspace(), *account));
                self.answers.push_back(Answer::Survey(accounts.collect()));
            }
            Some(Action::LoadAccount(_, account)) => {
                self.answers.push_back(Answer::Account(account));
            }
            Some(Action::LoadPage(account, after)) => {
                let open = self.open.iter().filter(of(account)).filter(|(at, _)| **at > after);
                let page: Vec<_> = open.take(PAGE).map(|(at, (_, c))| (*c, *at)).collect();
                let complete = page.len() < PAGE;
                self.answers.push_back(Answer::Page(account, page, complete));
            }
            Some(Action::LoadTail(account, conversation, after)) => {
                let whose = (account, conversation);
                let open = self.open.iter().filter(|(at, known)| **at > after && **known == whose);
                let tail: Vec<_> = open.take(DEPTH).map(|(at, _)| *at).collect();
                let complete = tail.len() < DEPTH;
                self.answers.push_back(Answer::Tail(account, conversation, tail, complete));
            }
            _ => {}
        }
    }

    fn answer(&mut self) {
        let now = self.now;
        match self.answers.pop_front() {
            Some(Answer::Survey(accounts)) => self.scheduler.survey(accounts),
            Some(Answer::Account(account)) => self.scheduler.account(account, facts(false), now),
            Some(Answer::Page(account, page, complete)) => {
                let items = page.into_iter().map(|(whose, at)| (whose, item(at, now))).collect();
                self.scheduler.page(account, items, complete, now);
            }
            Some(Answer::Tail(account, conversation, tail, complete)) => {
                let items = tail.into_iter().map(|at| item(at, now)).collect();
                self.scheduler.tail((account, conversation), items, complete, now);
            }
            None => {}
        }
    }

    /// A flight comes to an end: most are sent, some wait, some are in doubt.
    fn land(&mut self, choice: u8) {
        if self.flights.is_empty() {
            return;
        }
        let (job, started) = self.flights.remove(usize::from(choice) % self.flights.len());
        let position = job.item.position;
        let ready = self.now + Duration::from_millis(u64::from(choice));
        let ending = match choice % 8 {
            // Too late: proof came, or it is closed for another reason.
            _ if !self.open.contains_key(&position) => Ending::Done,
            0 => Ending::Later(Item { ready, attempt: 1, ..job.item.clone() }),
            1 => Ending::Later(Item { ready, attempt: 1, failures: 1, ..job.item.clone() }),
            2 => Ending::Later(Item { ready, doubtful: true, ..job.item.clone() }),
            _ => {
                self.open.remove(&position);
                self.sent.push(position);
                Ending::Done
            }
        };
        self.scheduler.ended(&job, started, ending, self.now);
    }

    fn step(&mut self, code: u8, choice: u8) {
        match code {
            0 | 1 => self.commit(choice % 2, choice / 64),
            2 => (0..choice % 8).for_each(|_| self.hear()),
            3 | 4 => _ = self.act(),
            5 => (0..choice % 4).for_each(|_| self.read()),
            6 => self.answer(),
            7 => self.land(choice),
            8 => self.settle(choice),
            9 if choice < 4 => self.scheduler.reload_all(),
            _ => self.now += Duration::from_millis(u64::from(choice)),
        }
        let held: usize = self.scheduler.lines.values().map(|line| line.held).sum();
        // A page on top of half, and a tail for each conversation.
        assert!(held <= 2 * (HELD + PAGE) + 6 * DEPTH, "{held} in memory");
    }

    /// No more trouble: everything must come to its end.
    fn settle_down(&mut self) {
        for _ in 0..10_000 {
            while self.act() {}
            let busy = !(self.news.is_empty()
                && self.reads.is_empty()
                && self.answers.is_empty()
                && self.flights.is_empty());
            self.hear();
            self.read();
            self.answer();
            self.land(7);
            if !busy {
                match self.scheduler.wake_at() {
                    Some(at) if at < Duration::MAX => self.now = self.now.max(at),
                    _ => return,
                }
            }
        }
        panic!("it never comes to rest");
    }
}

proptest! {
    #[test]
    fn each_send_has_its_turn(
        before in prop::collection::vec((0_u8..2, 0_u8..3), 0..30),
        script in prop::collection::vec((0_u8..11, any::<u8>()), 0..600),
    ) {
        let mut world = World::new(&before);
        for (code, choice) in script {
            world.step(code, choice);
        }
        world.settle_down();
        prop_assert!(world.open.is_empty(), "forgotten: {:?}", world.open);
        prop_assert!(world.scheduler.is_idle());
        let mut sent = world.sent.clone();
        sent.sort_unstable();
        prop_assert_eq!(sent, (1..world.next).collect::<Vec<_>>());
    }
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
