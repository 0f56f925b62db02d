//! People, teams and sessions.

use std::time::Duration;

use switchboard_domain::{
    dispatch::Presence,
    ids::{TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError,
    sessions::{self, Session},
    teams::{self, Team},
    users::{self, Particulars, Role, User},
    workspaces::{self, Workspace},
};

use super::{NOW, on_both, workspace};

on_both! {
    an_address_is_one_persons_whatever_the_case
    what_is_changed_is_read
    an_administrator_is_left
    people_are_in_teams_of_their_workspace_only
    a_session_lasts_until_it_ends
}

fn user(name: &str) -> User {
    User {
        id: UserId::derive(name),
        workspace: workspace(),
        email: format!("{name}@Example.com"),
        name: name.to_owned(),
        role: Role::Supervisor,
        capacity: 5,
        active: true,
        chosen_presence: Presence::Busy,
    }
}

fn other() -> WorkspaceId {
    WorkspaceId::derive("other")
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    for id in [workspace(), other()] {
        workspaces::add(db, &Workspace { id, name: "Shop".into() }, NOW)?;
    }
    users::add(db, &user("ann"), "hash", NOW)
}

async fn an_address_is_one_persons_whatever_the_case(store: &Store) {
    store.write(seed).await.unwrap();
    let found = store.read(|db| users::credentials(db, " ANN@example.COM")).await.unwrap();
    let (found, hash) = found.unwrap();
    assert_eq!((found.id, hash.as_str()), (UserId::derive("ann"), "hash"));
    assert_eq!(found, User { email: "ann@example.com".into(), ..user("ann") });

    let twin = User { id: UserId::derive("twin"), email: "Ann@example.com".into(), ..user("ann") };
    let twice = store.write(move |db| users::add(db, &twin, "hash", NOW)).await;
    assert!(matches!(twice, Err(StoreError::Exists(_))));
    let nobody = store.read(|db| users::credentials(db, "bob@example.com")).await.unwrap();
    assert!(nobody.is_none());
}

async fn what_is_changed_is_read(store: &Store) {
    store.write(seed).await.unwrap();
    let (here, ann) = (workspace(), UserId::derive("ann"));
    store
        .write(move |db| {
            users::choose_presence(db, here, ann, Presence::Away)?;
            users::set_password(db, here, ann, "other hash", None)
        })
        .await
        .unwrap();
    let read = store.read(|db| users::credentials(db, "ann@example.com"));
    let (found, hash) = read.await.unwrap().unwrap();
    assert_eq!(hash, "other hash");
    assert_eq!((found.chosen_presence, found.active), (Presence::Away, true));

    let to = Particulars {
        email: "Ann.Lee@example.com".into(),
        name: "Ann Lee".into(),
        role: Role::Supervisor,
        active: false,
    };
    let (same, wanted) = (to.clone(), to.clone());
    store.write(move |db| users::change(db, here, ann, &to)).await.unwrap();
    let found = store.read(move |db| users::by_id(db, here, ann)).await.unwrap().unwrap();
    assert_eq!((found.email.as_str(), found.name), ("ann.lee@example.com", wanted.name));
    assert_eq!((found.role, found.active), (wanted.role, false));
    let elsewhere = store.write(move |db| users::change(db, other(), ann, &same)).await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound("user"))));
}

async fn an_administrator_is_left(store: &Store) {
    store.write(seed).await.unwrap();
    let [one, two] = ["one", "two"].map(UserId::derive);
    let admin = |id, name: &str| User { id, role: Role::Admin, ..user(name) };
    let (first, second) = (admin(one, "one"), admin(two, "two"));
    let add = move |db: &mut Db| {
        users::add(db, &first, "hash", NOW)?;
        users::add(db, &second, "hash", NOW)
    };
    store.write(add).await.unwrap();
    let demoted = |name: &str| Particulars {
        email: format!("{name}@example.com"),
        name: name.to_owned(),
        role: Role::Agent,
        active: true,
    };
    let demote = |id, name| {
        let to = demoted(name);
        store.write(move |db| users::change(db, workspace(), id, &to))
    };
    // Each demotes the other at once.
    let both: [Result<(), StoreError>; 2] =
        tokio::join!(demote(one, "one"), demote(two, "two")).into();
    let refused = both.iter().filter(|outcome| matches!(outcome, Err(StoreError::LastAdmin)));
    assert_eq!(refused.count(), 1, "{both:?}");
}

