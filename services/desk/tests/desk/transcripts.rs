//! What stands around the messages of a transcript.

use reqwest::StatusCode;
use serde_json::json;
use switchboard_chassis::clock;
use switchboard_domain::{
    Content,
    content::{Context, Forwarded, Referral},
    conversation::{Author, MessageStatus, NewMessage, Revision},
};
use switchboard_store::{messages, revisions};

use crate::world::World;

/// Adds what a customer said to Ann's conversation, with Meta's id of it; what answers nothing came
/// through an ad.
async fn said(world: &World, seq: u64, external_id: &str, reply_to: Option<&str>) {
    let place = messages::Place {
        workspace: world.here.workspace,
        account: world.here.account("page"),
        conversation: world.here.conversation("anns"),
    };
    let ad = Referral { ad_id: Some(external_id.into()), ..Referral::default() };
    let referral = reply_to.is_none().then(|| Box::new(ad));
    let message = NewMessage {
        id: world.here.message("anns", seq),
        seq,
        author: Author::Customer,
        content: Content::text(format!("Message {seq}")),
        external_id: Some(external_id.into()),
        reply_to: reply_to.map(ToOwned::to_owned),
        context: Context { forwarded: Some(Forwarded::Often), referral, ..Context::default() },
        status: MessageStatus::Received,
        reason: None,
        at: clock::now(),
        send: None,
    };
    let append = move |db: &mut switchboard_store::Db| {
        messages::append(db, place, &message, None, clock::now())
    };
    world.backend.store.write(append).await.unwrap();
}

#[tokio::test]
async fn a_quote_names_our_message_where_we_have_it() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    said(&world, 4, "m_4", None).await;
    said(&world, 5, "m_5", Some("m_4")).await;
    said(&world, 6, "m_6", Some("m_unknown")).await;
    let path = format!("/conversations/{}/messages?limit=2", world.here.conversation("anns"));
    let (_, page) = client.get(&path).await;
    let quotes: Vec<_> =
        page["messages"].as_array().unwrap().iter().map(|m| &m["reply_to"]).collect();
    let known = json!({
        "id": world.here.message("anns", 4), "external_id": "m_4", "preview": "Message 4",
    });
    let unknown = json!({ "id": null, "external_id": "m_unknown", "preview": null });
    assert_eq!(quotes, [&known, &unknown]);
    assert_eq!(page["messages"][0]["external_id"], "m_5");
    assert_eq!(page["messages"][0]["context"], json!({ "forwarded": "often" }));
    world.stop().await;
}

#[tokio::test]
async fn an_edited_message_tells_what_it_said_before() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let message = world.here.message("anns", 1);
    let edited = Revision::Edited(Box::new(Content::text("Hello!")));
    let edit = move |db: &mut switchboard_store::Db| {
        revisions::revise(db, message, &edited, ("edit-1", None), clock::now())
    };
    world.backend.store.write(edit).await.unwrap();
    let path = format!("/conversations/{}/messages", world.here.conversation("anns"));
    let (_, page) = client.get(&path).await;
    assert_eq!(page["messages"][0]["content"]["text"], "Hello!");
    assert!(page["messages"][0]["revised_at"].is_i64());
    let (_, earlier) = client.get(&format!("{path}/{message}/revisions")).await;
    assert_eq!(earlier[0]["content"], json!({ "type": "text", "text": "Hello" }));

    let elsewhere = world.here.message("bobs", 1);
    let (status, _) = client.get(&format!("{path}/{elsewhere}/revisions")).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a message of another conversation");
    world.stop().await;
}

#[tokio::test]
async fn where_the_customer_came_from_is_told() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    said(&world, 4, "m_4", None).await;
    said(&world, 5, "m_5", Some("m_4")).await;
    said(&world, 6, "m_6", None).await;
    let path = format!("/conversations/{}/referrals", world.here.conversation("anns"));
    let (_, found) = client.get(&path).await;
    let ads: Vec<_> =
        found.as_array().unwrap().iter().map(|one| &one["referral"]["ad_id"]).collect();
    assert_eq!(ads, ["m_6", "m_4"]);
    world.stop().await;
}
