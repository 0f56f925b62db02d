//! What agents write and do: refused at once, or durable on the conversation's shard.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_contract::{
    Body,
    wire::{AgentAction, agent_action::Action, content},
};
use switchboard_queue::Topic;

use crate::{
    client::{Client, answer},
    world::{Inbox, World},
};

async fn action(inbox: &mut Inbox) -> (String, AgentAction) {
    let envelope = inbox.next().await;
    match envelope.body {
        Some(Body::AgentAction(action)) => (envelope.id, action),
        other => panic!("not an agent's action: {other:?}"),
    }
}

async fn say(client: &Client, path: &str, text: &str, key: Option<&str>) -> (StatusCode, Value) {
    let headers: Vec<_> = key.iter().map(|key| ("idempotency-key", *key)).collect();
    let body = json!({"text": text});
    answer(client.send(Method::POST, path, Some(body), &headers).await).await
}

#[tokio::test]
async fn a_reply_is_on_its_conversations_shard_when_it_is_accepted() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let path = format!("/conversations/{}/messages", world.here.conversation("waiting"));
    let topic = Topic::Inbound(world.here.shard("waiting"));
    let (status, accepted) = say(&client, &path, "Here I am", None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    assert_eq!(world.depth(topic).await, 1);

    let (_, action) = action(&mut world.subscribe(topic).await).await;
    assert_eq!(action.workspace_id, world.here.workspace.to_string());
    assert_eq!(action.conversation_id, world.here.conversation("waiting").to_string());
    assert_eq!(action.agent_id, world.here.user("ann").to_string());
    let Some(Action::Reply(reply)) = action.action else { panic!("not a reply") };
    assert_eq!(reply.message_id, accepted["message_id"]);
    let text = reply.content.and_then(|content| content.kind);
    assert_eq!(text, Some(content::Kind::Text("Here I am".into())));
    world.stop().await;
}

#[tokio::test]
async fn the_same_key_is_the_same_message() {
    let world = World::new().await;
    let (ann, bob) = (world.as_user("ann").await, world.as_user("bob").await);
    let path = format!("/conversations/{}/messages", world.here.conversation("waiting"));
    let mut ids = Vec::new();
    for (who, key) in [(&ann, "k1"), (&ann, "k1"), (&ann, "k2"), (&bob, "k1")] {
        let (status, accepted) = say(who, &path, "Hello", Some(key)).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        ids.push(accepted["message_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1]);
    assert!(ids[1] != ids[2] && ids[1] != ids[3]);
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("waiting"))).await;
    let (first, _) = action(&mut inbox).await;
    let (second, _) = action(&mut inbox).await;
    assert_eq!(first, second, "consumers dedupe by the envelope's id");

    let (status, _) = say(&ann, &path, "Hello", Some(&"k".repeat(129))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}

#[tokio::test]
async fn a_closed_window_is_told_at_the_composer() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    for (which, reason) in [("old", "template"), ("ancient", "too old")] {
        let id = world.here.conversation(which);
        let (status, problem) =
            say(&client, &format!("/conversations/{id}/messages"), "Hello", None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["type"], "urn:switchboard:problem:window-closed");
        assert!(problem["detail"].as_str().unwrap().contains(reason), "{problem}");
        let (_, shown) = client.get(&format!("/conversations/{id}")).await;
        assert_eq!(shown["window"]["open"], false);
        assert!(shown["window"]["reason"].is_string());
        assert_eq!(world.depth(Topic::Inbound(world.here.shard(which))).await, 0);
    }
    world.stop().await;
}

#[tokio::test]
async fn what_the_channel_does_not_take_is_told_at_the_composer() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let path = format!("/conversations/{}/messages", world.here.conversation("anns"));
    let long = "x".repeat(2_000);
    let bodies = [
        json!({"text": long}),
        json!({"text": "  "}),
        json!({}),
        json!({"text": "Hi", "image_url": "https://example.com/a.png"}),
        json!({"image_url": "http://example.com/a.png"}),
        json!({"image_url": "file:///etc/passwd"}),
        json!({"text": "Hi", "colour": "red"}),
    ];
    for body in bodies {
        let (status, problem) = client.post(&path, body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {problem}");
    }
    let (status, _) = client.post(&path, json!({"image_url": "https://example.com/a.png"})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    world.stop().await;
}

#[tokio::test]
async fn each_action_reaches_the_router() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let (id, bob) = (world.here.conversation("anns"), world.here.user("bob"));
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let mut seen = Vec::new();
    let calls = [
        ("assign", json!({"agent": "me"})),
        ("assign", json!({"agent": bob})),
        ("unassign", json!({})),
        ("return-to-bot", json!({})),
        ("resolve", json!({})),
        ("reopen", json!({})),
        ("read", json!({})),
        ("typing", json!({})),
    ];
    for (name, body) in calls {
        let (status, _) = client.post(&format!("/conversations/{id}/{name}"), body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{name}");
        let (id, action) = action(&mut inbox).await;
        seen.push(id);
        let fits = match (name, action.action.unwrap()) {
            ("assign", Action::Assign(to)) => {
                [world.here.user("ann"), bob].iter().any(|id| id.to_string() == to.agent_id)
            }
            ("unassign", Action::Unassign(_))
            | ("return-to-bot", Action::ReturnToBot(_))
            | ("resolve", Action::Resolve(_))
            | ("reopen", Action::Reopen(_))
            | ("read", Action::MarkRead(_))
            | ("typing", Action::Typing(_)) => true,
            _ => false,
        };
        assert!(fits, "{name}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 8, "each click is an action of its own");
    world.stop().await;
}

#[tokio::test]
async fn only_what_did_not_arrive_is_resent() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let id = world.here.conversation("anns");
    let resend = |seq: u64| {
        format!("/conversations/{id}/messages/{}/resend", world.here.message("anns", seq))
    };
    assert_eq!(client.post(&resend(1), json!({})).await.0, StatusCode::CONFLICT);
    assert_eq!(client.post(&resend(2), json!({})).await.0, StatusCode::ACCEPTED);
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let (_, action) = action(&mut inbox).await;
    let Some(Action::Resend(resend)) = action.action else { panic!("not a resend") };
    assert_eq!(resend.message_id, world.here.message("anns", 2).to_string());
    world.stop().await;
}

#[tokio::test]
async fn a_queue_that_is_away_is_told() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    world.backend.queue.close().await;
    let path = format!("/conversations/{}/messages", world.here.conversation("anns"));
    let (status, problem) = say(&client, &path, "Hello", None).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["title"], "Not sent");
    world.stop().await;
}
