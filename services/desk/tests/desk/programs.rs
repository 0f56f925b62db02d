//! Programs: keys with scopes, writes that are repeated, and the log of who changed what.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_queue::Topic;
use switchboard_store::{api_keys, users::Role};

use crate::{
    client::{Client, answer},
    live::presence,
    presence::patient,
    resume::changes,
    socket::Socket,
    world::World,
};

/// A client with a key of the administrator's.
async fn program(world: &World, scopes: &[&str]) -> (Client, Value) {
    let admin = world.as_user("admin").await;
    let (status, made) =
        admin.post("/api-keys", json!({"name": "Shop", "scopes": scopes, "days": 1})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let mut client = Client::anonymous(&world.desk.url());
    client.key = Some(made["key"].as_str().unwrap().to_owned());
    (client, made)
}

#[tokio::test]
async fn a_key_goes_as_far_as_its_scopes() {
    let world = World::new().await;
    let (shop, made) = program(&world, &["conversations:write"]).await;
    assert_eq!(shop.get("/me").await.1["csrf"], Value::Null);
    assert_eq!(shop.conversations("").await.len(), 6, "as the administrator sees");
    let path = format!("/conversations/{}/messages", world.here.conversation("anns"));
    let (status, _) = shop.post(&path, json!({"text": "Your order is on its way"})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "without a CSRF token");
    let (status, problem) = shop.get("/users").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(problem["detail"].as_str().unwrap().contains("settings:read"), "{problem}");

    let admin = world.as_user("admin").await;
    let (_, keys) = admin.get("/api-keys").await;
    let ours = keys.as_array().unwrap().iter().find(|key| key["id"] == made["id"]).unwrap();
    assert!(ours["used_at"].is_i64() && ours["hint"].as_str().unwrap().starts_with("sbk_"));
    assert!(!keys.to_string().contains(shop.key.as_deref().unwrap()), "told once");
    let path = format!("/api-keys/{}", made["id"].as_str().unwrap());
    admin.send(Method::DELETE, &path, None, &[]).await;
    let (status, problem) = shop.get("/conversations").await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::UNAUTHORIZED, &json!("urn:switchboard:problem:wrong-key"),)
    );
    world.stop().await;
}

