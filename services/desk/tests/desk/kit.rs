//! What agents keep beside conversations: labels, canned replies, views, attributes; and the search.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{Body, wire::agent_action::Action};
use switchboard_queue::Topic;
use switchboard_store::{Db, mentions};

use crate::{
    client::{Client, answer},
    world::World,
};

async fn put(client: &Client, path: &str, body: Value) -> (StatusCode, Value) {
    answer(client.send(Method::PUT, path, Some(body), &[]).await).await
}

async fn delete(client: &Client, path: &str) -> StatusCode {
    answer(client.send(Method::DELETE, path, None, &[]).await).await.0
}

#[tokio::test]
async fn a_label_is_made_worn_found_by_and_taken_away() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let (status, label) = supervisor.post("/labels", json!({"name": " Refund "})).await;
    assert_eq!(
        (status, &label["name"], &label["colour"]),
        (StatusCode::CREATED, &json!("Refund"), &json!("grey"))
    );
    let (status, _) = supervisor.post("/labels", json!({"name": "Refund"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "no two have the same name");
    let id = label["id"].as_str().unwrap();
    let conversation = world.here.conversation("anns").to_string();
    let path = format!("/conversations/{conversation}/labels");
    let both = json!({"label_ids": [id, world.here.kit()]});
    assert_eq!(put(&ann, &path, both).await.0, StatusCode::NO_CONTENT);

    let (_, shown) = ann.get(&format!("/conversations/{conversation}")).await;
    assert_eq!(shown["label_ids"], json!([id, world.here.kit()]), "by name");
    assert_eq!(
        ann.conversations(&format!("label={id}")).await,
        std::slice::from_ref(&conversation)
    );
    let foreign = json!({"label_ids": [world.there.kit()]});
    assert_eq!(put(&ann, &path, foreign).await.0, StatusCode::NOT_FOUND);

    let own = format!("/labels/{id}");
    assert_eq!(delete(&ann, &own).await, StatusCode::FORBIDDEN, "for supervisors");
    let changed = put(&supervisor, &own, json!({"name": "Money", "colour": "green"})).await;
    assert_eq!(changed.1["colour"], "green");
    let (status, wrong) = put(&supervisor, &own, json!({"name": "Money", "colour": "mauve"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong["detail"].as_str().unwrap().contains("purple"), "{wrong}");
    assert_eq!(delete(&supervisor, &own).await, StatusCode::NO_CONTENT);
    assert_eq!(ann.conversations(&format!("label={id}")).await, Vec::<String>::new());
    world.stop().await;
}

#[tokio::test]
async fn canned_replies_are_a_teams_or_everybodys() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let hello = json!({"shortcut": "/Hello", "text": "Hello {{contact.first_name}}!"});
    let (status, made) = supervisor.post("/canned-replies", hello.clone()).await;
    assert_eq!((status, &made["shortcut"]), (StatusCode::CREATED, &json!("hello")), "{made}");
    assert_eq!(supervisor.post("/canned-replies", hello).await.0, StatusCode::CONFLICT);
    let shortcuts = async |client: &Client| {
        let all = client.get("/canned-replies").await.1;
        let all = all.as_array().unwrap().iter();
        all.map(|one| one["shortcut"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shortcuts(&ann).await, ["hello"], "the other is the service team's");
    assert_eq!(shortcuts(&supervisor).await, ["hello", "hours"]);

    let unknown = json!({"shortcut": "x", "text": "Dear {{contact.shoe}}"});
    let (status, wrong) = supervisor.post("/canned-replies", unknown).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong["detail"].as_str().unwrap().contains("contact.name"), "{wrong}");
    let foreign = json!({"shortcut": "x", "text": "y", "team_id": world.there.team("sales")});
    assert_eq!(supervisor.post("/canned-replies", foreign).await.0, StatusCode::NOT_FOUND);
    let mine = json!({"shortcut": "x", "text": "y"});
    assert_eq!(ann.post("/canned-replies", mine).await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn a_view_is_ones_own_unless_a_supervisor_shares_it() {
    let world = World::new().await;
    let (ann, bob) = (world.as_user("ann").await, world.as_user("bob").await);
    let own = json!({"name": "Mine", "query": "?mine=true&status=agent"});
    let (status, made) = ann.post("/views", own).await;
    assert_eq!((status, &made["query"]), (StatusCode::CREATED, &json!("mine=true&status=agent")));
    let names = async |client: &Client| {
        let all = client.get("/views").await.1;
        let all = all.as_array().unwrap().iter();
        all.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&ann).await, ["Mine", "Waiting"]);
    assert_eq!(names(&bob).await, ["Waiting"]);
    let path = format!("/views/{}", made["id"].as_str().unwrap());
    assert_eq!(delete(&bob, &path).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&ann, &format!("/views/{}", world.here.kit())).await, StatusCode::FORBIDDEN);
    assert_eq!(delete(&ann, &path).await, StatusCode::NO_CONTENT);

    let shared = json!({"name": "All", "query": "", "shared": true});
    assert_eq!(ann.post("/views", shared).await.0, StatusCode::FORBIDDEN);
    let wrong = json!({"name": "Odd", "query": "colour=red"});
    assert_eq!(ann.post("/views", wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}

#[tokio::test]
async fn attributes_are_set_and_taken_away_by_name() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let path = format!("/contacts/{}/attributes", world.here.contact("anns"));
    let first = json!({"attributes": {"shoe size": "42", "city": "Riga"}});
    assert_eq!(put(&ann, &path, first).await.0, StatusCode::NO_CONTENT);
    let second = json!({"attributes": {"city": null, "shoe size": "43"}});
    assert_eq!(put(&ann, &path, second).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ann.get(&path).await.1, json!({"attributes": {"shoe size": "43"}}));
    let many: serde_json::Map<_, _> = (0..100).map(|n| (format!("a{n}"), json!("x"))).collect();
    let (status, _) = put(&ann, &path, json!({"attributes": many})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a hundred and one");
    let long = json!({"attributes": {"story": "x".repeat(1001)}});
    assert_eq!(put(&ann, &path, long).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ann.get(&path).await.1["attributes"].as_object().unwrap().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn the_search_finds_what_was_said_and_who_said_it() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let bobs = world.here.conversation("bobs").to_string();
    let found = supervisor.conversations("search=customer%20BOBS").await;
    assert_eq!(found, std::slice::from_ref(&bobs), "a name, whatever the case");
    assert_eq!(ann.conversations("search=customer%20bobs").await, Vec::<String>::new());
    assert_eq!(supervisor.conversations("search=good%20DAY").await.len(), 6, "a text");
    assert_eq!(supervisor.conversations("search=%25").await, Vec::<String>::new(), "no wildcards");
    let with_bob = format!("agent={}", world.here.user("bob"));
    assert_eq!(supervisor.conversations(&with_bob).await, [bobs]);
    let service = format!("team={}", world.here.team("service"));
    assert_eq!(supervisor.conversations(&service).await.len(), 2);
    world.stop().await;
}

#[tokio::test]
async fn a_note_is_for_colleagues() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let conversation = world.here.conversation("anns");
    let path = format!("/conversations/{conversation}/notes");
    let supervisor = world.here.user("supervisor");
    let note = json!({"text": " He called again ", "mention_ids": [supervisor]});
    let (status, accepted) = ann.post(&path, note).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{accepted}");
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    let Some(Action::Note(note)) = action.action else { panic!("not a note") };
    assert_eq!(note.message_id, accepted["message_id"]);
    assert_eq!(
        (note.text.as_str(), note.mention_ids),
        ("He called again", vec![supervisor.to_string()])
    );

    let stranger = json!({"text": "Look", "mention_ids": [world.there.user("ann")]});
    assert_eq!(ann.post(&path, stranger).await.0, StatusCode::NOT_FOUND);
    let nothing = ann.post(&path, json!({"text": "  "})).await;
    assert_eq!(nothing.0, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}

#[tokio::test]
async fn notes_for_somebody_are_new_until_they_looked() {
    let world = World::new().await;
    let (workspace, user) = (world.here.workspace, world.here.user("bob"));
    let place = (world.here.conversation("anns"), world.here.message("anns", 2));
    let write = move |db: &mut Db| mentions::add(db, workspace, place, &[user], clock::now());
    world.backend.store.write(write).await.unwrap();
    let bob = world.as_user("bob").await;
    let seen = format!("/conversations/{}", world.here.conversation("anns"));
    assert_eq!(bob.get(&seen).await.0, StatusCode::OK, "who is told may look");
    let fresh = async || bob.get("/me/mentions").await.1[0]["fresh"].clone();
    assert_eq!(fresh().await, true);
    bob.post("/me/mentions/read", json!({})).await;
    assert_eq!(fresh().await, false);
    assert_eq!(world.as_user("ann").await.get("/me/mentions").await.1, json!([]));
    world.stop().await;
}

/// What reaches a conversation's shard, in order.
async fn actions(world: &World, which: &str, count: usize) -> Vec<(String, Action)> {
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard(which))).await;
    let mut all = Vec::new();
    while all.len() < count {
        let envelope = inbox.next().await;
        let Some(Body::AgentAction(action)) = envelope.body else { panic!("no action") };
        all.push((envelope.id, action.action.unwrap()));
    }
    all
}

#[tokio::test]
async fn a_macro_takes_its_steps_in_order_and_once() {
    let world = World::new().await;
    let (ann, supervisor) = (world.as_user("ann").await, world.as_user("supervisor").await);
    let steps = json!([
        {"do": "label", "label_ids": [world.here.kit()]},
        {"do": "reply", "text": "Thank you!"},
        {"do": "note", "text": "Closed by the macro"},
        {"do": "resolve"},
    ]);
    let new = json!({"name": "Thank and close", "steps": steps});
    let (status, made) = supervisor.post("/macros", new.clone()).await;
    assert_eq!((status, &made["steps"]), (StatusCode::CREATED, &steps), "{made}");
    assert_eq!(supervisor.post("/macros", new).await.0, StatusCode::CONFLICT);
    let conversation = world.here.conversation("anns");
    let path = format!("/conversations/{conversation}/macros/{}", made["id"].as_str().unwrap());
    for _ in 0..2 {
        let key = [("idempotency-key", "once")];
        let response = ann.send(Method::POST, &path, None, &key).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
    }
    let all = actions(&world, "anns", 6).await;
    let (first, again) = all.split_at(3);
    assert!(matches!(first[0].1, Action::Reply(_)), "{first:?}");
    assert!(matches!(first[1].1, Action::Note(_)) && matches!(first[2].1, Action::Resolve(_)));
    assert_eq!(first, again, "the router does what has the same name once");
    let shown = ann.get(&format!("/conversations/{conversation}")).await.1;
    assert_eq!(shown["label_ids"], json!([world.here.kit()]));

    for (steps, why) in [
        (json!([]), "1 to 20 steps"),
        (json!([{"do": "resolve"}, {"do": "reply", "text": " "}]), "Step 2 has no text"),
        (json!([{"do": "fly"}]), "unknown variant"),
    ] {
        let new = json!({"name": "Odd", "steps": steps});
        let (status, problem) = supervisor.post("/macros", new).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_macro_stops_at_what_cannot_be_done() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let conversation = world.here.conversation("ancient");
    let path = format!("/conversations/{conversation}/macros/{}", world.here.kit());
    let (status, problem) = supervisor.post(&path, json!({})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "the window is closed");
    assert!(problem["detail"].as_str().unwrap().contains("too old"), "{problem}");
    assert_eq!(world.depth(Topic::Inbound(world.here.shard("ancient"))).await, 0, "not resolved");
    world.stop().await;
}

#[tokio::test]
async fn many_conversations_at_once_each_stand_by_themselves() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let ids = [
        world.here.conversation("anns"),
        world.here.conversation("bobs"),
        world.there.conversation("anns"),
        world.here.conversation("waiting"),
    ];
    let body = json!({"conversation_ids": ids, "step": {"do": "resolve"}});
    let (status, results) = ann.post("/bulk", body).await;
    assert_eq!(status, StatusCode::OK);
    let results = results.as_array().unwrap().clone();
    let accepted: Vec<_> = results.iter().map(|one| one["accepted"].clone()).collect();
    assert_eq!(accepted, [true, false, false, true]);
    assert!(results[1]["reason"].as_str().unwrap().contains("not yours to see"));
    let resolved = actions(&world, "waiting", 1).await;
    assert!(matches!(resolved[0].1, Action::Resolve(_)));
    world.stop().await;
}
