//! A report says what the transcripts say: of a random history, over restarts, on both databases.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;
use switchboard_contract::{
    Body,
    wire::{self, agent_action::Action},
};
use switchboard_domain::{
    Channel, Content, Timestamp,
    conversation::Author,
    ids::{AccountId, ContactId, ConversationId, MessageId},
    ledger::{Figures, Kind, Ledger, Spread},
};
use switchboard_queue::Topic;
use switchboard_store::{
    accounts::{self, Account},
    conversations::{self, Record},
    ledgers, messages,
    reports::{self as facts, Filter, Group},
};

use crate::rig::{Rig, account, clock, pass, workspace};

/// A Page without a bot.
const SHOP: &str = "301";

const CUSTOMERS: [&str; 3] = ["9401", "9402", "9403"];

/// What an agent says.
pub(crate) async fn reply(rig: &Rig, record: &Record, id: &str) {
    let action = Action::Reply(wire::agent_action::Reply {
        message_id: MessageId::derive(id).to_string(),
        content: Some(Content::text("hello").into()),
        reply_to: None,
    });
    rig.agent_action(record, id, action).await;
}

fn conversation(customer: &str) -> ConversationId {
    let account = AccountId::derive(SHOP);
    let contact = ContactId::derive(&format!("{account}/{customer}"));
    ConversationId::derive(&contact.to_string())
}

async fn says(rig: &Rig, customer: &str, mid: &str) {
    let event = json!({
        "sender": {"id": customer}, "recipient": {"id": SHOP}, "timestamp": clock().as_millis(),
        "message": {"mid": mid, "text": "hello"}
    });
    let body = json!({"object": "page", "entry": [{"id": SHOP, "time": 1, "messaging": [event]}]});
    rig.webhook(&body).await;
}

/// Numbers that look drawn, and are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Times as a report shows them.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    begun: u64,
    begun_again: u64,
    handed_off: u64,
    resolved: u64,
    customers: u64,
    agents: u64,
    first: Option<Spread>,
    next: Option<Spread>,
    line: Option<Spread>,
    resolution: Option<Spread>,
}

async fn shown(rig: &Rig) -> Shown {
    let (from, until) = (Timestamp::from_secs(0), clock().plus(Duration::from_secs(1)));
    let accounts = Some(vec![AccountId::derive(SHOP)]);
    let filter = Filter { from, until, accounts, team: None, agent: None, label: None };
    let read = move |db: &mut _| {
        let mut all = Figures::default();
        for kinds in [&Kind::COUNTED[..], &Kind::TIMED[..]] {
            let asked = (kinds, &filter);
            facts::facts(db, workspace(), asked, Group::Whole, &mut |_, _, it| all.add(it))?;
        }
        facts::messages(db, workspace(), &filter, Group::Whole, &mut |_, it| {
            all.add_messages(it.author, it.many);
        })?;
        Ok(all)
    };
    let mut all = rig.store.read(read).await.unwrap();
    assert_eq!((all.resolved_by_bot, all.resolved_otherwise, all.breaches), (0, 0, 0));
    assert_eq!((all.messages.bots, all.messages.system, all.messages.elsewhere), (0, 0, 0));
    Shown {
        begun: all.begun,
        begun_again: all.begun_again,
        handed_off: all.hand_offs(),
        resolved: all.resolved_by_people,
        customers: all.messages.customers,
        agents: all.messages.agents,
        first: all.first_response.wall(),
        next: all.next_response.wall(),
        line: all.line.wall(),
        resolution: all.resolution.wall(),
    }
}

