//! Listeners that were away: they hear what changed meanwhile, whatever was lost, and never more than
//! they may see.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{Body, wire::DeskEvent};
use switchboard_domain::{
    conversation::{Conversation, Status},
    ids::{ConversationId, LabelId},
    shard::ConversationShard,
};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, Store, StoreError,
    conversations::{self, Record},
    labels, teams,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::Client,
    seed::Tenant,
    socket::Socket,
    world::{World, quick, start},
};

/// Changes a conversation as the router does, without a word to anybody. Tells its revision.
fn touch(db: &mut Db, id: ConversationId, status: Option<Status>) -> Result<u64, StoreError> {
    let mut record = conversations::load(db, id)?.ok_or(StoreError::NotFound("conversation"))?;
    record.state.revision += 1;
    record.state.status = status.unwrap_or(record.state.status);
    conversations::save(db, &record, clock::now())?;
    Ok(record.state.revision)
}

/// A conversation changes, and the hint is lost.
pub(crate) async fn silently(world: &World, whose: &Tenant, which: &str, status: Option<Status>) {
    let id = whose.conversation(which);
    world.backend.store.write(move |db| touch(db, id, status)).await.unwrap();
}

/// A conversation changes.
pub(crate) async fn changes(world: &World, whose: &Tenant, which: &str) {
    silently(world, whose, which, None).await;
    let hint = DeskEvent {
        workspace_id: whose.workspace.to_string(),
        topic: "conversation".into(),
        ..DeskEvent::default()
    };
    world.publish(Topic::DeskEvents, which, Body::DeskEvent(hint)).await;
}

/// The conversations that are named until all is told, in order.
async fn until_ready(socket: &mut Socket) -> (Vec<String>, String) {
    let mut named = Vec::new();
    loop {
        let hint = socket.hint().await;
        match hint["type"].as_str().unwrap() {
            "conversation" => named.push(hint["id"].as_str().unwrap().to_owned()),
            "ready" => return (named, hint["cursor"].as_str().unwrap().to_owned()),
            "agents" => {}
            other => named.push(other.to_owned()),
        }
    }
}

/// The place of a client who has just heard that all was told.
async fn here_now(world: &World, client: &Client) -> String {
    let mut socket = Socket::granted(world, client).await;
    until_ready(&mut socket).await.1
}

fn ids(tenant: &Tenant, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| tenant.conversation(name).to_string()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn who_was_away_hears_what_changed_meanwhile_and_then_goes_on() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let cursor = here_now(&world, &client).await;
    for which in ["anns", "bobs", "anns"] {
        silently(&world, &world.here, which, None).await;
    }
    silently(&world, &world.there, "anns", None).await;
    let mut socket = Socket::after(world.desk.addr(), &client, &cursor).await;
    let (named, cursor) = until_ready(&mut socket).await;
    assert_eq!(sorted(named), sorted(ids(&world.here, &["anns", "bobs"])));
    changes(&world, &world.here, "waiting").await;
    let hint = socket.hears("conversation").await;
    assert_eq!(hint["id"], world.here.conversation("waiting").to_string());
    drop(socket);

    // From either place: of before the last change, and of it.
    for (after, left) in
        [(cursor.as_str(), vec!["waiting"]), (hint["cursor"].as_str().unwrap(), vec![])]
    {
        let mut socket = Socket::after(world.desk.addr(), &client, after).await;
        assert_eq!(until_ready(&mut socket).await.0, ids(&world.here, &left));
    }
    world.stop().await;
}

#[tokio::test]
async fn what_the_desk_notes_is_heard_too() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let here = &world.here;
    let label = LabelId::new(here.kit());
    let (workspace, anns) = (here.workspace, here.conversation("anns"));
    let cursor = here_now(&world, &client).await;
    let write = move |db: &mut Db| labels::put(db, workspace, anns, &[label]);
    world.backend.store.write(write).await.unwrap();
    let contact = here.contact("bobs");
    let body = Some(json!({"attributes": {"shoe size": "42"}}));
    client.send(Method::PUT, &format!("/contacts/{contact}/attributes"), body, &[]).await;
    let body = Some(json!({"given_name": "Wilma"}));
    let contact = here.contact("waiting");
    client.send(Method::PUT, &format!("/contacts/{contact}"), body, &[]).await;
    let mut socket = Socket::after(world.desk.addr(), &client, &cursor).await;
    let named = until_ready(&mut socket).await.0;
    assert_eq!(named, ids(here, &["anns", "bobs", "waiting"]), "in order");
    world.stop().await;
}

