//! Hints and presence over the WebSocket.

use std::time::Duration;

use serde_json::json;
use switchboard_contract::{
    Body,
    wire::{DeskEvent, dispatch_event::Kind},
};
use switchboard_desk::Tuning;
use switchboard_domain::dispatch::{Agent, Presence, Talents};
use switchboard_queue::Topic;
use switchboard_store::dispatch;

use crate::{
    client::Client,
    resume::changes,
    socket::Socket,
    world::{Inbox, World, quick, start},
};

pub(crate) async fn presence(inbox: &mut Inbox) -> (String, String) {
    let Some(Body::Dispatch(event)) = inbox.next().await.body else { panic!("no dispatch event") };
    let Some(Kind::Agent(state)) = event.kind else { panic!("not an agent's state") };
    (state.agent_id, state.presence)
}

fn hint(workspace: String, topic: &str) -> Body {
    Body::DeskEvent(DeskEvent {
        workspace_id: workspace,
        topic: topic.into(),
        ..DeskEvent::default()
    })
}

#[tokio::test]
async fn a_page_hears_what_changes_in_its_workspace_only() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let mut socket = Socket::granted(&world, &client).await;
    assert_eq!(socket.hint().await["type"], "ready");
    let (here, there) = (&world.here, &world.there);
    changes(&world, there, "anns").await;
    changes(&world, here, "anns").await;
    let heard = socket.hint().await;
    assert_eq!(heard["type"], "conversation");
    assert_eq!(heard["id"], here.conversation("anns").to_string());
    assert_eq!(heard["revision"], 4);
    let events = [
        ("3", hint(here.workspace.to_string(), "agents")),
        ("4", hint(here.workspace.to_string(), "accounts")),
    ];
    for (id, body) in events {
        world.publish(Topic::DeskEvents, id, body).await;
    }
    assert_eq!(socket.hint().await, json!({"type": "agents"}));
    assert_eq!(socket.hint().await, json!({"type": "accounts"}));
    world.stop().await;
}

#[tokio::test]
async fn colleagues_hear_who_is_writing() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let mut socket = Socket::granted(&world, &supervisor).await;
    let bob = world.as_user("bob").await;
    let mut blind = Socket::granted(&world, &bob).await;
    let conversation = world.here.conversation("anns").to_string();
    ann.post(&format!("/conversations/{conversation}/typing"), json!({})).await;
    let typing = socket.hears("typing").await;
    assert_eq!(typing["id"], conversation);
    assert_eq!(typing["agent_id"], world.here.user("ann").to_string());
    // Who does not see the conversation hears the next thing instead.
    let accounts = hint(world.here.workspace.to_string(), "accounts");
    world.publish(Topic::DeskEvents, "1", accounts).await;
    let mut heard = Vec::new();
    while heard.last().is_none_or(|kind| kind != "accounts") {
        heard.push(blind.hint().await["type"].as_str().unwrap().to_owned());
    }
    assert!(!heard.contains(&"typing".to_owned()), "{heard:?}");
    world.stop().await;
}

#[tokio::test]
async fn presence_follows_the_pages() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let ann = world.here.user("ann").to_string();
    let mut inbox = world.subscribe(Topic::Dispatch).await;

    let (one, two) =
        (Socket::granted(&world, &client).await, Socket::granted(&world, &client).await);
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    // With the first page of two gone nothing is said; the next that is said is the choice.
    drop(one);
    let body = Some(json!({"presence": "busy"}));
    let response = client.send(reqwest::Method::PUT, "/me/presence", body, &[]).await;
    assert_eq!(response.status(), 202);
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "busy".into()));
    drop(two);
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "offline".into()));

    let _again = Socket::granted(&world, &client).await;
    assert_eq!(presence(&mut inbox).await, (ann, "busy".into()));
    world.stop().await;
}

/// What dispatch has written of an agent.
pub(crate) async fn written(world: &World, who: &str, presence: Presence) {
    let agent = Agent {
        id: world.here.user(who),
        presence,
        capacity: 4,
        teams: vec![world.here.team("sales")],
        talents: Talents::default(),
        absences: 1,
        turn: 0,
    };
    let workspace = world.here.workspace;
    let store = &world.backend.store;
    store.write(move |db| dispatch::save_agent(db, workspace, &agent)).await.unwrap();
}

#[tokio::test]
async fn who_is_taken_for_gone_though_a_page_is_open_is_corrected() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let ann = world.here.user("ann").to_string();
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let mut socket = Socket::granted(&world, &client).await;
    assert_eq!(presence(&mut inbox).await, (ann.clone(), "online".into()));
    // As when a page of hers closed at another replica.
    written(&world, "ann", Presence::Offline).await;
    let agents = hint(world.here.workspace.to_string(), "agents");
    world.publish(Topic::DeskEvents, "1", agents).await;
    assert_eq!(presence(&mut inbox).await, (ann, "online".into()));
    socket.hears("agents").await;
    world.stop().await;
}

#[tokio::test]
async fn who_does_not_come_back_after_a_restart_is_gone() {
    let world = World::new().await;
    written(&world, "ann", Presence::Online).await;
    written(&world, "bob", Presence::Offline).await;
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let restarted =
        start(&world.backend, Tuning { return_within: Duration::ZERO, ..quick() }).await;
    let ann = world.here.user("ann").to_string();
    assert_eq!(presence(&mut inbox).await, (ann, "offline".into()));
    restarted.stop().await;
    assert_eq!(world.depth(Topic::Dispatch).await, 0, "nothing is said of who was gone before");
    world.stop().await;
}

#[tokio::test]
async fn sockets_are_for_our_page_and_for_a_session() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let foreign = Socket::open(world.desk.addr(), &client, "https://evil.example").await;
    assert_eq!(foreign.err(), Some(403));
    let stranger = Client::anonymous(&world.desk.url());
    let nobody = Socket::open(world.desk.addr(), &stranger, &world.desk.url()).await;
    assert_eq!(nobody.err(), Some(401));
    world.stop().await;
}

#[tokio::test]
async fn a_logout_closes_the_sessions_sockets() {
    let world = World::new().await;
    let (leaving, staying) = (world.as_user("ann").await, world.as_user("ann").await);
    let mut closing = Socket::granted(&world, &leaving).await;
    let mut open = Socket::granted(&world, &staying).await;
    assert_eq!(leaving.post("/logout", json!({})).await.0, 204);
    closing.closed().await;
    let event = hint(world.here.workspace.to_string(), "agents");
    world.publish(Topic::DeskEvents, "1", event).await;
    open.hears("agents").await;
    world.stop().await;
}

#[tokio::test]
async fn a_socket_outlives_no_session() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let mut socket = Socket::granted(&world, &client).await;
    let (workspace, ann) = (world.here.workspace, world.here.user("ann"));
    let store = &world.backend.store;
    let end = move |db: &mut _| switchboard_store::sessions::end_others(db, workspace, ann, None);
    store.write(end).await.unwrap();
    // 1008: policy violation, which tells the page to log in again.
    assert_eq!(socket.closed().await.get(..2), Some([0x03, 0xf0].as_slice()));
    world.stop().await;
}
