//! Every write with the same Idempotency-Key again is the same write with the same answer; generated
//! from the API's own description, so that a new operation is in it. And errands are done once.

use reqwest::{Method, StatusCode};
use serde_json::json;
use switchboard_contract::convert::account_shard;
use switchboard_queue::Topic;

use crate::{
    client::answer,
    isolation::{of, operations},
    rights::fitting,
    world::World,
};

/// What is not repeated: docs/API.md, Writes.
const OTHERS: &[&str] = &[
    // A session is begun and ended.
    "POST /login",
    "POST /logout",
    // A file is another file.
    "POST /conversations/{id}/attachments",
    "POST /bots/{id}/documents",
    // A secret is told once.
    "POST /api-keys",
    "POST /bots/{id}/tokens",
    "POST /webhook-endpoints",
    "POST /webhook-endpoints/{id}/rotate",
    // Proves oneself by the password that it changes.
    "PUT /me/password",
];

#[tokio::test]
async fn a_write_that_is_repeated_has_the_same_answer() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let _others = world.others().await;
    let mut wrong = Vec::new();
    for (method, path) in operations(&admin).await {
        let operation = format!("{method} {path}");
        if method == Method::GET || OTHERS.contains(&operation.as_str()) {
            continue;
        }
        let (own, body) = (of(&world.here, &path), fitting(&world, &path));
        let key = [("idempotency-key", "once")];
        let first = answer(admin.send(method.clone(), &own, body.clone(), &key).await).await;
        let again = answer(admin.send(method.clone(), &own, body, &key).await).await;
        let right = match method {
            // What was taken away is not there any more.
            Method::DELETE => again == first || again.0 == StatusCode::NOT_FOUND,
            // What is named so already was made before: by POST, with the same body.
            _ => again == first && (first.0.is_success() || first.0 == StatusCode::CONFLICT),
        };
        if !right {
            wrong.push(format!("{operation}: {first:?}, then {again:?}"));
        }
    }
    world.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A message that is sent to try an account out costs money, and reaches somebody.
#[tokio::test]
async fn an_errand_that_is_repeated_is_one() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let page = world.here.account("page");
    let mut outbound = world.subscribe(Topic::Outbound(account_shard(page))).await;
    let (path, body) = (format!("/accounts/{page}/test"), json!({"to": "51"}));
    let mut ids = Vec::new();
    for key in ["one", "one", "two"] {
        let header = [("idempotency-key", key)];
        let asked = admin.send(Method::POST, &path, Some(body.clone()), &header);
        let (response, id) = tokio::join!(asked, outbound.does_errand(&world.backend.store, page));
        assert_eq!(response.status(), StatusCode::OK);
        ids.push(id);
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "outbound does each once: {ids:?}");
    world.stop().await;
}