#[tokio::test]
async fn a_lost_hint_and_another_desk_leave_no_gap() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let mut socket = Socket::granted(&world, &client).await;
    let (_, _) = until_ready(&mut socket).await;
    silently(&world, &world.here, "anns", None).await;
    let hint = socket.hears("conversation").await;
    assert_eq!(hint["id"], world.here.conversation("anns").to_string());
    drop(socket);
    silently(&world, &world.here, "bobs", None).await;
    let other = start(&world.backend, quick()).await;
    let mut socket = Socket::after(other.addr(), &client, hint["cursor"].as_str().unwrap()).await;
    assert_eq!(until_ready(&mut socket).await.0, ids(&world.here, &["bobs"]));
    drop(socket);
    other.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn who_names_no_place_of_theirs_reads_everything() {
    let world = World::new().await;
    let (ann, admin) = (world.as_user("ann").await, world.as_user("admin").await);
    let theirs = here_now(&world, &ann).await;
    let ahead = format!("{}999", here_now(&world, &admin).await);
    for (client, cursor) in [(&admin, "nonsense"), (&admin, &theirs), (&admin, &ahead)] {
        let mut socket = Socket::after(world.desk.addr(), client, cursor).await;
        let (named, cursor) = until_ready(&mut socket).await;
        assert_eq!(named, ["resync"]);
        let mut socket = Socket::after(world.desk.addr(), client, &cursor).await;
        assert_eq!(until_ready(&mut socket).await.0, Vec::<String>::new(), "from there it goes on");
    }
    // Who is in another team sees other conversations, which did not change.
    let (workspace, service, user) =
        (world.here.workspace, world.here.team("service"), world.here.user("ann"));
    let add = move |db: &mut Db| teams::add_member(db, workspace, service, user);
    world.backend.store.write(add).await.unwrap();
    let mut socket = Socket::after(world.desk.addr(), &ann, &theirs).await;
    assert_eq!(until_ready(&mut socket).await.0, ["resync"]);
    world.stop().await;
}

#[tokio::test]
async fn who_gets_other_teams_while_listening_reads_everything() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let mut socket = Socket::granted(&world, &ann).await;
    until_ready(&mut socket).await;
    let (workspace, service, user) =
        (world.here.workspace, world.here.team("service"), world.here.user("ann"));
    let add = move |db: &mut Db| teams::add_member(db, workspace, service, user);
    world.backend.store.write(add).await.unwrap();
    let cursor = socket.cursor_of("resync").await;
    let mut socket = Socket::after(world.desk.addr(), &ann, &cursor).await;
    assert_eq!(until_ready(&mut socket).await.0, Vec::<String>::new());
    world.stop().await;
}

#[tokio::test]
async fn what_one_does_not_see_is_not_named() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let mut live = Socket::granted(&world, &ann).await;
    let (_, cursor) = until_ready(&mut live).await;
    silently(&world, &world.here, "bobs", None).await;
    let unseen = live.hears("unseen").await;
    assert_eq!(unseen.as_object().unwrap().len(), 2, "{unseen}");
    // What was hers and is another's now.
    let bob = Status::Agent { agent: world.here.user("bob") };
    silently(&world, &world.here, "anns", Some(bob)).await;
    live.hears("unseen").await;
    silently(&world, &world.here, "waiting", None).await;
    live.hears("conversation").await;
    let mut socket = Socket::after(world.desk.addr(), &ann, &cursor).await;
    let mut named = until_ready(&mut socket).await.0;
    assert_eq!(named.pop().as_deref(), Some("unseen"), "once for all of them");
    assert_eq!(named, ids(&world.here, &["waiting"]));
    world.stop().await;
}

