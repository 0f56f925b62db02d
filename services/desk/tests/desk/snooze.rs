//! Conversations are put aside and taken up again.

use reqwest::StatusCode;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{
    Body,
    wire::{Empty, agent_action::Action},
};
use switchboard_domain::{Timestamp, conversation::Status};
use switchboard_queue::Topic;
use switchboard_store::{Db, conversations};

use crate::world::{Inbox, World};

async fn next(inbox: &mut Inbox) -> Action {
    let Some(Body::AgentAction(action)) = inbox.next().await.body else { panic!("no action") };
    action.action.unwrap()
}

#[tokio::test]
async fn it_is_put_aside_until_a_time_or_for_a_while() {
    let world = World::new().await;
    let ann = world.as_user("ann").await;
    let path = format!("/conversations/{}", world.here.conversation("anns"));
    let snooze = format!("{path}/snooze");
    let mut inbox = world.subscribe(Topic::Inbound(world.here.shard("anns"))).await;
    let until = clock::now().as_millis() + 3_600_000;
    assert_eq!(ann.post(&snooze, json!({"until": until})).await.0, StatusCode::ACCEPTED);
    let Action::Snooze(sent) = next(&mut inbox).await else { panic!("no snooze") };
    assert_eq!(sent.until_us, until * 1_000);

    let before = clock::now();
    assert_eq!(ann.post(&snooze, json!({"for_minutes": 60})).await.0, StatusCode::ACCEPTED);
    let Action::Snooze(sent) = next(&mut inbox).await else { panic!("no snooze") };
    let hour = 3_600_000_000;
    assert!((before.as_micros() + hour..=clock::now().as_micros() + hour).contains(&sent.until_us));

    assert_eq!(ann.post(&format!("{path}/unsnooze"), json!({})).await.0, StatusCode::ACCEPTED);
    assert_eq!(next(&mut inbox).await, Action::Unsnooze(Empty {}));

    let step = json!({"do": "snooze", "for_minutes": 5});
    let bulk = json!({"conversation_ids": [world.here.conversation("anns")], "step": step});
    let (status, done) = ann.post("/bulk", bulk).await;
    assert_eq!((status, &done[0]["accepted"]), (StatusCode::OK, &json!(true)), "{done}");
    assert!(matches!(next(&mut inbox).await, Action::Snooze(_)));
    world.stop().await;
}

#[tokio::test]
async fn a_time_that_makes_no_sense_is_refused() {
    let world = World::new().await;
    let supervisor = world.as_user("supervisor").await;
    let snooze = format!("/conversations/{}/snooze", world.here.conversation("anns"));
    let now = clock::now().as_millis();
    for wrong in [
        json!({}),
        json!({"until": now + 60_000, "for_minutes": 1}),
        json!({"until": now}),
        json!({"for_minutes": 0}),
        json!({"for_minutes": 366 * 24 * 60 + 1}),
        json!({"for_minutes": i64::MAX}),
        json!({"until": i64::MAX}),
    ] {
        let (status, _) = supervisor.post(&snooze, wrong.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let steps = json!({"name": "Later", "steps": [{"do": "snooze"}]});
    let (status, problem) = supervisor.post("/macros", steps).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["detail"].as_str().unwrap().contains("Step 1"), "{problem}");
    world.stop().await;
}

#[tokio::test]
async fn what_is_aside_is_found_by_its_status_and_stays_ones_own() {
    let world = World::new().await;
    let (id, agent) = (world.here.conversation("anns"), world.here.user("ann"));
    let until = Timestamp::from_millis(clock::now().as_millis() + 60_000);
    let write = move |db: &mut Db| {
        let mut record = conversations::load(db, id)?.unwrap();
        record.state.status = Status::Snoozed { agent, until, since: clock::now() };
        conversations::save(db, &record, clock::now())
    };
    world.backend.store.write(write).await.unwrap();
    let (ann, bob) = (world.as_user("ann").await, world.as_user("bob").await);
    assert_eq!(ann.conversations("status=snoozed&mine=true").await, [id.to_string()]);
    assert_eq!(bob.conversations("status=snoozed").await, Vec::<String>::new());
    let active = ann.conversations("status=agent&mine=true").await;
    assert!(!active.contains(&id.to_string()), "{active:?}");
    let (_, shown) = ann.get(&format!("/conversations/{id}")).await;
    assert_eq!(shown["snoozed_until"], until.as_millis());
    assert_eq!(shown["agent_id"], json!(agent));
    let other = world.here.conversation("old");
    assert_eq!(ann.get(&format!("/conversations/{other}")).await.1["snoozed_until"], Value::Null);
    world.stop().await;
}
