//! Hints and presence over the WebSocket.

use std::{net::SocketAddr, time::Duration};

use serde_json::{Value, json};
use switchboard_contract::{
    Body,
    wire::{DeskEvent, dispatch_event::Kind},
};
use switchboard_desk::Tuning;
use switchboard_domain::dispatch::{Agent, Presence, Talents};
use switchboard_queue::Topic;
use switchboard_store::dispatch;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    client::Client,
    world::{Inbox, World, quick, start},
};

/// The little of RFC 6455 that a listener needs.
pub(crate) struct Socket(TcpStream);

const CLOSE: u8 = 0x88;
const TEXT: u8 = 0x81;

impl Socket {
    /// Asks for a socket; the status line's code if it is not granted.
    pub(crate) async fn open(desk: SocketAddr, client: &Client, origin: &str) -> Result<Self, u16> {
        let mut stream = TcpStream::connect(desk).await.unwrap();
        let cookie = client.cookie.as_deref().unwrap_or_default();
        let request = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: {desk}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Origin: {origin}\r\nCookie: {cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        match head.split(' ').nth(1).unwrap().parse().unwrap() {
            101 => Ok(Self(stream)),
            code => Err(code),
        }
    }

    pub(crate) async fn granted(world: &World, client: &Client) -> Self {
        Self::open(world.desk.addr(), client, &world.desk.url()).await.unwrap()
    }

    /// Sends a text, masked with zeros as clients must.
    pub(crate) async fn says(&mut self, text: &str) {
        let length = u8::try_from(text.len()).unwrap();
        assert!(length < 126);
        self.0.write_all(&[TEXT, 0x80 | length, 0, 0, 0, 0]).await.unwrap();
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next frame that is no ping; pings are answered.
    async fn next(&mut self) -> (u8, Vec<u8>) {
        loop {
            let kind = self.0.read_u8().await.unwrap();
            let length = self.0.read_u8().await.unwrap();
            assert!(length < 126, "hints are short");
            let mut payload = vec![0; usize::from(length)];
            self.0.read_exact(&mut payload).await.unwrap();
            if kind != 0x89 {
                return (kind, payload);
            }
            // An empty pong, masked with zeros as clients must.
            self.0.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await.unwrap();
        }
    }

    async fn hint(&mut self) -> Value {
        let (kind, payload) = self.next().await;
        assert_eq!(kind, TEXT);
        serde_json::from_slice(&payload).unwrap()
    }
}

pub(crate) async fn presence(inbox: &mut Inbox) -> (String, String) {
    let Some(Body::Dispatch(event)) = inbox.next().await.body else { panic!("no dispatch event") };
    let Some(Kind::Agent(state)) = event.kind else { panic!("not an agent's state") };
    (state.agent_id, state.presence)
}

fn hint(workspace: String, topic: &str, conversation: String) -> Body {
    Body::DeskEvent(DeskEvent {
        workspace_id: workspace,
        topic: topic.into(),
        conversation_id: conversation,
        revision: 7,
        agent_id: String::new(),
    })
}

#[tokio::test]
async fn a_page_hears_what_changes_in_its_workspace_only() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let mut socket = Socket::granted(&world, &client).await;
    let (here, there) = (&world.here, &world.there);
    let foreign = there.conversation("anns").to_string();
    let own = here.conversation("anns").to_string();
    let events = [
        ("1", hint(there.workspace.to_string(), "conversation", foreign)),
        ("2", hint(here.workspace.to_string(), "conversation", own.clone())),
        ("3", hint(here.workspace.to_string(), "agents", String::new())),
        ("4", hint(here.workspace.to_string(), "accounts", String::new())),
    ];
    for (id, body) in events {
        world.publish(Topic::DeskEvents, id, body).await;
    }
    let expected = json!({"type": "conversation", "id": own, "revision": 7});
    assert_eq!(socket.hint().await, expected);
    assert_eq!(socket.hint().await, json!({"type": "agents"}));
    assert_eq!(socket.hint().await, json!({"type": "accounts"}));
    world.stop().await;
}

#[tokio::test]
async fn colleagues_hear_who_is_writing() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let mut socket = Socket::granted(&world, &supervisor).await;
    let conversation = world.here.conversation("anns").to_string();
    ann.post(&format!("/conversations/{conversation}/typing"), json!({})).await;
    loop {
        let hint = socket.hint().await;
        if hint["type"] == "typing" {
            assert_eq!(hint["id"], conversation);
            assert_eq!(hint["agent_id"], world.here.user("ann").to_string());
            break;
        }
    }
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
    let agents = hint(world.here.workspace.to_string(), "agents", String::new());
    world.publish(Topic::DeskEvents, "1", agents).await;
    assert_eq!(presence(&mut inbox).await, (ann, "online".into()));
    assert_eq!(socket.hint().await, json!({"type": "agents"}));
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
    assert_eq!(closing.next().await.0, CLOSE);
    let event = hint(world.here.workspace.to_string(), "agents", String::new());
    world.publish(Topic::DeskEvents, "1", event).await;
    assert_eq!(open.hint().await, json!({"type": "agents"}));
    world.stop().await;
}

#[tokio::test]
async fn a_socket_outlives_no_session() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let mut socket = Socket::granted(&world, &client).await;
    let (workspace, ann) = (world.here.workspace, world.here.user("ann"));
    let store = &world.backend.store;
    store.write(move |db| switchboard_store::sessions::end_all(db, workspace, ann)).await.unwrap();
    let (kind, payload) = socket.next().await;
    // 1008: policy violation, which tells the page to log in again.
    assert_eq!((kind, payload.get(..2)), (CLOSE, Some([0x03, 0xf0].as_slice())));
    world.stop().await;
}
