//! Who is at the desk: pages that vanish, desks that die, and agents who do nothing.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_desk::Tuning;
use switchboard_domain::{Timestamp, dispatch::Presence};
use switchboard_queue::Topic;
use switchboard_store::pages::{self, Page};

use crate::{
    client::Client,
    live::{presence, written},
    socket::Socket,
    world::{World, quick, start},
};

/// A clock that a test puts forward.
macro_rules! clock {
    ($clock:ident, $ahead:ident) => {
        static $ahead: AtomicU64 = AtomicU64::new(0);
        fn $clock() -> Timestamp {
            clock::now().plus(Duration::from_secs($ahead.load(Ordering::SeqCst)))
        }
    };
}

clock!(clock_of_the_dying, DYING);
clock!(clock_of_the_idle, IDLE);

/// For tests whose pages answer no pings.
pub(crate) fn patient() -> Tuning {
    Tuning { heartbeat: Duration::from_secs(60), ..quick() }
}

fn chosen(presence: &str) -> Option<Value> {
    Some(json!({ "presence": presence }))
}

#[tokio::test]
async fn a_page_that_vanished_without_a_word_is_noticed() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let ann = world.here.user("ann").to_string();
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    // Open as far as the network knows, but nobody answers a ping.
    let _vanished = Socket::granted(&world, &client).await;
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    assert_eq!(presence(&mut inbox).await, (ann, "offline".into()));
    world.stop().await;
}

#[tokio::test]
async fn who_has_pages_at_two_desks_is_gone_with_the_last() {
    let world = World::tuned(&[], patient()).await;
    let other = start(&world.backend, patient()).await;
    let client = world.as_user("ann").await;
    let ann = world.here.user("ann").to_string();
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let here = Socket::granted(&world, &client).await;
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    let there = Socket::open(other.addr(), &client, &other.url()).await.unwrap();
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    drop(there);
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()), "a page is still open");
    drop(here);
    assert_eq!(presence(&mut inbox).await, (ann, "offline".into()));
    other.stop().await;
    world.stop().await;
}

#[tokio::test]
async fn a_desk_that_dies_takes_those_along_who_had_pages_only_there() {
    let tuning = Tuning { return_within: Duration::ZERO, clock: clock_of_the_dying, ..patient() };
    let world = World::tuned(&[], tuning).await;
    let [ann, bob] = ["ann", "bob"].map(|who| world.here.user(who));
    let workspace = world.here.workspace;
    let until = clock_of_the_dying().plus(Duration::from_secs(30));
    let hold = move |db: &mut _| {
        for user in [ann, bob] {
            let page = Page { workspace, user, active_at: clock_of_the_dying() };
            pages::hold(db, "a desk that was killed", &page, until)?;
        }
        Ok(())
    };
    world.backend.store.write(hold).await.unwrap();
    let client = world.as_user("bob").await;
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let _page = Socket::granted(&world, &client).await;
    assert_eq!(presence(&mut inbox).await, (bob.to_string(), "online".into()));
    written(&world, "ann", Presence::Online).await;
    written(&world, "bob", Presence::Online).await;
    DYING.store(31, Ordering::SeqCst);
    assert_eq!(presence(&mut inbox).await, (ann.to_string(), "offline".into()));
    written(&world, "ann", Presence::Offline).await;
    // What is said of bob next is what he chooses: nobody took him for gone.
    let client = world.as_user("bob").await;
    let response = client.send(Method::PUT, "/me/presence", chosen("busy"), &[]).await;
    assert_eq!(response.status(), 202);
    assert_eq!(presence(&mut inbox).await, (bob.to_string(), "busy".into()));
    world.stop().await;
}

#[tokio::test]
async fn who_does_nothing_is_away_until_they_do() {
    let settings = [("DESK__AWAY_AFTER_SECONDS", "900")];
    let tuning = Tuning { clock: clock_of_the_idle, ..patient() };
    let world = World::tuned(&settings, tuning).await;
    let client = world.as_user("ann").await;
    let ann = world.here.user("ann").to_string();
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let mut page = Socket::granted(&world, &client).await;
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    let response = client.send(Method::PUT, "/me/presence", chosen("busy"), &[]).await;
    assert_eq!(response.status(), 202);
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "busy".into()));
    written(&world, "ann", Presence::Busy).await;

    IDLE.store(900, Ordering::SeqCst);
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "away".into()));
    written(&world, "ann", Presence::Away).await;
    let (_, how) = client.get("/me/presence").await;
    let reason = "Nothing was done in any of your pages for 15 minutes.";
    assert_eq!(how, json!({ "presence": "away", "chosen": "busy", "reason": reason }));

    page.says(r#"{"type":"active"}"#).await;
    assert_eq!(presence(&mut inbox).await, (ann, "busy".into()), "what they chose");
    written(&world, "ann", Presence::Busy).await;
    let (_, how) = client.get("/me/presence").await;
    assert_eq!(how, json!({ "presence": "busy", "chosen": "busy", "reason": null }));
    world.stop().await;
}

#[tokio::test]
async fn a_program_says_again_that_its_person_is_there() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let key = json!({ "name": "Shop", "scopes": ["settings:write"] });
    let (_, made) = admin.post("/api-keys", key).await;
    let mut program = Client::anonymous(&world.desk.url());
    program.key = Some(made["key"].as_str().unwrap().to_owned());
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let response = program.send(Method::PUT, "/me/presence", chosen("online"), &[]).await;
    assert_eq!(response.status(), 202);
    let user = world.here.user("admin").to_string();
    assert_eq!(presence(&mut inbox).await, (user.clone(), "online".into()));
    // A person chooses for when they next open a page.
    let person = world.as_user("ann").await;
    let response = person.send(Method::PUT, "/me/presence", chosen("online"), &[]).await;
    assert_eq!(response.status(), 202);
    let ann = world.here.user("ann").to_string();
    assert_eq!(presence(&mut inbox).await, (ann, "offline".into()));
    world.stop().await;
}
