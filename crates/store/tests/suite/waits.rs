//! How teams work, what agents can do, and the line as the dispatch lane keeps it.

use switchboard_domain::{
    Channel,
    dispatch::{
        Agent, Entry, Overflow, Place, Presence, Priority, Strategy, Talents, TeamSettings, Texts,
        Told, Want,
    },
    ids::{TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError, dispatch, teams, teamwork,
    users::{self, Role, User},
    workspaces::{self, Workspace},
};

use super::{NOW, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    a_team_works_as_it_was_told_and_only_in_its_workspace
    an_agent_can_do_what_was_said
    the_floor_is_read_as_it_was_written
}

fn ann() -> UserId {
    UserId::derive("ann")
}

fn other() -> WorkspaceId {
    WorkspaceId::derive("other")
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    seed_conversation(db)?;
    workspaces::add(db, &Workspace { id: other(), name: "Other".into() }, NOW)?;
    let user = User {
        id: ann(),
        workspace: workspace(),
        email: "ann@shop.example".into(),
        name: "Ann".into(),
        role: Role::Agent,
        capacity: 5,
        active: true,
        chosen_presence: Presence::Online,
    };
    users::add(db, &user, "hash", NOW)?;
    let team =
        teams::Team { id: TeamId::derive("sales"), workspace: workspace(), name: "S".into() };
    teams::add(db, &team, NOW)
}

fn settings() -> TeamSettings {
    let texts = Texts { closed: "Back at {opens}".into(), waiting: "{position}".into() };
    TeamSettings {
        strategy: Strategy::LastAgent,
        overflow: Some(Overflow { after_seconds: 60, to: TeamId::derive("night") }),
        texts: [("de".to_owned(), texts)].into(),
        ..TeamSettings::default()
    }
}

fn talents() -> Talents {
    Talents {
        skills: ["billing".to_owned()].into(),
        languages: ["de".to_owned()].into(),
        weights: [(Channel::WhatsApp, 2)].into(),
    }
}

async fn a_team_works_as_it_was_told_and_only_in_its_workspace(store: &Store) {
    store.write(seed).await.unwrap();
    let (here, sales) = (workspace(), TeamId::derive("sales"));
    let set =
        move |db: &mut Db, workspace, settings| teamwork::set(db, workspace, sales, &settings);
    store.write(move |db| set(db, here, TeamSettings::default())).await.unwrap();
    store.write(move |db| set(db, here, settings())).await.unwrap();
    let read = store.read(move |db| teamwork::settings(db, here)).await.unwrap();
    assert_eq!(read, [(sales, settings())]);
    let foreign = store.write(move |db| set(db, other(), settings())).await;
    assert!(matches!(foreign, Err(StoreError::NotFound("team"))));
    assert_eq!(store.read(|db| teamwork::settings(db, other())).await.unwrap(), []);
}

async fn an_agent_can_do_what_was_said(store: &Store) {
    store.write(seed).await.unwrap();
    let here = workspace();
    let read = move |db: &mut Db| teamwork::talents(db, here, ann());
    assert_eq!(store.read(read).await.unwrap(), Talents::default());
    for said in [Talents::default(), talents()] {
        store.write(move |db| teamwork::set_talents(db, here, ann(), &said)).await.unwrap();
    }
    assert_eq!(store.read(read).await.unwrap(), talents());
    let foreign = store.read(|db| teamwork::talents(db, other(), ann())).await.unwrap();
    assert_eq!(foreign, Talents::default());
    let foreign = store.write(|db| teamwork::set_talents(db, other(), ann(), &talents())).await;
    assert!(matches!(foreign, Err(StoreError::NotFound("user"))));
    store.write(move |db| users::set_capacity(db, here, ann(), 9)).await.unwrap();
    let user = store.read(move |db| users::by_id(db, here, ann())).await.unwrap().unwrap();
    assert_eq!(user.capacity, 9);
}

async fn the_floor_is_read_as_it_was_written(store: &Store) {
    store.write(seed).await.unwrap();
    let agent = Agent {
        id: ann(),
        presence: Presence::Busy,
        capacity: 5,
        teams: vec![TeamId::derive("sales")],
        talents: talents(),
        absences: 2,
        turn: 7,
    };
    let entry = Entry {
        conversation: conversation_id(),
        team: TeamId::derive("sales"),
        since: NOW,
        ticket: 3,
        want: Want {
            priority: Priority::High,
            channel: Some(Channel::WhatsApp),
            language: Some("de".into()),
            skills: ["billing".to_owned()].into(),
            last_agent: Some(ann()),
        },
        place: Place::Line,
        told: Told { times: 2, closed: true, position: Some((4, NOW)), better: true },
    };
    let (a, e) = (agent.clone(), entry.clone());
    store
        .write(move |db| {
            dispatch::save_agent(db, workspace(), &a)?;
            dispatch::save_entry(db, workspace(), &e)
        })
        .await
        .unwrap();
    let floor = store.read(|db| dispatch::load(db, workspace())).await.unwrap();
    assert_eq!(floor.agents().collect::<Vec<_>>(), [&agent]);
    assert_eq!(floor.entries().collect::<Vec<_>>(), [&entry]);
}
