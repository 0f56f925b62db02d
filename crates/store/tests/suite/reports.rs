//! What teams promise, what is measured, and what reports count.

use std::{collections::BTreeMap, time::Duration};

use diesel::{RunQueryDsl, sql_query, sql_types::Text};
use switchboard_domain::{
    Timestamp,
    conversation::Author,
    dispatch::Priority,
    ids::{AccountId, ConversationId, FactId, LabelId, TeamId, UserId, WorkspaceId},
    ledger::{
        Due, Fact, Figures, Kind, Ledger, Satisfaction, Sla, Spent, Target, Targets, Terms, word,
    },
};
use switchboard_store::{
    Db, Store, StoreError, conversations,
    inbox::{self, Cursor, Filter as ListFilter, Lateness, Order, Sight},
    labels::{self, Label},
    ledgers,
    reports::{self, Filter, Group, Place},
    sla,
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, sqlite, workspace};

on_both! {
    facts_and_messages_are_added_up_by_what_is_asked
    a_person_who_is_erased_leaves_the_counts
    another_workspace_counts_nothing
    what_customers_said_counts_where_it_was_resolved
    a_list_knows_what_is_late_and_what_comes_first
    what_a_team_promises_is_kept
}

const QUARTER: u64 = 15 * 60;

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn place(conversation: &str) -> Place {
    let conversation = ConversationId::derive(conversation);
    Place { workspace: workspace(), account: account_id(), conversation }
}

fn fact(kind: Kind, word: &'static str, seconds: u64, agent: Option<&str>) -> Fact {
    let (wall, open) = (Duration::from_secs(seconds), Duration::from_secs(seconds / 2));
    Fact {
        kind,
        word,
        at: at(seconds),
        team: TeamId::derive(if seconds < 100 { "team" } else { "night" }),
        agent: agent.map(UserId::derive),
        spent: Spent { wall, open },
        met: Some(seconds < 100),
    }
}

/// Two conversations of facts and messages; one has a label.
fn seed(db: &mut Db) -> Result<(), StoreError> {
    seed_conversation(db)?;
    let (id, name, colour) = (LabelId::derive("vip"), "VIP".to_owned(), "red".to_owned());
    labels::add(db, workspace(), &Label { id, name, colour }, NOW)?;
    labels::put(db, workspace(), conversation_id(), &[id])?;
    let all = [
        ("ann", fact(Kind::Begun, word::NEW, 0, None)),
        ("ann", fact(Kind::FirstResponse, word::ANSWERED, 60, Some("ann"))),
        ("ann", fact(Kind::FirstResponse, word::ANSWERED, 90, Some("bob"))),
        ("other", fact(Kind::Begun, word::AGAIN, 0, None)),
        ("other", fact(Kind::FirstResponse, word::ANSWERED, 300, Some("bob"))),
    ];
    for (number, (whose, fact)) in all.iter().enumerate() {
        reports::add(db, place(whose), FactId::derive(&number.to_string()), fact)?;
    }
    let team = TeamId::derive("team");
    let bob = Author::Agent { id: UserId::derive("bob") };
    let said = [("ann", Author::Customer, 0), ("ann", Author::Customer, 5), ("ann", bob, QUARTER)];
    for (whose, author, seconds) in said {
        reports::count(db, place(whose), team, author, at(seconds))?;
    }
    reports::count(db, place("other"), team, Author::Customer, at(2 * QUARTER))
}

fn whole() -> Filter {
    // A message counts in the quarter of an hour that it was written in.
    let from = Timestamp::from_secs(NOW.as_micros() / 1_000_000 / 900 * 900);
    Filter { from, until: at(7_200), accounts: None, team: None, agent: None, label: None }
}

