//! Users and teams made over the API.

use reqwest::{Method, StatusCode};
use serde_json::json;
use switchboard_contract::{Body, wire::dispatch_event::Kind};
use switchboard_domain::dispatch::{Agent, Presence, Talents};
use switchboard_queue::Topic;
use switchboard_store::{dispatch, users::Role};

use crate::{client::answer, live::presence, seed::PASSWORD, socket::Socket, world::World};

#[tokio::test]
async fn a_user_who_is_added_can_log_in() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let mut new = json!({
        "email": "Cleo@Here.example", "name": "Cleo", "password": "123456789", "role": "supervisor"
    });
    assert_eq!(admin.post("/users", new.clone()).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    new["password"] = PASSWORD.into();
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
    assert_eq!(admin.put(&path, work.clone()).await.0, StatusCode::OK);
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

#[tokio::test]
async fn who_is_locked_out_is_out_at_once_and_dispatch_hears_it() {
    let world = World::new().await;
    let (admin, bob) = (world.as_user("admin").await, world.as_user("bob").await);
    let mut socket = Socket::granted(&world, &bob).await;
    let mut inbox = world.subscribe(Topic::Dispatch).await;
    let name = world.here.user("bob").to_string();
    assert_eq!(presence(&mut inbox).await, (name.clone(), "online".into()));

    let path = format!("/users/{}", world.here.user("bob"));
    let mut said = json!({
        "email": world.here.email("bob"), "name": "Robert", "role": "agent", "active": false
    });
    let (status, shown) = admin.put(&path, said.clone()).await;
    assert_eq!((status, &shown["active"]), (StatusCode::OK, &json!(false)));
    // 1008: policy violation, which tells the page to log in again.
    assert_eq!(socket.closed().await.get(..2), Some([0x03, 0xf0].as_slice()));
    assert_eq!(presence(&mut inbox).await, (name, "offline".into()));
    assert_eq!(bob.get("/me").await.0, StatusCode::UNAUTHORIZED);
    let refused = bob.try_login(&world.here.email("bob"), PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let (_, agents) = admin.get("/agents").await;
    let shown = agents.as_array().unwrap().iter().find(|one| one["name"] == "Robert").unwrap();
    assert_eq!(shown["active"], false, "who wrote what is still told");

    said["active"] = json!(true);
    assert_eq!(admin.put(&path, said).await.0, StatusCode::OK);
    assert_eq!(world.as_user("bob").await.get("/me").await.1["name"], "Robert");
    world.stop().await;
}

#[tokio::test]
async fn somebody_stays_who_may_administer() {
    let world = World::new().await;
    let admin = world.as_user("admin").await;
    let mut said = json!({
        "email": world.here.email("admin"), "name": "admin", "role": "admin", "active": false
    });
    let path = format!("/users/{}", world.here.user("admin"));
    let (status, problem) = admin.put(&path, said.clone()).await;
    let kind = &problem["type"];
    assert_eq!(
        (status, kind),
        (StatusCode::CONFLICT, &json!("urn:switchboard:problem:last-admin"))
    );
    world.change("supervisor", Role::Admin, true).await;
    said["active"] = json!(true);
    said["role"] = json!("agent");
    assert_eq!(admin.put(&path, said).await.0, StatusCode::OK);
    // What they may do is looked up anew each time.
    assert_eq!(admin.get("/users").await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_began() {
    let world = World::new().await;
    let (here, there) = (world.as_user("ann").await, world.as_user("ann").await);
    let change = |current: &str| json!({"current": current, "password": "staple of the stables"});
    let (status, problem) = here.put("/me/password", change("something else")).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("current")));
    assert_eq!(here.put("/me/password", change(PASSWORD)).await.0, StatusCode::NO_CONTENT);
    assert_eq!(here.get("/me").await.0, StatusCode::OK, "where it was changed one stays");
    assert_eq!(there.get("/me").await.0, StatusCode::UNAUTHORIZED);

    let admin = world.as_user("admin").await;
    let path = format!("/users/{}/password", world.here.user("ann"));
    let (status, problem) = admin.put(&path, json!({"password": "123456789"})).await;
    let field = &problem["field"];
    assert_eq!((status, field), (StatusCode::UNPROCESSABLE_ENTITY, &json!("password")));
    let new = json!({"password": "given by the admin"});
    assert_eq!(admin.put(&path, new).await.0, StatusCode::NO_CONTENT);
    assert_eq!(here.get("/me").await.0, StatusCode::UNAUTHORIZED);
    let response = here.try_login(&world.here.email("ann"), "given by the admin").await;
    assert_eq!(response.status(), StatusCode::OK);
    world.stop().await;
}