/// What stands in the transcripts, and when agents resolved.
#[derive(Default)]
struct History {
    resolved: Vec<(&'static str, Timestamp)>,
}

#[derive(Default)]
struct Times {
    first: Vec<u64>,
    next: Vec<u64>,
    line: Vec<u64>,
    resolution: Vec<u64>,
}

fn spread(mut times: Vec<u64>) -> Option<Spread> {
    times.sort_unstable();
    let count = times.len();
    let at = |place: usize| times.get(place - 1).map(|time| Duration::from_secs(*time));
    let mean = times.iter().sum::<u64>().checked_div(u64::try_from(count).unwrap())?;
    let (median, p90) = (at(count.div_ceil(2))?, at((count * 9).div_ceil(10))?);
    Some(Spread { median, p90, mean: Duration::from_secs(mean) })
}

/// Counts a transcript by hand.
async fn counted(rig: &Rig, history: &History) -> Shown {
    let (mut all, mut times) = (Shown::default(), Times::default());
    for customer in CUSTOMERS {
        let id = conversation(customer);
        let page = rig.store.read(move |db| messages::page(db, workspace(), id, None, 500));
        let mut happened: BTreeMap<Timestamp, Option<Author>> = BTreeMap::new();
        for message in page.await.unwrap() {
            assert!(happened.insert(message.at, Some(message.author)).is_none(), "one at a time");
        }
        for (_, at) in history.resolved.iter().filter(|(whose, _)| *whose == customer) {
            assert!(happened.insert(*at, None).is_none(), "one at a time");
        }
        count(&happened, &mut all, &mut times);
    }
    let Times { first, next, line, resolution } = times;
    let (first, next) = (spread(first), spread(next));
    Shown { first, next, line: spread(line), resolution: spread(resolution), ..all }
}

fn count(happened: &BTreeMap<Timestamp, Option<Author>>, all: &mut Shown, times: &mut Times) {
    let (mut open, mut known, mut answered) = (None, false, false);
    let (mut owed, mut line): (Option<Timestamp>, Option<Timestamp>) = (None, None);
    for (at, author) in happened {
        let since = |from: Timestamp| at.since(from).as_secs();
        if author.is_some() && open.is_none() {
            (open, answered) = (Some(*at), false);
            if known {
                all.begun_again += 1
            } else {
                all.begun += 1
            }
            known = true;
            if *author == Some(Author::Customer) {
                all.handed_off += 1;
                line = Some(*at);
            }
        }
        match author {
            Some(Author::Customer) => {
                all.customers += 1;
                owed = owed.or(Some(*at));
            }
            Some(_) => {
                all.agents += 1;
                times.line.extend(line.take().map(since));
                let waits = if answered { &mut times.next } else { &mut times.first };
                waits.extend(owed.take().map(since));
                answered = true;
            }
            None => {
                let Some(from) = open.take() else { continue };
                all.resolved += 1;
                times.resolution.push(since(from));
                times.line.extend(line.take().map(since));
                owed = None;
            }
        }
    }
}

async fn replay(mut rig: Rig, seed: u64) {
    let row =
        Account { id: AccountId::derive(SHOP), bot: None, ..account(Channel::Messenger, SHOP) };
    rig.store.write(move |db| accounts::add(db, &row, clock())).await.unwrap();
    let (mut dice, mut history) = (Dice(seed), History::default());
    for step in 0..90_u64 {
        pass(Duration::from_secs(1 + dice.throw(900)));
        let customer = CUSTOMERS[usize::try_from(dice.throw(3)).unwrap()];
        let id = conversation(customer);
        let record = rig.store.read(move |db| conversations::load(db, id)).await.unwrap();
        match (record, dice.throw(10)) {
            (Some(record), 4..=7) => reply(&rig, &record, &format!("reply {step}")).await,
            (Some(record), 8) => {
                history.resolved.push((customer, clock()));
                let resolve = Action::Resolve(wire::Empty {});
                rig.agent_action(&record, &format!("resolve {step}"), resolve).await;
            }
            _ => says(&rig, customer, &format!("m_{step}")).await,
        }
        rig.drain().await;
        if step % 30 == 17 {
            rig.restart().await;
        }
    }
    let wanted = counted(&rig, &history).await;
    assert!(wanted.next.is_some() && wanted.resolution.is_some(), "too little happened");
    assert_eq!(shown(&rig).await, wanted);
    erase(&rig, wanted).await;
    rig.stop().await;
}

/// The counts of somebody who is erased stay.
async fn erase(rig: &Rig, before: Shown) {
    let id = conversation(CUSTOMERS[0]);
    let record = rig.store.read(move |db| conversations::load(db, id)).await.unwrap().unwrap();
    if record.state.status != switchboard_domain::conversation::Status::Resolved {
        rig.agent_action(&record, "done", Action::Resolve(wire::Empty {})).await;
        rig.drain().await;
    }
    let resolved = shown(rig).await;
    let body = Body::EraseConversation(wire::EraseConversation {
        workspace_id: workspace().to_string(),
        conversation_id: id.to_string(),
        deletion_code: String::new(),
    });
    rig.publish(Topic::Inbound(record.shard), "erase", body).await;
    rig.drain().await;
    assert_eq!(shown(rig).await, resolved);
    assert_eq!((resolved.begun, resolved.customers), (before.begun, before.customers));
    let ledger = rig.store.read(move |db| ledgers::load(db, id)).await.unwrap();
    assert_eq!(ledger, Ledger::default());
}

#[tokio::test]
async fn a_report_says_what_the_transcripts_say() {
    replay(Rig::start().await, 7).await;
}

#[tokio::test]
async fn a_report_says_what_the_transcripts_say_on_postgres() {
    replay(Rig::start_on_postgres().await, 11).await;
}
