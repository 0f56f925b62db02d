//! Control of conversations, and what Meta says about accounts.

use reqwest::StatusCode;
use serde_json::json;
use switchboard_chassis::clock;
use switchboard_contract::{
    Body,
    wire::{agent_action::Action, thread_action::Do},
};
use switchboard_domain::conversation::Thread;
use switchboard_queue::Topic;
use switchboard_store::{
    account_events::{self, AccountEvent},
    conversations,
};

use crate::world::World;

const INBOX: &str = "263902037430900";

#[tokio::test]
async fn another_apps_control_is_shown_by_name_and_since_when() {
    let world = World::new().await;
    let (client, id) = (world.as_user("ann").await, world.here.conversation("anns"));
    let path = format!("/conversations/{id}");
    assert_eq!(client.get(&path).await.1["thread"]["is"], "ours");
    let since = clock::now();
    let take = move |db: &mut switchboard_store::Db| {
        let mut record = conversations::load(db, id)?.unwrap();
        record.state.thread = Thread::Elsewhere { app: Some(INBOX.into()), since };
        conversations::save(db, &record, since)
    };
    world.backend.store.write(take).await.unwrap();
    let thread = client.get(&path).await.1["thread"].clone();
    assert_eq!(
        thread,
        json!({
            "is": "elsewhere", "app": INBOX, "app_name": "Page inbox",
            "since": since.as_millis(),
        })
    );
    world.stop().await;
}

#[tokio::test]
async fn control_is_asked_for_through_the_router() {
    let world = World::new().await;
    let (client, id) = (world.as_user("ann").await, world.here.conversation("anns"));
    let path = format!("/conversations/{id}/thread");
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let asked = [
        (json!({"do": "take"}), Do::Take(Default::default())),
        (json!({"do": "request"}), Do::Request(Default::default())),
        (json!({"do": "release"}), Do::Release(Default::default())),
        (json!({"do": "pass", "to": INBOX}), Do::PassTo(INBOX.into())),
    ];
    for (body, expected) in asked {
        let (status, answer) = client.post(&path, body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
        let Some(Action::Thread(thread)) = action.action else { panic!("not about the thread") };
        assert_eq!(thread.r#do, Some(expected));
    }
    let wrong = [
        json!({"do": "steal"}),
        json!({"do": "pass"}),
        json!({"do": "pass", "to": "the inbox"}),
        json!({"do": "take", "to": INBOX}),
    ];
    for body in wrong {
        let (status, _) = client.post(&path, body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    world.stop().await;
}

#[tokio::test]
async fn administrators_read_what_meta_said_about_an_account() {
    let world = World::new().await;
    let (client, account) = (world.as_user("admin").await, world.here.account("number"));
    let event = AccountEvent {
        id: "event-1".into(),
        workspace: world.here.workspace,
        account,
        kind: "phone_number_quality_update".into(),
        severity: "warning".into(),
        sentence: "The quality of the number went down.".into(),
        raw: "{}".into(),
        at: clock::now(),
    };
    world.backend.store.write(move |db| account_events::keep(db, &event)).await.unwrap();
    let path = format!("/accounts/{account}/events");
    let (_, events) = client.get(&path).await;
    assert_eq!(events[0]["sentence"], "The quality of the number went down.");
    assert_eq!(client.get(&format!("{path}?before=1")).await.1, json!([]));
    world.stop().await;
}

#[tokio::test]
async fn accounts_are_listed_by_channel_and_by_whether_they_send() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let names = async |query: &str| {
        let (status, all) = client.get(&format!("/accounts{query}")).await;
        assert_eq!(status, StatusCode::OK, "{all}");
        let names = all.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap());
        names.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names("?channel=whatsapp").await, ["here number"]);
    assert_eq!(names("?sending=false").await, [""; 0]);
    assert_eq!(names("?sending=true&channel=messenger").await, ["here page"]);
    world.stop().await;
}
