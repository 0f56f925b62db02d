//! Users and teams made over the API.

use reqwest::{Method, StatusCode};
use serde_json::json;
use switchboard_contract::{Body, wire::dispatch_event::Kind};
use switchboard_domain::dispatch::{Agent, Presence, Talents};
use switchboard_queue::Topic;
use switchboard_store::dispatch;

use crate::{client::answer, world::World};

#[tokio::test]
async fn a_user_who_is_added_can_log_in() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let mut new = json!({
        "email": "Cleo@Here.example", "name": "Cleo", "password": "123456789", "role": "supervisor"
    });
    assert_eq!(admin.post("/users", new.clone()).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    new["password"] = crate::seed::PASSWORD.into();
    assert_eq!(admin.post("/users", new.clone()).await.0, StatusCode::CREATED);
    assert_eq!(admin.post("/users", new).await.0, StatusCode::CONFLICT);
    let cleo = world.as_user("cleo").await;
    assert_eq!(cleo.get("/me").await.1["role"], "supervisor");
    world.stop().await;
}

#[tokio::test]
async fn dispatch_hears_of_new_teams() {
    let world = World::new().await;
    let (workspace, ann) = (world.here.workspace, world.here.user("ann"));
    let online = Agent {
        id: ann,
        presence: Presence::Online,
        capacity: 4,
        teams: vec![world.here.team("sales")],
        talents: Talents::default(),
        absences: 0,
        turn: 0,
    };
    let store = &world.backend.store;
    store.write(move |db| dispatch::save_agent(db, workspace, &online)).await.unwrap();

    let admin = world.as_user("admin").await;
    let (status, team) = admin.post("/teams", json!({"name": "Returns"})).await;
    assert_eq!(status, StatusCode::CREATED);
    let team = team["id"].as_str().unwrap();
    let path = format!("/teams/{team}/members/{ann}");
    let response = admin.send(Method::PUT, &path, None, &[]).await;
    assert_eq!(answer(response).await.0, StatusCode::NO_CONTENT);

    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let Some(Body::Dispatch(event)) = inbox.next().await.body else { panic!("no dispatch event") };
    let Some(Kind::Agent(state)) = event.kind else { panic!("not an agent's state") };
    assert_eq!((state.agent_id, state.presence.as_str()), (ann.to_string(), "online"));
    assert!(state.team_ids.iter().any(|id| id == team));

    let path = format!("/agents/{ann}/settings");
    let work = json!({
        "capacity": 6, "skills": ["billing"], "languages": ["de"], "weights": {"whatsapp": 2}
    });
    let response = admin.send(Method::PUT, &path, Some(work.clone()), &[]).await;
    assert_eq!(answer(response).await.0, StatusCode::OK);
    let Some(Body::Dispatch(event)) = inbox.next().await.body else { panic!("no dispatch event") };
    let Some(Kind::Agent(state)) = event.kind else { panic!("not an agent's state") };
    assert_eq!((state.capacity, state.skills), (6, vec!["billing".to_owned()]));
    assert_eq!(admin.get(&path).await.1, work);

    let (_, agents) = admin.get("/agents").await;
    let shown = agents.as_array().unwrap().iter().find(|one| one["name"] == "ann").unwrap();
    assert_eq!(shown["presence"], "online");
    assert_eq!(shown["team_ids"].as_array().unwrap().len(), 2);
    world.stop().await;
}
