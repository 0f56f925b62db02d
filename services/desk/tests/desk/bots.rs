//! The administration of bots, and which accounts have them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_store::{
    accounts, bots,
    spending::{self, Bounds},
};

use crate::{
    client::{Client, answer},
    world::World,
};

async fn put(client: &Client, path: &str, body: Value) -> (StatusCode, Value) {
    answer(client.send(Method::PUT, path, Some(body), &[]).await).await
}

async fn remove(client: &Client, path: &str) -> (StatusCode, Value) {
    answer(client.send(Method::DELETE, path, None, &[]).await).await
}

/// The secret that the bot has by now.
async fn secret(world: &World, id: &str) -> Option<String> {
    let (workspace, id) = (world.here.workspace, id.parse().unwrap());
    let read = world.backend.store.read(move |db| bots::by_id(db, workspace, id));
    let (bot, keys) = (read.await.unwrap().unwrap(), world.backend.keys.bots().unwrap());
    let secret = bot.open(&keys).unwrap()?;
    Some(secrecy::ExposeSecret::expose_secret(&secret).to_owned())
}

#[tokio::test]
async fn a_bot_is_added_once_changed_and_removed() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let kinds = admin.get("/bots/kinds").await.1;
    assert_eq!(kinds[0], json!({"kind": "rules", "example": "rules: []"}));
    let new = json!({"name": " Door ", "kind": "http", "settings": "a: 1", "secret": "whsec_1\n"});
    let key = [("idempotency-key", "once")];
    for _ in 0..2 {
        let response = admin.send(Method::POST, "/bots", Some(new.clone()), &key).await;
        assert_eq!(response.status(), StatusCode::CREATED);
    }
    let all = admin.get("/bots").await.1;
    let named =
        |name: &str| all.as_array().unwrap().iter().filter(|one| one["name"] == name).count();
    assert_eq!(named("Door"), 1, "{all}");
    let door = all.as_array().unwrap().iter().find(|one| one["name"] == "Door").unwrap();
    let id = door["id"].as_str().unwrap();
    let path = format!("/bots/{id}");
    let shown = json!({
        "id": id, "name": "Door", "kind": "http", "settings": "a: 1", "has_secret": true,
        "spent_today_micros": 1_500, "account_ids": [],
    });
    let bounds = Bounds {
        bot: id.parse().unwrap(),
        conversation: world.here.conversation("bobs"),
        day: spending::day(clock::now()),
        in_conversation: 0,
        in_day: 0,
    };
    let spends = move |db: &mut _| spending::add(db, &bounds, 1_500);
    world.backend.store.write(spends).await.unwrap();
    assert_eq!(admin.get(&path).await, (StatusCode::OK, shown));
    assert_eq!(secret(&world, id).await.as_deref(), Some("whsec_1"));

    let (status, changed) = put(&admin, &path, json!({"name": "Gate", "settings": "b: 2"})).await;
    assert_eq!((status, &changed["name"]), (StatusCode::OK, &json!("Gate")));
    assert_eq!(secret(&world, id).await.as_deref(), Some("whsec_1"), "it stays");
    let another = json!({"name": "Gate", "settings": "b: 2", "secret": "whsec_2"});
    assert_eq!(put(&admin, &path, another).await.0, StatusCode::OK);
    assert_eq!(secret(&world, id).await.as_deref(), Some("whsec_2"));
    let without = json!({"name": "Gate", "settings": "b: 2", "secret": null});
    let (status, refused) = put(&admin, &path, without).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "it cannot work without");
    assert_eq!(refused["detail"], "a secret is needed.");
    let taken = put(&admin, &path, json!({"name": "spare", "settings": "b: 2"})).await;
    assert_eq!(taken.0, StatusCode::CONFLICT);

    assert_eq!(remove(&admin, &path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.0, StatusCode::NOT_FOUND);
    let log = admin.get("/audit").await.1.to_string();
    for operation in ["POST /bots", "PUT /bots/{id}", "DELETE /bots/{id}"] {
        assert!(log.contains(&format!("\"{operation}\"")), "{log}");
    }
    assert!(!log.contains("whsec"), "{log}");
    world.stop().await;
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_told_with_their_place_and_not_kept() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let bad = "rules:\n  \t- x";
    let path = format!("/bots/{}", world.here.bot());
    let place = |told: &Value| (told["line"].clone(), told["column"].clone());
    for (status, told) in [
        admin.post("/bots/check", json!({"kind": "rules", "settings": bad})).await,
        admin.post("/bots", json!({"name": "New", "kind": "rules", "settings": bad})).await,
        put(&admin, &path, json!({"name": "Spare", "settings": bad})).await,
    ] {
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert_eq!(told["type"], "urn:switchboard:problem:bad-settings");
        assert_eq!(
            (place(&told), &told["detail"]),
            ((json!(2), json!(3)), &json!("line 2, column 3: a tab."))
        );
    }
    let whole = admin.post("/bots/check", json!({"kind": "oracle", "settings": ""})).await;
    assert_eq!(place(&whole.1), (Value::Null, Value::Null), "{whole:?}");
    let good = json!({"kind": "http", "settings": "a: 1"});
    assert_eq!(admin.post("/bots/check", good).await.0, StatusCode::NO_CONTENT);
    assert_eq!(admin.get("/bots").await.1.as_array().unwrap().len(), 3, "nothing was kept");
    assert_eq!(admin.get(&path).await.1["settings"], "replies: []");
    let log = admin.get("/audit").await.1;
    assert!(!log.to_string().contains("/bots"), "nothing was changed: {log}");
    let long = "#".repeat(200_000);
    let (status, _) = admin.post("/bots/check", json!({"kind": "rules", "settings": long})).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "a long file is taken");
    world.stop().await;
}

