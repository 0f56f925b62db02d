//! Teams that are renamed, and merged into others.

use serde_json::json;
use switchboard_domain::{
    dispatch::{Overflow, TeamSettings},
    ids::{CannedReplyId, MacroId, TeamId, UserId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError, accounts,
    canned::{self, CannedReply},
    macros::{self, Macro},
    teams::{self, Team},
    teamwork,
    users::{self, Role, User},
    workspaces::{self, Workspace},
};

use super::{NOW, account_id, on_both, seed_conversation, workspace};

on_both! {
    a_name_is_changed
    a_merged_team_stands_for_the_other
    what_names_a_merged_team_names_the_other
    teams_of_others_are_not_there
}

fn id(name: &str) -> TeamId {
    TeamId::derive(name)
}

/// Three teams: the one of the seed, which answers for the account, and two more. Ann is in "into".
fn seed(db: &mut Db) -> Result<(), StoreError> {
    seed_conversation(db)?;
    for name in ["into", "third"] {
        teams::add(db, &Team { id: id(name), workspace: workspace(), name: name.into() }, NOW)?;
    }
    let ann = User {
        id: UserId::derive("ann"),
        workspace: workspace(),
        email: "ann@shop.example".into(),
        name: "Ann".into(),
        role: Role::Agent,
        capacity: 4,
        active: true,
        chosen_presence: switchboard_domain::dispatch::Presence::Online,
    };
    users::add(db, &ann, "no hash", NOW)?;
    teams::add_member(db, workspace(), id("into"), ann.id)
}

fn merge(db: &mut Db, from: &str, into: &str) -> Result<(), StoreError> {
    teams::merge(db, workspace(), id(from), id(into))
}

fn names(teams: Vec<Team>) -> Vec<TeamId> {
    teams.into_iter().map(|team| team.id).collect()
}

async fn a_name_is_changed(store: &Store) {
    let work = |db: &mut Db| {
        seed(db)?;
        teams::rename(db, workspace(), id("third"), "Returns")?;
        merge(db, "into", "third")?;
        let gone = teams::rename(db, workspace(), id("into"), "Again");
        Ok((teams::by_id(db, workspace(), id("third"))?, gone.is_err()))
    };
    let (renamed, gone) = store.write(work).await.unwrap();
    assert_eq!(renamed.unwrap().name, "Returns");
    assert!(gone, "what was merged has no name to change");
}

async fn a_merged_team_stands_for_the_other(store: &Store) {
    let work = |db: &mut Db| {
        seed(db)?;
        let open = TeamSettings { tell_every_minutes: 7, ..TeamSettings::default() };
        teamwork::set(db, workspace(), id("into"), &open)?;
        merge(db, "third", "team")?;
        merge(db, "team", "into")?;
        merge(db, "team", "into")
    };
    store.write(work).await.unwrap();
    let read = |db: &mut Db| {
        let (listed, all) = (teams::list(db, workspace())?, teams::all(db, workspace())?);
        let settings = ["team", "third"].map(|name| teamwork::of_team(db, workspace(), id(name)));
        let mut hers = teams::of_user(db, workspace(), UserId::derive("ann"))?;
        hers.sort();
        Ok((names(listed), all.len(), settings, hers, teamwork::settings(db, workspace())?))
    };
    let (listed, all, settings, hers, every) = store.read(read).await.unwrap();
    assert_eq!((listed, all), (vec![id("into")], 3));
    for settings in settings {
        assert_eq!(settings.unwrap().tell_every_minutes, 7);
    }
    let mut three = ["into", "team", "third"].map(id);
    three.sort();
    assert_eq!(hers, three, "through two mergers");
    assert_eq!(every.len(), 3);
}

async fn what_names_a_merged_team_names_the_other(store: &Store) {
    let reply = CannedReply {
        id: CannedReplyId::derive("reply"),
        team: Some(id("team")),
        shortcut: "hours".into(),
        text: "9 to 18".into(),
        updated_at: NOW,
    };
    let steps = json!([{"do": "transfer", "to": {"team": id("team")}}]);
    let of = Macro { id: MacroId::derive("macro"), name: "On".into(), steps };
    let work = move |db: &mut Db| {
        seed(db)?;
        for helped in ["third", "into"] {
            let overflow = Some(Overflow { after_seconds: 60, to: id("team") });
            let settings = TeamSettings { overflow, ..TeamSettings::default() };
            teamwork::set(db, workspace(), id(helped), &settings)?;
        }
        canned::put(db, workspace(), &reply)?;
        macros::put(db, workspace(), &of, NOW)?;
        merge(db, "team", "into")
    };
    store.write(work).await.unwrap();
    let read = |db: &mut Db| {
        let account = accounts::by_id(db, workspace(), account_id())?.unwrap();
        let reply = canned::list(db, workspace())?.remove(0);
        let of = macros::list(db, workspace())?.remove(0);
        let third = teamwork::of_team(db, workspace(), id("third"))?;
        let into = teamwork::of_team(db, workspace(), id("into"))?;
        Ok((account.team, reply.team, of.steps, third.overflow, into.overflow))
    };
    let (account, reply, steps, third, into) = store.read(read).await.unwrap();
    assert_eq!((account, reply), (id("into"), Some(id("into"))));
    assert_eq!(steps, json!([{"do": "transfer", "to": {"team": id("into")}}]));
    assert_eq!(third.map(|overflow| overflow.to), Some(id("into")));
    assert_eq!(into, None, "nobody helps out themselves");
}

async fn teams_of_others_are_not_there(store: &Store) {
    let foreign = id("foreign");
    let other = WorkspaceId::derive("other");
    let work = move |db: &mut Db| {
        seed(db)?;
        workspaces::add(db, &Workspace { id: other, name: "Other".into() }, NOW)?;
        teams::add(db, &Team { id: foreign, workspace: other, name: "Foreign".into() }, NOW)
    };
    store.write(work).await.unwrap();
    for (from, into) in [("team", "foreign"), ("foreign", "team"), ("team", "team")] {
        let refused = store.write(move |db| merge(db, from, into)).await;
        assert!(matches!(refused, Err(StoreError::NotFound("team"))), "{from} into {into}");
    }
}
