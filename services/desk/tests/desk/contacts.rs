//! Contacts as a list of their own: who is who, what they are called, what is known of them, whom
//! nobody wants to hear from, and being forgotten.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{Body, wire::agent_action::Action};
use switchboard_domain::{
    conversation::Block,
    ids::{ContactId, ConversationId},
};
use switchboard_queue::Topic;
use switchboard_store::{Db, conversations, linking::bonds};

use crate::{
    client::{Client, answer},
    world::World,
};

async fn put(client: &Client, path: &str, body: Value) -> (StatusCode, Value) {
    answer(client.send(Method::PUT, path, Some(body), &[]).await).await
}

/// The ids of a list of contacts.
async fn listed(client: &Client, query: &str) -> Vec<String> {
    let (status, page) = client.get(&format!("/contacts?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let all = page["contacts"].as_array().unwrap().iter();
    all.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn ids(world: &World, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| world.here.contact(name).to_string()).collect()
}

fn path(world: &World, which: &str) -> String {
    format!("/contacts/{}", world.here.contact(which))
}

/// As the router does when an agent blocks a customer.
async fn blocked(world: &World, which: &str) {
    let (id, by): (ConversationId, _) = (world.here.conversation(which), world.here.user("ann"));
    let work = move |db: &mut Db| {
        let mut record = conversations::load(db, id)?.unwrap();
        let before = record.state.status.clone();
        let (at, reason, unread) = (clock::now(), "Insults".to_owned(), 0);
        record.state.blocked = Some(Block { by, at, reason, before, unread });
        record.state.status = switchboard_domain::conversation::Status::Resolved;
        conversations::save(db, &record, clock::now())
    };
    world.backend.store.write(work).await.unwrap();
}

#[tokio::test]
async fn agents_find_the_contacts_of_what_they_see() {
    let world = World::new().await;
    let (ann, admin) = (world.as_user("ann").await, world.as_user("admin").await);
    assert_eq!(listed(&ann, "").await, ids(&world, &["waiting", "anns", "old", "ancient"]));
    assert_eq!(listed(&ann, "search=bobs").await, Vec::<String>::new());
    assert_eq!(ann.get(&path(&world, "bobs")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(listed(&admin, "search=CUSTOMER%20bobs").await, ids(&world, &["bobs"]));
    assert_eq!(listed(&admin, "channel=whatsapp").await, ids(&world, &["elsewhere", "old"]));
    let number = format!("account={}&search=old", world.here.account("number"));
    assert_eq!(listed(&admin, &number).await, ids(&world, &["old"]));
    blocked(&world, "bobs").await;
    assert_eq!(listed(&admin, "blocked=true").await, ids(&world, &["bobs"]));
    assert_eq!(listed(&admin, "blocked=false").await.len(), 5);
    let known = json!({"attributes": {"shoe size": "42"}});
    put(&ann, &format!("{}/attributes", path(&world, "anns")), known).await;
    assert_eq!(listed(&admin, "attribute=shoe%20size%3D42").await, ids(&world, &["anns"]));

    let (mut cursor, mut joined) = (String::new(), Vec::new());
    loop {
        let (_, page) = admin.get(&format!("/contacts?limit=4{cursor}")).await;
        let found = page["contacts"].as_array().unwrap();
        joined.extend(found.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(joined, listed(&admin, "").await);
    for wrong in ["channel=fax", "attribute=size", "cursor=!", "colour=red"] {
        let (status, _) = admin.get(&format!("/contacts?{wrong}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    world.stop().await;
}

#[tokio::test]
async fn agents_name_a_contact_and_what_they_call_themselves_stays() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let anns = path(&world, "anns");
    let named = json!({"given_name": " Mrs. Lovelace "});
    assert_eq!(put(&ann, &anns, named).await.0, StatusCode::NO_CONTENT);
    let (_, contact) = ann.get(&anns).await;
    assert_eq!(contact["given_name"], "Mrs. Lovelace");
    assert_eq!(contact["name"], "Customer anns");
    assert_eq!(contact["identities"][0]["kind"], "scoped_id");
    assert_eq!(contact["conversations"][0]["id"], world.here.conversation("anns").to_string());
    assert_eq!(listed(&ann, "search=lovelace").await, ids(&world, &["anns"]));
    let (_, shown) = ann.get(&format!("/conversations/{}", world.here.conversation("anns"))).await;
    assert_eq!(shown["contact"]["given_name"], "Mrs. Lovelace");
    for wrong in [json!({"given_name": " "}), json!({"name": "x"})] {
        assert_eq!(put(&ann, &anns, wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    put(&ann, &anns, json!({"given_name": null})).await;
    assert_eq!(ann.get(&anns).await.1["given_name"], Value::Null);
    world.stop().await;
}

#[tokio::test]
async fn two_contacts_are_one_person_until_they_are_not() {
    let world = World::new().await;
    let (ann, admin) = (world.as_user("ann").await, world.as_user("admin").await);
    let (anns, old) = (path(&world, "anns"), path(&world, "old"));
    let note = async |path: &str, name: &str, value: Value| {
        let body = json!({"attributes": {name: value}});
        let status = put(&ann, &format!("{path}/attributes"), body).await.0;
        assert_eq!(status, StatusCode::NO_CONTENT);
    };
    note(&anns, "size", json!("42")).await;
    note(&old, "size", json!("43")).await;
    note(&old, "tier", json!("gold")).await;

    let merge = format!("{anns}/merge");
    let other = |id: ContactId| json!({"other_id": id});
    assert_eq!(
        ann.post(&merge, other(world.here.contact("bobs"))).await.0,
        StatusCode::NOT_FOUND,
        "not hers to see"
    );
    let itself = ann.post(&merge, other(world.here.contact("anns"))).await.0;
    assert_eq!(itself, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, one) = ann.post(&merge, other(world.here.contact("old"))).await;
    assert_eq!(status, StatusCode::OK, "{one}");
    assert_eq!(one["attributes"], json!({"size": "42", "tier": "gold"}));
    assert_eq!(one["overruled"][0]["value"], "43");
    assert_eq!(one["overruled"][0]["contact_id"], world.here.contact("old").to_string());
    let there = ann.get(&old).await.1;
    assert_eq!(there["attributes"], one["attributes"]);
    assert_eq!(there["person_id"], one["person_id"]);
    let conversations = |contact: &Value| {
        let all = contact["conversations"].as_array().unwrap().iter();
        all.map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    let both = ["anns", "old"].map(|which| json!(world.here.conversation(which)));
    assert_eq!((conversations(&there), conversations(&one)), (both.to_vec(), both.to_vec()));
    assert_eq!(listed(&ann, "search=customer%20old").await, ids(&world, &["anns", "old"]));
    assert_eq!(listed(&ann, "attribute=tier%3Dgold").await, ids(&world, &["anns", "old"]));

    let split = format!("{old}/split");
    assert_eq!(ann.post(&split, json!({})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ann.get(&old).await.1["attributes"], json!({"size": "43", "tier": "gold"}));
    assert_eq!(ann.get(&anns).await.1["attributes"], json!({"size": "42"}));
    let (_, log) = admin.get("/audit").await;
    let entries = log["entries"].as_array().unwrap();
    let detail = |operation: &str| {
        let entry = entries.iter().find(|entry| entry["operation"] == operation).unwrap();
        entry["detail"].clone()
    };
    assert_eq!(detail("POST /contacts/{id}/merge"), other(world.here.contact("old")));
    assert_eq!(detail("POST /contacts/{id}/split"), json!({"from": [world.here.contact("anns")]}));
    world.stop().await;
}

#[tokio::test]
async fn who_may_be_the_same_is_suggested_and_merged_by_nobody() {
    let world = World::new().await;
    let (ann, admin) = (world.as_user("ann").await, world.as_user("admin").await);
    let (workspace, contacts) =
        (world.here.workspace, ["anns", "old", "bobs"].map(|which| world.here.contact(which)));
    let work = move |db: &mut Db| {
        let bond =
            bonds::Bond { customer_number: "C-7".into(), customer_name: None, since: clock::now() };
        contacts.iter().try_for_each(|one| bonds::set(db, workspace, *one, Some(&bond)))
    };
    world.backend.store.write(work).await.unwrap();
    let suggested = async |client: &Client| {
        let (_, all) = client.get(&format!("{}/suggestions", path(&world, "anns"))).await;
        let all = all.as_array().unwrap().iter();
        all.map(|one| (one["why"].clone(), one["contact"]["id"].clone())).collect::<Vec<_>>()
    };
    let why = json!("customer_number");
    let old = (why.clone(), json!(world.here.contact("old")));
    assert_eq!(suggested(&ann).await, std::slice::from_ref(&old), "of those that she sees");
    assert_eq!(suggested(&admin).await, [(why, json!(world.here.contact("bobs"))), old]);
    assert_eq!(ann.get(&path(&world, "anns")).await.1["person_id"], Value::Null);
    world.stop().await;
}

#[tokio::test]
async fn a_block_goes_to_all_conversations_of_the_person() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let anns = path(&world, "anns");
    let other = json!({"other_id": world.here.contact("old")});
    assert_eq!(ann.post(&format!("{anns}/merge"), other).await.0, StatusCode::OK);
    let mut one = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let mut two = world.subscribe(Topic::Inbound(world.here.shard("old"))).await;
    let (block, unblock) = (format!("{anns}/block"), format!("{anns}/unblock"));
    for wrong in [json!({"reason": " "}), json!({"reason": "x".repeat(501)})] {
        assert_eq!(ann.post(&block, wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let key = [("idempotency-key", "once")];
    for _ in 0..2 {
        let body = Some(json!({"reason": "Insults"}));
        let response = ann.send(Method::POST, &block, body, &key).await;
        let (status, told) = answer(response).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        assert_eq!(told["conversation_ids"].as_array().unwrap().len(), 2);
    }
    for inbox in [&mut one, &mut two] {
        let (first, again) = (inbox.next().await, inbox.next().await);
        assert_eq!(first.id, again.id, "the router does it once");
        let Some(Body::AgentAction(action)) = first.body else { panic!("no action") };
        assert!(matches!(action.action, Some(Action::Block(block)) if block.reason == "Insults"));
    }
    assert_eq!(ann.post(&unblock, json!({})).await.0, StatusCode::ACCEPTED);
    let Some(Body::AgentAction(action)) = one.next().await.body else { panic!("no action") };
    assert!(matches!(action.action, Some(Action::Unblock(_))));
    world.stop().await;
}

#[tokio::test]
async fn nothing_goes_to_who_is_blocked() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    blocked(&world, "anns").await;
    let conversation = format!("/conversations/{}", world.here.conversation("anns"));
    let (_, shown) = ann.get(&conversation).await;
    assert_eq!(shown["blocked"]["reason"], "Insults");
    let resend = format!("messages/{}/resend", world.here.message("anns", 2));
    for (end, body) in [
        ("messages", json!({"text": "hello"})),
        (resend.as_str(), json!({})),
        ("login-button", json!({})),
        ("assign", json!({"agent": "me"})),
        ("reopen", json!({})),
        ("transfer", json!({"to": {"team": world.here.team("sales")}})),
    ] {
        let (status, problem) = ann.post(&format!("{conversation}/{end}"), body).await;
        assert_eq!(status, StatusCode::CONFLICT, "{end}");
        assert_eq!(problem["type"], "urn:switchboard:problem:blocked", "{end}");
        assert!(problem["detail"].as_str().unwrap().contains("Insults"), "{problem}");
    }
    let bulk = json!({
        "conversation_ids": [world.here.conversation("anns")], "step": {"do": "assign"}
    });
    let (_, outcome) = ann.post("/bulk", bulk).await;
    assert!(outcome[0]["reason"].as_str().unwrap().contains("blocked"), "{outcome}");
    let note = ann.post(&format!("{conversation}/notes"), json!({"text": "Look"})).await;
    assert_eq!(note.0, StatusCode::ACCEPTED, "colleagues may still talk about them");
    world.stop().await;
}

#[tokio::test]
async fn a_person_can_be_given_all_that_is_known_and_be_forgotten() {
    let world = World::new().await;
    let (ann, admin) = (world.as_user("ann").await, world.as_user("admin").await);
    let anns = path(&world, "anns");
    put(&ann, &format!("{anns}/attributes"), json!({"attributes": {"size": "42"}})).await;
    let (one, two) = (world.here.contact("anns"), world.here.contact("old"));
    assert_eq!(
        ann.post(&format!("{anns}/merge"), json!({"other_id": two})).await.0,
        StatusCode::OK
    );
    assert_eq!(ann.get(&format!("{anns}/export")).await.0, StatusCode::FORBIDDEN);
    let response = admin.send(Method::GET, &format!("{anns}/export"), None, &[]).await;
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.contains(&format!("customer-{one}.json")), "{disposition}");
    let (_, all) = answer(response).await;
    assert_eq!(all["attributes"]["size"], "42");
    let conversations = all["conversations"].as_array().unwrap();
    assert_eq!(conversations.len(), 2);
    for one in conversations {
        let seqs: Vec<_> = one["messages"].as_array().unwrap().iter().map(|m| &m["seq"]).collect();
        assert_eq!(seqs, [1, 2, 3]);
    }

    let (mut here, mut there) = (
        world.subscribe(Topic::Inbound(world.here.shard("anns"))).await,
        world.subscribe(Topic::Inbound(world.here.shard("old"))).await,
    );
    let erase = format!("{anns}/erase");
    let both = json!({"contact_ids": [one, two]});
    assert_eq!(ann.post(&erase, both.clone()).await.0, StatusCode::FORBIDDEN);
    let none = admin.post(&erase, json!({"contact_ids": []})).await.0;
    assert_eq!(none, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = json!({"contact_ids": [one, world.here.contact("bobs")]});
    assert_eq!(admin.post(&erase, stranger).await.0, StatusCode::NOT_FOUND, "another person");
    assert_eq!(world.depth(Topic::Inbound(world.here.shard("anns"))).await, 0);
    assert_eq!(admin.post(&erase, both).await.0, StatusCode::ACCEPTED);
    for (inbox, which) in [(&mut here, "anns"), (&mut there, "old")] {
        let Some(Body::EraseConversation(request)) = inbox.next().await.body else {
            panic!("nothing is erased")
        };
        assert_eq!(request.conversation_id, world.here.conversation(which).to_string());
    }
    world.stop().await;
}

#[tokio::test]
async fn many_are_sent_on_and_made_urgent_at_once() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let conversations = [world.here.conversation("anns"), world.here.conversation("bobs")];
    let bulk = |step: Value| json!({"conversation_ids": conversations, "step": step});
    let team = world.here.team("sales");
    for step in [
        json!({"do": "transfer", "to": {"team": team}, "note": "Look"}),
        json!({"do": "priority", "priority": "high"}),
    ] {
        let (status, outcome) = ann.post("/bulk", bulk(step)).await;
        assert_eq!(status, StatusCode::OK, "{outcome}");
        assert_eq!(
            (&outcome[0]["accepted"], &outcome[1]["accepted"]),
            (&json!(true), &json!(false))
        );
        let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
        assert!(matches!(action.action, Some(Action::Transfer(_) | Action::SetPriority(_))));
    }
    let wrong = bulk(json!({"do": "priority", "priority": "now"}));
    assert_eq!(ann.post("/bulk", wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}