async fn lines(
    store: &Store,
    of: WorkspaceId,
    filter: Filter,
    group: Group,
) -> BTreeMap<String, Figures> {
    let read = move |db: &mut Db| {
        let mut all: BTreeMap<String, Figures> = BTreeMap::new();
        for kinds in [&Kind::COUNTED[..], &Kind::TIMED[..]] {
            reports::facts(db, of, (kinds, &filter), group, &mut |key, _, entry| {
                all.entry(key.to_owned()).or_default().add(entry);
            })?;
        }
        reports::messages(db, of, &filter, group, &mut |key, tally| {
            let line = all.entry(key.to_owned()).or_default();
            line.add_messages(tally.author, tally.many);
        })?;
        Ok(all)
    };
    store.read(read).await.unwrap()
}

/// Begun, answers, customers' and agents' messages of one line.
fn short(line: &Figures) -> (u64, usize, u64, u64) {
    let begun = line.begun + line.begun_again;
    (begun, line.first_response.count(), line.messages.customers, line.messages.agents)
}

async fn facts_and_messages_are_added_up_by_what_is_asked(store: &Store) {
    store.write(seed).await.unwrap();
    let of = |filter, group| lines(store, workspace(), filter, group);
    let mut all = of(whole(), Group::Whole).await;
    let line = all.get_mut("").unwrap();
    assert_eq!(short(line), (2, 3, 3, 1));
    assert_eq!((line.begun, line.begun_again), (1, 1));
    assert_eq!((line.first_response.met, line.first_response.missed), (2, 1));
    assert_eq!(line.first_response.wall().unwrap().median, Duration::from_secs(90));
    assert_eq!(line.first_response.open().unwrap().p90, Duration::from_secs(150));

    let agents = of(whole(), Group::Agent).await;
    let bob = UserId::derive("bob").to_string();
    assert_eq!(agents.len(), 3);
    assert_eq!((short(&agents[&bob]), short(&agents[""])), ((0, 2, 0, 1), (2, 0, 3, 0)));
    let teams = of(whole(), Group::Team).await;
    assert_eq!(short(&teams[&TeamId::derive("night").to_string()]), (0, 1, 0, 0));
    let accounts = of(whole(), Group::Account).await;
    assert_eq!(short(&accounts[&account_id().to_string()]), (2, 3, 3, 1));
    let labels = of(whole(), Group::Label).await;
    assert_eq!(labels.len(), 1);
    assert_eq!(short(&labels[&LabelId::derive("vip").to_string()]), (1, 2, 2, 1));

    let label = Some(LabelId::derive("vip"));
    assert_eq!(short(&of(Filter { label, ..whole() }, Group::Whole).await[""]), (1, 2, 2, 1));
    let label = Some(LabelId::derive("none"));
    for group in [Group::Whole, Group::Label] {
        assert!(of(Filter { label, ..whole() }, group).await.is_empty(), "{group:?}");
    }
    let agent = Some(UserId::derive("bob"));
    assert_eq!(short(&of(Filter { agent, ..whole() }, Group::Whole).await[""]), (0, 2, 0, 1));
    let team = Some(TeamId::derive("night"));
    assert_eq!(short(&of(Filter { team, ..whole() }, Group::Time).await[""]), (0, 1, 0, 0));
    let accounts = Some(vec![AccountId::derive("another")]);
    assert!(of(Filter { accounts, ..whole() }, Group::Whole).await.is_empty());
    let (from, until) = (at(60), at(90));
    let inside = of(Filter { from, until, ..whole() }, Group::Whole).await;
    assert_eq!(short(&inside[""]).1, 1, "the beginning counts, the end does not");
}

async fn a_person_who_is_erased_leaves_the_counts(store: &Store) {
    store.write(seed).await.unwrap();
    let before = lines(store, workspace(), whole(), Group::Whole).await;
    store.write(|db| reports::forget(db, conversation_id())).await.unwrap();
    assert_eq!(lines(store, workspace(), whole(), Group::Whole).await, before);
    assert!(lines(store, workspace(), whole(), Group::Label).await.is_empty());
}

