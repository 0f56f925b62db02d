//! How teams work, what agents can do, who is at the desk, and the line as the dispatch lane keeps it.

use std::time::Duration;

use switchboard_domain::{
    Channel,
    conversation::Conversation,
    dispatch::{
        Agent, Entry, Overflow, Place, Presence, Priority, Strategy, Talents, TeamSettings, Texts,
        Told, Want,
    },
    ids::{ConversationId, TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError,
    accounts::{self, Answering},
    conversations::{self, Record},
    dispatch,
    pages::{self, Page},
    teams, teamwork,
    users::{self, Role, User},
    workspaces::{self, Workspace},
};

use super::{NOW, account_id, conversation_id, on_both, seed_conversation, workspace};

on_both! {
    a_team_works_as_it_was_told_and_only_in_its_workspace
    an_agent_can_do_what_was_said
    the_floor_is_read_as_it_was_written
    each_has_a_place_in_the_line_of_its_team
    pages_hold_until_they_lapse
    who_answers_an_account_is_said
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
    let presence = |of| store.read(move |db| dispatch::presence(db, of, ann()));
    assert_eq!(presence(workspace()).await.unwrap(), Presence::Busy);
    assert_eq!(presence(other()).await.unwrap(), Presence::Offline);
    assert_eq!(floor.agents().collect::<Vec<_>>(), [&agent]);
    assert_eq!(floor.entries().collect::<Vec<_>>(), [&entry]);
}

async fn each_has_a_place_in_the_line_of_its_team(store: &Store) {
    let line = |db: &mut Db| {
        seed(db)?;
        let first = conversations::load(db, conversation_id())?.unwrap();
        let all = [
            ("late", "sales", 9, Priority::Normal, Place::Line),
            ("early", "sales", 3, Priority::Normal, Place::Line),
            ("urgent", "sales", 7, Priority::Urgent, Place::Line),
            ("answered", "sales", 1, Priority::Urgent, Place::With(ann())),
            ("elsewhere", "night", 8, Priority::Low, Place::Line),
        ];
        for (name, team, waits, priority, place) in all {
            let state = Conversation::new(ConversationId::derive(name));
            conversations::save(db, &Record { state, ..first.clone() }, NOW)?;
            let entry = Entry {
                conversation: ConversationId::derive(name),
                team: TeamId::derive(team),
                since: NOW.plus(Duration::from_secs(waits)),
                ticket: 1,
                want: Want { priority, ..Want::default() },
                place,
                told: Told::default(),
            };
            dispatch::save_entry(db, workspace(), &entry)?;
        }
        Ok(())
    };
    store.write(line).await.unwrap();
    let waits = store.read(|db| dispatch::waits(db, workspace())).await.unwrap();
    assert_eq!(waits.len(), 4);
    for (name, since, place) in
        [("urgent", 7, 1), ("early", 3, 2), ("late", 9, 3), ("elsewhere", 8, 1)]
    {
        let wait = (NOW.plus(Duration::from_secs(since)), place);
        assert_eq!(waits[&ConversationId::derive(name)], wait, "{name}");
    }
    let foreign = store.read(|db| dispatch::waits(db, other())).await.unwrap();
    assert!(foreign.is_empty());
}

async fn pages_hold_until_they_lapse(store: &Store) {
    store.write(seed).await.unwrap();
    let at = |seconds| NOW.plus(Duration::from_secs(seconds));
    let online = Agent {
        id: ann(),
        presence: Presence::Online,
        capacity: 5,
        teams: Vec::new(),
        talents: Talents::default(),
        absences: 0,
        turn: 0,
    };
    store.write(move |db| dispatch::save_agent(db, workspace(), &online)).await.unwrap();
    let hold = |desk: &'static str, active_at, until| {
        let page = Page { workspace: workspace(), user: ann(), active_at };
        move |db: &mut Db| pages::hold(db, desk, &page, until)
    };
    store.write(hold("one", at(0), at(10))).await.unwrap();
    store.write(hold("two", at(5), at(20))).await.unwrap();
    store.write(hold("one", at(6), at(30))).await.unwrap();
    let active = |now| store.read(move |db| pages::active_at(db, workspace(), ann(), now));
    assert_eq!(active(at(0)).await.unwrap(), Some(at(6)), "the latest of all desks");
    store.write(|db| pages::let_go(db, "one", ann())).await.unwrap();
    assert_eq!(active(at(19)).await.unwrap(), Some(at(5)));
    assert_eq!(active(at(20)).await.unwrap(), None, "it was not said again");
    let foreign = store.read(move |db| pages::active_at(db, other(), ann(), at(0))).await.unwrap();
    assert_eq!(foreign, None);

    let known = |now| store.read(move |db| pages::known(db, now));
    let before = known(at(19)).await.unwrap();
    assert_eq!((before[0].user, before[0].active_at), (ann(), Some(at(5))));
    let after = known(at(20)).await.unwrap();
    assert_eq!((after[0].presence, after[0].active_at), (Presence::Online, None));
    assert_eq!(store.write(move |db| pages::forget(db, at(19))).await.unwrap(), 0);
    assert_eq!(store.write(move |db| pages::forget(db, at(20))).await.unwrap(), 1);
}

async fn who_answers_an_account_is_said(store: &Store) {
    store.write(seed).await.unwrap();
    let answering = Answering {
        team: TeamId::derive("sales"),
        priority: Priority::High,
        language: Some("de".into()),
        skills: ["billing".to_owned()].into(),
        block_at_meta: Some(true),
    };
    let set = |workspace, answering: Answering| {
        move |db: &mut Db| accounts::set_answering(db, workspace, account_id(), &answering)
    };
    store.write(set(workspace(), answering.clone())).await.unwrap();
    let read = store.read(|db| accounts::by_id(db, workspace(), account_id())).await.unwrap();
    let account = read.unwrap();
    assert_eq!((account.team, account.settings.priority), (answering.team, Priority::High));
    assert_eq!(account.settings.skills, answering.skills);
    assert!(account.settings.block_at_meta);
    let foreign = store.write(set(other(), answering.clone())).await;
    assert!(matches!(foreign, Err(StoreError::NotFound("account"))));
    let nobody = Answering { team: TeamId::derive("nobody"), ..answering };
    let nobody = store.write(set(workspace(), nobody)).await;
    assert!(matches!(nobody, Err(StoreError::NotFound("team"))));
}
