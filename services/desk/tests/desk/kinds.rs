//! What agents can send beside text, by channel: taken as it is, or refused with what to do.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{
    Body,
    wire::{AgentAction, agent_action::Action},
};
use switchboard_domain::Content;
use switchboard_queue::Topic;
use switchboard_store::{
    accounts,
    templates::{self, Template},
};

use crate::{client::answer, world::World};

/// The content and the answered message of the next reply on a conversation's shard.
async fn next_reply(world: &World, which: &str) -> (Content, Option<String>) {
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard(which))).await;
    match inbox.next().await.body {
        Some(Body::AgentAction(AgentAction { action: Some(Action::Reply(reply)), .. })) => {
            (Content::try_from(reply.content.unwrap()).unwrap(), reply.reply_to)
        }
        other => panic!("not a reply: {other:?}"),
    }
}

fn path(world: &World, which: &str) -> String {
    format!("/conversations/{}/messages", world.here.conversation(which))
}

/// As Meta listed it for an account.
async fn list_template(world: &World, which: &str, status: &str) {
    let definition = json!({
        "id": "7", "name": "order_ready", "language": "en_US", "status": status,
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hello {{1}}, it waits."}],
    });
    let template = Template {
        id: "7".into(),
        name: "order_ready".into(),
        language: "en_US".into(),
        status: status.into(),
        category: "UTILITY".into(),
        definition,
        synced_at: clock::now(),
    };
    let (workspace, id) = (world.here.workspace, world.here.account(which));
    let write = move |db: &mut _| {
        let account = accounts::by_id(db, workspace, id)?.unwrap();
        templates::replace(db, workspace, account.template_owner().unwrap(), &[template])
    };
    world.backend.store.write(write).await.unwrap();
}

fn template(body: Value) -> Value {
    json!({"template": {"name": "order_ready", "language": "en_US", "body": body}})
}

#[tokio::test]
async fn any_kind_that_the_channel_shows_is_taken_as_it_is() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let content = json!({
        "type": "quick_replies", "text": "Which?",
        "replies": [
            {"asks": "choice", "title": "Red", "payload": "red", "image_url": null},
            {"asks": "phone"},
        ],
    });
    let (status, told) = client.post(&path(&world, "anns"), json!({"content": content})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{told}");
    let (sent, _) = next_reply(&world, "anns").await;
    assert_eq!(serde_json::to_value(sent).unwrap(), content);
    world.stop().await;
}