async fn another_workspace_counts_nothing(store: &Store) {
    store.write(seed).await.unwrap();
    for group in [Group::Whole, Group::Time, Group::Agent, Group::Label] {
        let found = lines(store, WorkspaceId::derive("theirs"), whole(), group).await;
        assert!(found.is_empty(), "{group:?}");
    }
}

/// Questions to customers: who answered, when it was resolved, and what they chose.
fn seed_scores(db: &mut Db) -> Result<(), StoreError> {
    seed_conversation(db)?;
    let all =
        [("ann", 10, Some(5)), ("ann", 20, None), ("bob", 30, Some(2)), ("bob", 9_000, Some(1))];
    for (number, (who, seconds, score)) in all.into_iter().enumerate() {
        let (agent, team) = (UserId::derive(who), TeamId::derive("team"));
        let (at, chosen) =
            (at(seconds).as_micros(), score.map_or("NULL".into(), |it| i32::to_string(&it)));
        let row = format!(
            "INSERT INTO survey_answers (id, workspace_id, account_id, conversation_id, agent_id, \
             team_id, resolved_at, asked_at, score) VALUES ('{number}', '{}', '{}', '{}', '{agent}', \
             '{team}', {at}, {at}, {chosen})",
            workspace(),
            account_id(),
            conversation_id(),
        );
        match db {
            Db::Sqlite(conn) => sql_query(row).execute(&mut **conn)?,
            Db::Postgres(conn) => sql_query(row).execute(&mut **conn)?,
        };
    }
    Ok(())
}

async fn what_customers_said_counts_where_it_was_resolved(store: &Store) {
    store.write(seed_scores).await.unwrap();
    let scores = async |filter: Filter, group| {
        let read = move |db: &mut Db| {
            let mut all: BTreeMap<String, Satisfaction> = BTreeMap::new();
            reports::scores(db, workspace(), &filter, group, &mut |key, _, asked| {
                all.entry(key.to_owned()).or_default().add(asked);
            })?;
            Ok(all)
        };
        store.read(read).await.unwrap()
    };
    let whole_range = &scores(whole(), Group::Whole).await[""];
    assert_eq!((whole_range.asked, whole_range.answered()), (3, 2));
    assert_eq!((whole_range.mean(), whole_range.satisfied()), (Some(3.5), Some(0.5)));
    let agents = scores(whole(), Group::Agent).await;
    assert_eq!(agents[&UserId::derive("bob").to_string()].scores, [0, 1, 0, 0, 0]);
    assert!(scores(whole(), Group::Label).await.is_empty());
    let agent = Some(UserId::derive("ann"));
    assert_eq!(scores(Filter { agent, ..whole() }, Group::Team).await.len(), 1);
    let label = Some(LabelId::derive("none"));
    assert!(scores(Filter { label, ..whole() }, Group::Whole).await.is_empty());
}

/// Conversations whose promises are broken at these times; `None`: nothing runs.
fn seed_promises(db: &mut Db) -> Result<(), StoreError> {
    let first = seed_conversation(db)?;
    for (name, due) in [("b", Some(100)), ("a", Some(200)), ("c", Some(100)), ("d", None)] {
        let id = ConversationId::derive(name);
        let state = switchboard_domain::conversation::Conversation::new(id);
        let record = conversations::Record { state, preview: name.into(), ..first.clone() };
        conversations::save(db, &record, NOW)?;
        let due = due.map(|seconds| Due {
            target: Target::NextResponse,
            at: at(seconds),
            soon: at(seconds - 50),
            breached: false,
        });
        ledgers::save(db, workspace(), id, &Ledger::default(), due)?;
    }
    Ok(())
}

