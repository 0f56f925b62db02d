//! Examining accounts: begun by administrators, done elsewhere, looked at until it is done.

use reqwest::StatusCode;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{Body, convert::account_shard, wire};
use switchboard_domain::ids::ErrandId;
use switchboard_queue::Topic;
use switchboard_store::{
    Db,
    errands::{self, Errand, Progress},
};

use crate::world::World;

async fn next_errand(world: &World) -> wire::Errand {
    let shard = account_shard(world.here.account("page"));
    match world.subscribe(Topic::Outbound(shard)).await.next().await.body {
        Some(Body::Errand(errand)) => errand,
        other => panic!("not an errand: {other:?}"),
    }
}

/// Notes how far an errand is, as outbound does.
async fn note(world: &World, id: ErrandId, progress: Progress) {
    let (workspace, kind) = (world.here.workspace, "doctor".to_owned());
    let write = move |db: &mut Db| {
        errands::begin(db, &Errand { id, workspace, account: None, kind }, clock::now())?;
        errands::end(db, id, &progress, clock::now())
    };
    world.backend.store.write(write).await.unwrap();
}

#[tokio::test]
async fn an_administrator_has_an_account_examined() {
    let world = World::new().await;
    let (admin, account) = (world.as_user("admin").await, world.here.account("page"));
    let (status, begun) = admin.post("/doctor", json!({"account_id": account})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{begun}");
    let errand = next_errand(&world).await;
    assert_eq!((errand.kind.as_str(), errand.account_id), ("doctor", account.to_string()));
    assert_eq!(begun["errand_id"], errand.errand_id);

    let id: ErrandId = errand.errand_id.parse().unwrap();
    let path = format!("/errands/{id}");
    assert_eq!(admin.get(&path).await.0, StatusCode::NOT_FOUND, "nobody has taken it up");
    note(&world, id, Progress::Running).await;
    assert_eq!(admin.get(&path).await.1["state"], "running");
    note(&world, id, Progress::Done(json!({"findings": []}))).await;
    let done = json!({
        "kind": "doctor", "state": "done", "result": {"findings": []}, "reason": null,
    });
    assert_eq!(admin.get(&path).await, (StatusCode::OK, done));
    note(&world, id, Progress::Failed("Meta is away.".into())).await;
    let failed = admin.get(&path).await.1;
    assert_eq!((&failed["state"], &failed["reason"]), (&json!("failed"), &json!("Meta is away.")));
    assert_eq!(failed["result"], Value::Null);
    world.stop().await;
}

#[tokio::test]
async fn only_administrators_examine_and_only_their_own() {
    let world = World::new().await;
    let foreign = json!({"account_id": world.there.account("page")});
    let admin = world.as_user("admin").await;
    assert_eq!(admin.post("/doctor", foreign).await.0, StatusCode::NOT_FOUND);
    for who in ["ann", "supervisor"] {
        let client = world.as_user(who).await;
        let asked = client.post("/doctor", json!({"account_id": null})).await;
        assert_eq!(asked.0, StatusCode::FORBIDDEN, "{who}");
        let looked = client.get(&format!("/errands/{}", world.here.errand())).await;
        assert_eq!(looked.0, StatusCode::FORBIDDEN, "{who}");
    }
    world.stop().await;
}