#[tokio::test]
async fn a_key_listens_and_is_nobodys_presence() {
    // Not all of its sockets answer pings.
    let world = World::tuned(&[], patient()).await;
    let (shop, made) = program(&world, &["conversations:read"]).await;
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let mut socket = Socket::ask(world.desk.addr(), &shop, "", "").await.ok().unwrap();
    let cursor = socket.cursor_of("ready").await;
    socket.says(r#"{"type":"active"}"#).await;
    changes(&world, &world.here, "anns").await;
    let hint = socket.hears("conversation").await;
    assert_eq!(hint["id"], world.here.conversation("anns").to_string());
    let mut again = Socket::after(world.desk.addr(), &shop, &cursor).await;
    assert_eq!(again.hears("conversation").await["id"], hint["id"]);
    // Nothing was said of the administrator whose key it is: the first that is said is of ann's page.
    let ann = world.as_user("ann").await;
    let _page = Socket::granted(&world, &ann).await;
    let online = (world.here.user("ann").to_string(), "online".to_owned());
    assert_eq!(presence(&mut inbox).await, online);

    let (narrow, _) = program(&world, &["contacts:write"]).await;
    assert_eq!(Socket::ask(world.desk.addr(), &narrow, "", "").await.err(), Some(403));
    let mut open = Vec::new();
    while let Ok(one) = Socket::ask(world.desk.addr(), &shop, "", "").await {
        open.push(one);
    }
    assert_eq!(open.len(), 6, "a key has eight sockets at most");
    let admin = world.as_user("admin").await;
    let path = format!("/api-keys/{}", made["id"].as_str().unwrap());
    admin.send(Method::DELETE, &path, None, &[]).await;
    socket.closed().await;
    assert_eq!(Socket::ask(world.desk.addr(), &shop, "", "").await.err(), Some(401));
    world.stop().await;
}

#[tokio::test]
async fn a_key_that_ends_elsewhere_or_whose_person_leaves_hears_no_more() {
    let world = World::new().await;
    let ((one, made), (two, _)) = (
        program(&world, &["conversations:read"]).await,
        program(&world, &["conversations:write"]).await,
    );
    let mut of_one = Socket::ask(world.desk.addr(), &one, "", "").await.ok().unwrap();
    let mut of_two = Socket::ask(world.desk.addr(), &two, "", "").await.ok().unwrap();
    let (workspace, store) = (world.here.workspace, &world.backend.store);
    let key = made["id"].as_str().unwrap().parse().unwrap();
    // At another desk.
    store.write(move |db| api_keys::revoke(db, workspace, key, clock::now())).await.unwrap();
    assert_eq!(of_one.closed().await.get(..2), Some([0x03, 0xf0].as_slice()));
    world.change("supervisor", Role::Admin, true).await;
    world.change("admin", Role::Admin, false).await;
    assert_eq!(of_two.closed().await.get(..2), Some([0x03, 0xf0].as_slice()));
    world.stop().await;
}

#[tokio::test]
async fn a_key_makes_no_keys_and_needs_scopes_that_there_are() {
    let world = World::new().await;
    let (shop, _) = program(&world, &["settings:write"]).await;
    let new = json!({"name": "More", "scopes": ["settings:write"]});
    assert_eq!(shop.post("/api-keys", new.clone()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(shop.post("/teams", json!({"name": "New"})).await.0, StatusCode::CREATED);
    let supervisor = world.as_user("supervisor").await;
    assert_eq!(supervisor.post("/api-keys", new).await.0, StatusCode::FORBIDDEN);
    let admin = world.as_user("admin").await;
    for scopes in [json!([]), json!(["everything"])] {
        let (status, problem) =
            admin.post("/api-keys", json!({"name": "Odd", "scopes": scopes})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains("contacts:read"), "{problem}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_write_that_is_repeated_is_done_once() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let key = [("idempotency-key", "once")];
    let send = async |path: &str, body: Value| {
        answer(supervisor.send(Method::POST, path, Some(body), &key).await).await
    };
    let (one, two) = (
        send("/labels", json!({"name": "New"})).await,
        send("/labels", json!({"name": "New"})).await,
    );
    assert_eq!((one.0, &one.1["id"]), (StatusCode::CREATED, &two.1["id"]));
    assert_eq!(supervisor.get("/labels").await.1.as_array().unwrap().len(), 2);

    let path = format!("/conversations/{}/resolve", world.here.conversation("anns"));
    send(&path, json!({})).await;
    send(&path, json!({})).await;
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let (one, two) = (inbox.next().await.id, inbox.next().await.id);
    assert_eq!(one, two, "the router does what has the same name once");
    let long = "x".repeat(129);
    let response = supervisor
        .send(Method::POST, &path, Some(json!({})), &[("idempotency-key", long.as_str())])
        .await;
    assert_eq!(answer(response).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    world.stop().await;
}

#[tokio::test]
async fn the_log_says_who_changed_what() {
    let world = World::new().await;
    let (shop, made) = program(&world, &["settings:write", "conversations:write"]).await;
    let admin = world.as_user("admin").await;
    shop.post("/teams", json!({"name": "New"})).await;
    let conversation = world.here.conversation("anns");
    shop.post(&format!("/conversations/{conversation}/messages"), json!({"text": "Hi"})).await;
    shop.post("/teams", json!({"name": ""})).await;
    admin.post(&format!("/conversations/{conversation}/resolve"), json!({})).await;

    let (_, log) = admin.get("/audit?limit=2").await;
    let told: Vec<_> = log["entries"].as_array().unwrap().iter().collect();
    assert_eq!(told[0]["operation"], "POST /conversations/{id}/resolve");
    assert_eq!(told[0]["path"], format!("/conversations/{conversation}/resolve"));
    assert_eq!(told[0]["api_key_id"], Value::Null);
    assert_eq!(
        (&told[1]["operation"], &told[1]["api_key_id"]),
        (&json!("POST /teams"), &made["id"]),
        "what was refused is not there, and what was said is in the transcript"
    );
    let next = log["next"].as_str().unwrap();
    let (_, older) = admin.get(&format!("/audit?limit=50&cursor={next}")).await;
    let older: Vec<_> = older["entries"].as_array().unwrap().iter().collect();
    let operations: Vec<_> = older.iter().map(|one| one["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["POST /login", "POST /api-keys", "POST /login"]);
    let supervisor = world.as_user("supervisor").await;
    assert_eq!(supervisor.get("/audit").await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn a_bots_token_is_told_once_and_can_be_ended() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let path = format!("/bots/{}/tokens", world.here.bot());
    let new = json!({"account_id": world.here.account("number")});
    let (status, made) = admin.post(&path, new.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let token = made["token"].as_str().unwrap();
    let (_, all) = admin.get(&path).await;
    let listed = all.as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
    assert!(token.starts_with(listed["hint"].as_str().unwrap()) && token.starts_with("sbb_"));
    assert_eq!(listed["account_id"], new["account_id"]);
    assert!(!all.to_string().contains(token), "told once");

    let foreign = json!({"account_id": world.there.account("page")});
    assert_eq!(admin.post(&path, foreign).await.0, StatusCode::NOT_FOUND);
    let (shop, _) = program(&world, &["settings:write"]).await;
    assert_eq!(shop.post(&path, new.clone()).await.0, StatusCode::FORBIDDEN, "a key makes no keys");
    let supervisor = world.as_user("supervisor").await;
    assert_eq!(supervisor.post(&path, new).await.0, StatusCode::FORBIDDEN);

    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    admin.send(Method::DELETE, &one, None, &[]).await;
    let (_, all) = admin.get(&path).await;
    let ended = all.as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
    assert!(ended["revoked_at"].is_i64(), "{ended}");
    world.stop().await;
}