async fn a_list_knows_what_is_late_and_what_comes_first(store: &Store) {
    store.write(seed_promises).await.unwrap();
    let list = async |filter: ListFilter, limit: i64| {
        let read = move |db: &mut Db| inbox::list(db, workspace(), &Sight::All, &filter, limit);
        store.read(read).await.unwrap()
    };
    let names = |all: &[inbox::Summary]| {
        let mut names: Vec<String> = all.iter().map(|one| one.preview.clone()).collect();
        names.sort();
        names.concat()
    };
    let late = |lateness| ListFilter { lateness: Some(lateness), ..ListFilter::default() };
    assert_eq!(names(&list(late(Lateness::Breached(at(99))), 9).await), "");
    assert_eq!(names(&list(late(Lateness::Breached(at(100))), 9).await), "bc");
    assert_eq!(names(&list(late(Lateness::Soon(at(99))), 9).await), "bc");
    assert_eq!(names(&list(late(Lateness::Soon(at(150))), 9).await), "a");

    let (mut joined, mut after) = (Vec::new(), None);
    loop {
        let filter = ListFilter { order: Order::Due, after, ..ListFilter::default() };
        let page = list(filter, 1).await;
        let Some(last) = page.last() else { break };
        let promise = last.promise.unwrap();
        assert_eq!(promise.target, Target::NextResponse);
        after = Some(Cursor { at: promise.due_at, id: last.id });
        joined.extend(page);
    }
    assert_eq!(joined.len(), 3);
    assert!(joined.is_sorted_by_key(|one| (one.promise.map(|promise| promise.due_at), one.id)));

    store.write(|db| ledgers::forget(db, ConversationId::derive("a"))).await.unwrap();
    let filter = ListFilter { order: Order::Due, ..ListFilter::default() };
    assert_eq!(names(&list(filter, 9).await), "bc");
}

async fn what_a_team_promises_is_kept(store: &Store) {
    store.write(seed_conversation).await.unwrap();
    let team = TeamId::derive("team");
    let terms = async || store.read(move |db| sla::terms(db, workspace(), team)).await.unwrap();
    assert_eq!(terms().await, Terms::default());
    let targets = Targets { resolution: Some(60), ..Targets::default() };
    let promised = Sla { around_the_clock: true, targets: [(Priority::High, targets)].into() };
    let wanted = promised.clone();
    store.write(move |db| sla::set(db, workspace(), team, &promised)).await.unwrap();
    assert_eq!(terms().await.sla, wanted);
    let theirs = WorkspaceId::derive("theirs");
    let refused = store.write(move |db| sla::set(db, theirs, team, &Sla::default())).await;
    assert!(matches!(refused, Err(StoreError::NotFound("team"))));
}

#[derive(diesel::QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The work for a report is bounded by what happened in its range: one stretch of one index.
#[tokio::test]
async fn a_report_reads_one_stretch_of_an_index() {
    let opened = sqlite().await;
    let plan = async |query: &'static str| {
        let read = move |db: &mut Db| match db {
            Db::Sqlite(conn) => {
                let explain = sql_query(format!("EXPLAIN QUERY PLAN {query}"));
                let steps: Vec<Step> = explain.load(&mut **conn)?;
                Ok(steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; "))
            }
            Db::Postgres(_) => unreachable!(),
        };
        opened.store.read(read).await.unwrap()
    };
    let facts = plan(
        "SELECT kind, at, word, wall, open, met FROM report_facts WHERE workspace_id = 'w' \
         AND kind IN ('begun', 'line', 'resolved') AND at >= 1 AND at < 2",
    );
    let facts = facts.await;
    let key = "USING PRIMARY KEY (workspace_id=? AND kind=? AND at>? AND at<?)";
    assert!(facts.contains(key), "{facts}");
    let messages = plan(
        "SELECT author, SUM(many) FROM report_messages WHERE workspace_id = 'w' \
         AND slot >= 1 AND slot < 2 GROUP BY author",
    );
    let messages = messages.await;
    let index =
        "USING COVERING INDEX report_messages_by_time (workspace_id=? AND slot>? AND slot<?)";
    assert!(messages.contains(index), "{messages}");
}