#[tokio::test]
async fn a_bot_is_tried_without_a_customer() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let _others = world.others().await;
    let path = format!("/bots/{}/try", world.here.bot());
    let (status, heard) = admin.post(&path, json!({"text": "hello"})).await;
    let text = json!({"type": "text", "text": "hello"});
    let expected = json!({
        "outcome": "answered", "replies": [text], "note": "messenger", "memory": null, "sources": [],
    });
    assert_eq!((status, heard), (StatusCode::OK, expected));
    let pressed = json!({"text": "Yes", "payload": "Y", "channel": "whatsapp", "memory": "{}",
        "history": [{"by_customer": false, "text": "Shall we?"}]});
    let (_, heard) = admin.post(&path, pressed).await;
    assert_eq!(heard["replies"][0], json!({"type": "choice", "title": "Yes", "payload": "Y"}));
    assert_eq!((&heard["note"], &heard["memory"]), (&json!("whatsapp"), &json!("{}")));
    let lines = vec![json!({"by_customer": true, "text": "x"}); 21];
    for wrong in [
        json!({"text": " "}),
        json!({"text": "x".repeat(4_001)}),
        json!({"text": "x", "history": lines}),
        json!({"text": "x", "memory": "x".repeat(20_000)}),
        json!({"text": "x", "channel": "letter"}),
    ] {
        let (status, told) = admin.post(&path, wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
    }
    world.stop().await;
}

#[tokio::test]
async fn an_account_is_given_another_bot_and_a_bot_in_use_stays() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let (page, spare) = (world.here.account("page"), world.here.bot());
    let (path, bot) = (format!("/accounts/{page}/bot"), format!("/bots/{spare}"));
    assert_eq!(put(&admin, &path, json!({"bot_id": spare})).await.0, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&bot).await.1["account_ids"], json!([page]));
    let (status, told) = remove(&admin, &bot).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(told["detail"], "It is in use by here page.");

    let foreign = put(&admin, &path, json!({"bot_id": world.there.bot()})).await;
    assert_eq!(foreign.0, StatusCode::NOT_FOUND);
    assert!(put(&admin, &path, json!({})).await.0.is_client_error(), "none is said, not left out");
    assert_eq!(put(&admin, &path, json!({"bot_id": null})).await.0, StatusCode::NO_CONTENT);
    let workspace = world.here.workspace;
    let read = world.backend.store.read(move |db| accounts::by_id(db, workspace, page));
    assert_eq!(read.await.unwrap().unwrap().bot, None);
    assert_eq!(remove(&admin, &bot).await.0, StatusCode::NO_CONTENT);
    world.stop().await;
}

#[tokio::test]
async fn bots_are_for_administrators() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let path = format!("/bots/{}", world.here.bot());
    let own = format!("/accounts/{}/bot", world.here.account("page"));
    assert_eq!(supervisor.get("/bots").await.0, StatusCode::OK, "their names are no secret");
    for refused in [
        supervisor.get("/bots/kinds").await.0,
        supervisor.get(&path).await.0,
        supervisor.post("/bots", json!({"name": "N", "kind": "rules", "settings": ""})).await.0,
        supervisor.post("/bots/check", json!({"kind": "rules", "settings": ""})).await.0,
        put(&supervisor, &path, json!({"name": "N", "settings": ""})).await.0,
        put(&supervisor, &own, json!({"bot_id": null})).await.0,
        remove(&supervisor, &path).await.0,
    ] {
        assert_eq!(refused, StatusCode::FORBIDDEN);
    }
    world.stop().await;
}