async fn people_are_in_teams_of_their_workspace_only(store: &Store) {
    store.write(seed).await.unwrap();
    let (here, ann) = (workspace(), UserId::derive("ann"));
    let [own, foreign] = ["own", "foreign"].map(TeamId::derive);
    store
        .write(move |db| {
            teams::add(db, &Team { id: own, workspace: here, name: "Own".into() }, NOW)?;
            teams::add(db, &Team { id: foreign, workspace: other(), name: "F".into() }, NOW)?;
            teams::add_member(db, here, own, ann)?;
            teams::add_member(db, here, own, ann)
        })
        .await
        .unwrap();
    for (workspace, team) in [(here, foreign), (other(), foreign), (other(), own)] {
        let mixed = store.write(move |db| teams::add_member(db, workspace, team, ann)).await;
        assert!(matches!(mixed, Err(StoreError::NotFound(_))));
    }
    let members = store.read(move |db| teams::members(db, here)).await.unwrap();
    assert_eq!(members, [(own, ann)]);
    assert_eq!(store.read(move |db| teams::of_user(db, here, ann)).await.unwrap(), [own]);
    let none = store.read(move |db| teams::of_user(db, other(), ann)).await.unwrap();
    assert!(none.is_empty());
    let listed = store.read(move |db| teams::list(db, here)).await.unwrap();
    assert_eq!(listed.iter().map(|team| team.id).collect::<Vec<_>>(), [own]);

    store.write(move |db| teams::remove_member(db, here, own, ann)).await.unwrap();
    let again = store.write(move |db| teams::remove_member(db, here, own, ann)).await;
    assert!(matches!(again, Err(StoreError::NotFound("member"))));
}

async fn a_session_lasts_until_it_ends(store: &Store) {
    store.write(seed).await.unwrap();
    let until = NOW.plus(Duration::from_secs(60));
    let session = |name: &str| Session {
        token_hash: name.to_owned(),
        user: UserId::derive("ann"),
        workspace: workspace(),
        csrf: "csrf".into(),
        expires_at: until,
    };
    let (one, two) = (session("one"), session("two"));
    let kept = one.clone();
    store
        .write(move |db| {
            sessions::add(db, &one, NOW)?;
            sessions::add(db, &two, NOW)
        })
        .await
        .unwrap();
    let find = |hash: &'static str, at| store.read(move |db| sessions::find(db, hash, at));
    assert_eq!(find("one", NOW).await.unwrap(), Some(kept));
    assert_eq!(find("one", until).await.unwrap(), None);

    let later = until.plus(Duration::from_secs(60));
    store.write(move |db| sessions::extend(db, "one", later)).await.unwrap();
    assert!(find("one", until).await.unwrap().is_some());
    assert_eq!(store.write(move |db| sessions::sweep(db, until)).await.unwrap(), 1);
    assert!(find("two", NOW).await.unwrap().is_none());

    let ann = UserId::derive("ann");
    let foreign = move |db: &mut _| sessions::end_others(db, other(), ann, None);
    store.write(foreign).await.unwrap();
    let kept = move |db: &mut _| sessions::end_others(db, workspace(), ann, Some("one"));
    store.write(kept).await.unwrap();
    assert!(find("one", NOW).await.unwrap().is_some());
    let all = move |db: &mut _| sessions::end_others(db, workspace(), ann, None);
    store.write(all).await.unwrap();
    assert!(find("one", NOW).await.unwrap().is_none());
}
