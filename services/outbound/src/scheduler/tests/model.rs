//! The scheduler against a model of the store: whatever the order in which reads, news and answers
//! come, each send is tried in its turn, alone in its conversation, and none is forgotten.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use switchboard_domain::ids::{AccountId, ConversationId, SendId, WorkspaceId};

use super::*;

const PAGE: usize = 4;

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