#[tokio::test]
async fn what_the_channel_does_not_show_is_refused_with_what_to_do() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let list = json!({"type": "list", "text": "Which?", "open": "Choose", "sections": [
        {"title": null, "rows": [{"title": "Red", "description": null, "payload": "red"}]},
    ]});
    let long = json!({"type": "prompt", "text": "Yes?", "buttons": [
        {"action": "reply", "title": "x".repeat(21), "payload": "y"},
    ]});
    let inside = json!({"type": "prompt", "text": "Look", "buttons": [
        {"action": "link", "title": "Here", "url": "http://10.0.0.1/"},
    ]});
    let picture = json!({"type": "quick_replies", "text": "Which?", "replies": [
        {"asks": "choice", "title": "Red", "payload": "red", "image_url": "file:///etc/passwd"},
    ]});
    let cases = [
        (picture, "https://"),
        (list, "use quick replies"),
        (long, "has 21 characters; messenger takes at most 20"),
        (inside, "https://"),
        (json!({"type": "notice", "kind": "x", "text": "x", "details": []}), "takes no"),
    ];
    for (content, why) in cases {
        let (status, problem) =
            client.post(&path(&world, "anns"), json!({"content": content})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    world.stop().await;
}

/// A week and a day later even people cannot write on Messenger; a utility template still goes out.
#[tokio::test]
async fn outside_a_pages_window_a_utility_template_goes_out() {
    let world = World::new().await;
    let client = world.as_user("admin").await;
    let path = path(&world, "ancient");
    let (status, problem) = client.post(&path, json!({"text": "Hello"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["next_step"].as_str().unwrap().contains("utility template"), "{problem}");
    let ann = template(json!([{"name": null, "text": "Ann"}]));
    let (_, problem) = client.post(&path, ann.clone()).await;
    assert_eq!(problem["type"], "urn:switchboard:problem:no-template");
    list_template(&world, "page", "APPROVED").await;
    let (status, problem) = client.post(&path, ann).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{problem}");
    world.stop().await;
}

#[tokio::test]
async fn outside_the_window_an_approved_template_goes_out() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let path = path(&world, "old");
    let ann = json!([{"name": null, "text": "Ann"}]);
    let (status, problem) = client.post(&path, json!({"text": "Hello"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["next_step"].as_str().unwrap().contains("template"), "{problem}");

    let (_, problem) = client.post(&path, template(ann.clone())).await;
    assert_eq!(problem["type"], "urn:switchboard:problem:no-template");
    list_template(&world, "number", "PAUSED").await;
    let (_, problem) = client.post(&path, template(ann.clone())).await;
    assert!(problem["detail"].as_str().unwrap().contains("paused"), "{problem}");
    list_template(&world, "number", "APPROVED").await;
    let (_, problem) = client.post(&path, template(json!([]))).await;
    assert!(problem["detail"].as_str().unwrap().contains("{{1}}"), "{problem}");
    let (status, problem) = client.post(&path, template(ann)).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{problem}");
    let Content::Template(sent) = next_reply(&world, "old").await.0 else { panic!("not one") };
    assert_eq!(sent.text, "Hello Ann, it waits.", "the transcript shows what the customer reads");

    let account = world.here.account("number");
    let (_, all) = client.get(&format!("/accounts/{account}/templates")).await;
    assert_eq!(all[0]["places"]["body"], json!(["1"]), "{all}");
    world.stop().await;
}

#[tokio::test]
async fn only_what_meta_knows_can_be_answered() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let own = world.here.message("anns", 1);
    let foreign = world.here.message("waiting", 1);
    for (message, expected) in [(own, StatusCode::CONFLICT), (foreign, StatusCode::NOT_FOUND)] {
        let reply = json!({"text": "Hello", "reply_to": message});
        assert_eq!(client.post(&path(&world, "anns"), reply).await.0, expected);
        let reaction = json!({"reaction": {"message_id": message, "emoji": "love"}});
        assert_eq!(client.post(&path(&world, "anns"), reaction).await.0, expected);
    }
    world.stop().await;
}

#[tokio::test]
async fn the_window_says_which_rule_holds_and_until_when() {
    let world = World::new().await;
    let client = world.as_user("ann").await;
    let window = async |which: &str| {
        let id = world.here.conversation(which);
        client.get(&format!("/conversations/{id}")).await.1["window"].clone()
    };
    let open = window("anns").await;
    assert_eq!((&open["open"], &open["label"]), (&json!(true), &json!("response")));
    let standard = open["standard_closes_at"].as_i64().unwrap();
    let days = (open["closes_at"].as_i64().unwrap() - standard) / (24 * 60 * 60 * 1000);
    assert_eq!(days, 6, "people have a week");
    let old = window("old").await;
    assert_eq!((&old["open"], &old["only_template"]), (&json!(false), &json!(true)), "{old}");
    assert!(old["next_step"].as_str().unwrap().contains("template"));
    let ancient = window("ancient").await;
    assert_eq!((&ancient["label"], &ancient["only_template"]), (&Value::Null, &json!(true)));
    world.stop().await;
}

#[tokio::test]
async fn channels_say_what_they_show() {
    let world = World::new().await;
    let (status, channels) = world.as_user("ann").await.get("/channels").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(channels.as_array().unwrap().len(), 3);
    assert_eq!(channels[0]["shows"]["list"], "degraded");
    assert_eq!(channels[2]["shows"]["list"], "native");
    assert_eq!(channels[1]["text"], json!({"most": 1000, "unit": "bytes"}));
    world.stop().await;
}

#[tokio::test]
async fn a_new_token_is_sealed_and_outbound_is_told() {
    let world = World::new().await;
    let page = world.here.account("page");
    let path = format!("/accounts/{page}/token");
    let put = async |who: &str, token: &str| {
        let client = world.as_user(who).await;
        let body = json!({"token": token});
        answer(client.send(Method::PUT, &path, Some(body), &[]).await).await
    };
    assert_eq!(put("ann", "EAAB").await.0, StatusCode::FORBIDDEN);
    assert_eq!(put("admin", "two words").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(put("admin", "EAAB-secret\n").await.0, StatusCode::ACCEPTED);
    let topic = Topic::Outbound(switchboard_contract::convert::account_shard(page));
    match world.subscribe(topic).await.next().await.body {
        Some(Body::AccountChanged(changed)) => assert_eq!(changed.account_id, page.to_string()),
        other => panic!("not told: {other:?}"),
    }
    let workspace = world.here.workspace;
    let read = move |db: &mut _| accounts::sealed_token(db, workspace, page);
    let sealed = world.backend.store.read(read).await.unwrap().unwrap();
    assert!(sealed != "sealed-token" && !sealed.contains("EAAB"), "it is sealed");
    let row = page.to_string();
    let place = accounts::Account::token_place(workspace, &row);
    let opened = world.backend.keys.tokens().unwrap().open(place, &sealed).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&opened), "EAAB-secret");
    world.stop().await;
}