#[tokio::test]
async fn more_than_is_told_one_by_one_is_read_anew() {
    const MANY: usize = 1001;
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let cursor = here_now(&world, &admin).await;
    many(&world, MANY).await;
    let mut socket = Socket::after(world.desk.addr(), &admin, &cursor).await;
    let (named, cursor) = until_ready(&mut socket).await;
    assert_eq!(named, ["resync"]);
    silently(&world, &world.here, "anns", None).await;
    let mut socket = Socket::after(world.desk.addr(), &admin, &cursor).await;
    assert_eq!(until_ready(&mut socket).await.0, ids(&world.here, &["anns"]));
    world.stop().await;
}

/// So many more conversations of one customer, all over the shards.
async fn many(world: &World, many: usize) -> Vec<ConversationId> {
    let first = world.here.conversation("anns");
    let write = move |db: &mut Db| {
        let first = conversations::load(db, first)?.ok_or(StoreError::NotFound("conversation"))?;
        let add = |number: usize| {
            let id = ConversationId::derive(&format!("one of many {number}"));
            let shard = ConversationShard::of(&id.to_string());
            let record = Record { state: Conversation::new(id), shard, ..first.clone() };
            conversations::save(db, &record, clock::now())?;
            Ok(id)
        };
        (0..many).map(add).collect()
    };
    world.backend.store.write(write).await.unwrap()
}

/// Breaks and goes on, at one desk and at another, while many write: what is heard covers every
/// change, and nothing is ever read anew for it.
#[tokio::test]
async fn no_change_is_missed_whatever_breaks() {
    const WRITERS: u64 = 6;
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let all = many(&world, 40).await;
    let other = start(&world.backend, quick()).await;
    let mut cursor = here_now(&world, &admin).await;
    let (tell, mut ended) = watch::channel(false);
    let mut writers = JoinSet::new();
    for seed in 1..=WRITERS {
        writers.spawn(write_at_random(world.backend.store.clone(), all.clone(), seed));
    }
    let writing = tokio::spawn(async move {
        let written = writers.join_all().await;
        tell.send_replace(true);
        written
    });
    let (mut heard, mut chance) = (HashMap::<String, u64>::new(), Chance(7));
    loop {
        let over = *ended.borrow_and_update();
        let desk = if chance.next(2) == 0 { world.desk.addr() } else { other.addr() };
        let mut socket = Socket::after(desk, &admin, &cursor).await;
        // Some breaks come before all was told, some after; once all is written, all is told.
        let patience = if over { u64::MAX } else { chance.next(60) };
        for _ in 0..patience {
            let hint = tokio::select! {
                hint = socket.hint() => hint,
                _ = ended.changed(), if !over => break,
            };
            if let Some(place) = hint["cursor"].as_str() {
                place.clone_into(&mut cursor);
            }
            match hint["type"].as_str().unwrap() {
                "conversation" => hear(&mut heard, &hint),
                "ready" if over => break,
                "ready" | "agents" => {}
                other => panic!("{other}: {hint}"),
            }
        }
        if over {
            break;
        }
    }
    let mut last: HashMap<String, u64> = HashMap::new();
    for (id, revision) in writing.await.unwrap().into_iter().flatten() {
        let known = last.entry(id.to_string()).or_default();
        *known = revision.max(*known);
    }
    assert!(last.len() > 30 && last.values().sum::<u64>() >= WRITERS * EACH);
    for (id, revision) in last {
        assert_eq!(heard.get(&id).copied(), Some(revision), "{id}");
    }
    other.stop().await;
    world.stop().await;
}

/// Changes of each writer.
const EACH: u64 = 60;

fn hear(heard: &mut HashMap<String, u64>, hint: &Value) {
    let known = heard.entry(hint["id"].as_str().unwrap().to_owned()).or_default();
    *known = hint["revision"].as_u64().unwrap().max(*known);
}

/// Changes one of these conversations after the other; tells which, and to what revision.
async fn write_at_random(
    store: Store,
    all: Vec<ConversationId>,
    seed: u64,
) -> Vec<(ConversationId, u64)> {
    let (mut written, mut chance) = (Vec::new(), Chance(seed));
    for _ in 0..EACH {
        let which = usize::try_from(chance.next(u64::try_from(all.len()).unwrap())).unwrap();
        let id = all[which];
        let revision = store.write(move |db| touch(db, id, None)).await.unwrap();
        written.push((id, revision));
    }
    written
}

/// Numbers that look drawn, the same ones each time: a failure is seen again.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % below
    }
}
