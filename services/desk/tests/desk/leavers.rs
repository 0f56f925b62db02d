//! Requests to erase people, and what an administrator makes of them.

use reqwest::StatusCode;
use serde_json::json;
use switchboard_chassis::clock;
use switchboard_contract::Body;
use switchboard_domain::shard::ConversationShard;
use switchboard_queue::Topic;
use switchboard_store::deletions;

use crate::world::World;

#[tokio::test]
async fn an_administrator_finds_whom_meta_means() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let (_, list) = admin.get("/data-deletions").await;
    let code = world.here.deletion();
    assert_eq!(list[0]["code"], code.as_str());
    assert_eq!((&list[0]["state"], &list[0]["user_id"]), (&json!("open"), &json!("here/person")));

    let conversation = world.here.conversation("anns");
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let path = format!("/data-deletions/{code}/complete");
    let (status, _) = admin.post(&path, json!({"conversation_id": conversation})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let Some(Body::EraseConversation(asked)) = inbox.next().await.body else { panic!("nothing") };
    assert_eq!(asked.conversation_id, conversation.to_string());
    assert_eq!(asked.deletion_code, code);

    let foreign = json!({"conversation_id": world.there.conversation("anns")});
    assert_eq!(admin.post(&path, foreign).await.0, StatusCode::NOT_FOUND);
    world.stop().await;
}

#[tokio::test]
async fn there_may_be_nothing_to_erase() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let code = world.here.deletion();
    let mut inbox = world.subscribe(Topic::Inbound(ConversationShard::of(&code))).await;
    let path = format!("/data-deletions/{code}/complete");
    assert_eq!(admin.post(&path, json!({})).await.0, StatusCode::ACCEPTED);
    let Some(Body::EraseConversation(asked)) = inbox.next().await.body else { panic!("nothing") };
    assert_eq!(asked.conversation_id, "");

    let workspace = world.here.workspace;
    let done = move |db: &mut _| deletions::complete(db, workspace, &code, clock::now());
    world.backend.store.write(done).await.unwrap();
    assert_eq!(admin.post(&path, json!({})).await.0, StatusCode::CONFLICT, "it is done already");
    world.stop().await;
}
