//! What people are told of by e-mail.

use std::time::Duration;

use diesel::{RunQueryDsl, sql_query};
use switchboard_domain::{
    dispatch::{Day, Presence},
    ids::{AccountId, ConversationId, MailId, TeamId, UserId},
    notices::{Choice, NoticeKind, Only, Quiet, Scope, When},
};
use switchboard_store::{
    Db, Store, StoreError,
    notices::{
        self,
        defaults::{self, Defaults},
        happened::{self, Notice},
        items::{self, Item},
        mailboxes,
        mails::{self, MailState},
    },
    users::{self, Role, User},
    workspaces::{self, Workspace},
};

use super::{NOW, on_both, workspace};

on_both! {
    what_happened_is_taken_once
    somebody_is_mailed_by_one_desk_at_a_time_and_a_mail_begins_once
    what_a_mail_tells_is_told_unless_it_is_undone
    choices_refusals_and_defaults_are_kept
    what_was_chosen_before_is_meant_as_before
    the_erased_are_gone
}

const MINUTE: Duration = Duration::from_secs(60);

fn ann() -> UserId {
    UserId::derive("ann")
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    let workspace = workspace();
    workspaces::add(db, &Workspace { id: workspace, name: "Shop".into() }, NOW)?;
    let ann = User {
        id: ann(),
        workspace,
        email: "ann@shop.example".into(),
        name: "Ann".into(),
        role: Role::Agent,
        capacity: 4,
        active: true,
        chosen_presence: Presence::Online,
    };
    users::add(db, &ann, "hash", NOW)?;
    mailboxes::open(db, workspace, ann.id)?;
    mailboxes::open(db, workspace, ann.id)
}

fn item(conversation: &str) -> Item {
    Item {
        user: ann(),
        workspace: workspace(),
        conversation: ConversationId::derive(conversation),
        kind: NoticeKind::Waiting,
        ticket: 1,
        at: NOW,
    }
}

async fn due(store: &Store, after: Duration) -> Vec<Item> {
    let whose = (workspace(), ann());
    store.read(move |db| items::due(db, whose, NOW.plus(after), 10)).await.unwrap()
}

async fn lease(store: &Store, owner: &'static str, after: Duration) -> bool {
    let now = NOW.plus(after);
    store.write(move |db| mailboxes::lease(db, ann(), (owner, now), MINUTE)).await.unwrap()
}

async fn begin(store: &Store, name: &'static str, owner: &'static str, told: &[Item]) -> bool {
    let (id, told) = (MailId::derive(name), told.to_vec());
    store.write(move |db| mails::begin(db, (id, owner), (&told, 1), NOW)).await.unwrap()
}

async fn states(store: &Store) -> Vec<String> {
    let all = store.read(|db| mails::latest(db, workspace(), 10)).await.unwrap();
    all.into_iter().map(|mail| mail.state).collect()
}

async fn what_happened_is_taken_once(store: &Store) {
    let notice = |kind, user| Notice {
        workspace: workspace(),
        conversation: ConversationId::derive("a"),
        kind,
        user,
        ticket: 3,
        at: NOW,
    };
    let all = [notice(NoticeKind::Waiting, None), notice(NoticeKind::Mentioned, Some(ann()))];
    let kept = all.clone();
    store.write(move |db| kept.iter().try_for_each(|one| happened::keep(db, one))).await.unwrap();
    assert!(store.read(happened::any).await.unwrap());
    assert_eq!(store.write(|db| happened::take(db, 1)).await.unwrap(), all[..1]);
    assert_eq!(store.write(|db| happened::take(db, 9)).await.unwrap(), all[1..]);
    assert!(!store.read(happened::any).await.unwrap());
    let kept = all.clone();
    store.write(move |db| happened::keep(db, &kept[0])).await.unwrap();
    assert_eq!(store.write(|db| happened::forget(db, NOW)).await.unwrap(), 0);
    assert_eq!(store.write(|db| happened::forget(db, NOW.plus(MINUTE))).await.unwrap(), 1);
}

async fn somebody_is_mailed_by_one_desk_at_a_time_and_a_mail_begins_once(store: &Store) {
    store.write(seed).await.unwrap();
    let waits = item("a");
    let put = waits.clone();
    store.write(move |db| items::put(db, &put, NOW.plus(MINUTE))).await.unwrap();
    let whom =
        async |after| store.read(move |db| mailboxes::due(db, NOW.plus(after), 10)).await.unwrap();
    assert_eq!(whom(Duration::ZERO).await, [], "not yet");
    assert_eq!(whom(MINUTE).await, [(workspace(), ann())]);
    assert!(lease(store, "one", MINUTE).await);
    assert_eq!(whom(MINUTE).await, [], "somebody is at it");
    assert!(!lease(store, "two", MINUTE * 2).await);
    assert!(lease(store, "two", MINUTE * 3).await, "the first is gone");
    assert!(!begin(store, "mail", "one", std::slice::from_ref(&waits)).await, "it lost the lease");
    assert!(begin(store, "mail", "two", std::slice::from_ref(&waits)).await);
    assert!(!begin(store, "mail", "two", std::slice::from_ref(&waits)).await, "the same mail");
    let unended = store.read(|db| mails::unended(db, ann())).await.unwrap();
    assert_eq!(unended, [(MailId::derive("mail"), NOW)]);
    store.write(|db| mailboxes::release(db, ann(), "one")).await.unwrap();
    assert!(!lease(store, "one", MINUTE * 3).await, "it was not the first one's to give back");
    store.write(|db| mailboxes::release(db, ann(), "two")).await.unwrap();
    assert!(lease(store, "one", MINUTE * 3).await);
    store.write(|db| mailboxes::postpone(db, ann(), (NOW.plus(MINUTE * 9), 2))).await.unwrap();
    store.write(|db| mailboxes::release(db, ann(), "one")).await.unwrap();
    assert_eq!(whom(MINUTE * 8).await, []);
    assert_eq!(whom(MINUTE * 9).await.len(), 1);
}

async fn what_a_mail_tells_is_told_unless_it_is_undone(store: &Store) {
    store.write(seed).await.unwrap();
    let both = [item("a"), item("b")];
    let put = both.clone();
    store.write(move |db| put.iter().try_for_each(|one| items::put(db, one, NOW))).await.unwrap();
    assert_eq!(due(store, Duration::ZERO).await.len(), 2);
    lease(store, "one", Duration::ZERO).await;
    assert!(begin(store, "mail", "one", &both).await);
    assert_eq!(due(store, Duration::ZERO).await, [], "a mail tells it");
    store.write(|db| mails::undo(db, MailId::derive("mail"))).await.unwrap();
    assert_eq!((due(store, Duration::ZERO).await.len(), states(store).await.len()), (2, 0));

    assert!(begin(store, "mail", "one", &both).await, "the same, once more");
    let later = Item { at: NOW.plus(MINUTE), ..item("b") };
    let put = later.clone();
    store.write(move |db| items::put(db, &put, NOW)).await.unwrap();
    let sent = (MailState::Sent, "250");
    store.write(move |db| mails::end(db, MailId::derive("mail"), sent)).await.unwrap();
    assert_eq!(
        due(store, Duration::ZERO).await,
        std::slice::from_ref(&later),
        "it happened meanwhile"
    );
    assert_eq!(states(store).await, ["sent"]);
    let mut settled = later;
    settled.at = NOW;
    store.write(move |db| items::drop(db, &settled)).await.unwrap();
    assert_eq!(due(store, Duration::ZERO).await.len(), 1, "that was what happened before");
    assert_eq!(store.write(|db| mails::forget(db, NOW)).await.unwrap(), 0);
    assert_eq!(store.write(|db| mails::forget(db, NOW.plus(MINUTE))).await.unwrap(), 1);
}

async fn choices_refusals_and_defaults_are_kept(store: &Store) {
    store.write(seed).await.unwrap();
    let mailbox = async || store.read(|db| mailboxes::get(db, workspace(), ann())).await.unwrap();
    assert_eq!((mailbox().await.choice, mailbox().await.refused), (None, None));
    let silent = Choice::default().silent();
    let chosen = silent.clone();
    let choose = move |db: &mut Db| {
        mailboxes::choose(db, (workspace(), ann()), Some(&chosen))?;
        mailboxes::refuse(db, ann(), ("ann@shop.example", "550 no"))?;
        mailboxes::told(db, ann(), (NOW, NOW.plus(MINUTE)))
    };
    store.write(choose).await.unwrap();
    let known = mailbox().await;
    assert_eq!((known.choice, known.told_at), (Some(silent.clone()), Some(NOW)));
    assert_eq!(known.refused, Some(("ann@shop.example".into(), "550 no".into())));
    assert_eq!(store.read(|db| mailboxes::list(db, workspace())).await.unwrap().len(), 1);
    let forget = |db: &mut Db| {
        mailboxes::accept(db, workspace(), ann())?;
        mailboxes::choose(db, (workspace(), ann()), None)
    };
    store.write(forget).await.unwrap();
    assert_eq!((mailbox().await.choice, mailbox().await.refused), (None, None));

    let read = async || store.read(|db| defaults::get(db, workspace())).await.unwrap();
    assert_eq!(read().await, Defaults::default());
    let wanted = Defaults { choice: silent, words: true };
    for _ in 0..2 {
        let set = wanted.clone();
        store.write(move |db| defaults::set(db, workspace(), &set)).await.unwrap();
    }
    assert_eq!(read().await, wanted);
}

async fn what_was_chosen_before_is_meant_as_before(store: &Store) {
    store.write(seed).await.unwrap();
    let (team, page) = (TeamId::derive("sales"), AccountId::derive("page"));
    let before = format!(
        r#"{{"started":true,"waiting":true,"waits_minutes":10,"assigned":false,"mentioned":true,
        "teams":["{team}"],"accounts":[],"when":"away","every_minutes":15,
        "quiet":{{"from":"20:00","to":"07:30"}},"zone":"Europe/Berlin"}}"#
    );
    let read = async || store.read(|db| mailboxes::get(db, workspace(), ann())).await.unwrap();
    let writes = async |json: &str| {
        let sql = format!("UPDATE mailboxes SET choice = '{json}'");
        let run = move |db: &mut Db| {
            let rows = match db {
                Db::Sqlite(conn) => sql_query(sql).execute(&mut **conn)?,
                Db::Postgres(conn) => sql_query(sql).execute(&mut **conn)?,
            };
            assert_eq!(rows, 1);
            Ok(())
        };
        store.write(run).await.unwrap();
        read().await.choice.unwrap()
    };
    let scope = Scope { teams: Some(vec![team]), accounts: None };
    let night = Quiet {
        days: Day::ALL.into(),
        from: "20:00".parse().unwrap(),
        to: "07:30".parse().unwrap(),
    };
    let meant = Choice {
        started: true,
        waiting: true,
        waits_minutes: Some(10),
        assigned: false,
        mentioned: true,
        only: Only::of_the_waiting(scope.clone()),
        when: When::Away,
        every_minutes: 15,
        quiet: vec![night.clone()],
        zone: "Europe/Berlin".into(),
    };
    assert_eq!(writes(&before).await, meant);

    // All of it is kept, and what the release before writes meanwhile counts.
    let sunday = Quiet { days: vec![Day::Sunday], ..night.clone() };
    let on_page = Scope { teams: None, accounts: Some(vec![page]) };
    let only = Only { assigned: on_page, ..Only::of_the_waiting(scope) };
    let whole = Choice { only, quiet: vec![sunday, night], ..meant.clone() };
    let chosen = whole.clone();
    let choose = move |db: &mut Db| mailboxes::choose(db, (workspace(), ann()), Some(&chosen));
    store.write(choose).await.unwrap();
    assert_eq!(read().await.choice, Some(whole.clone()));
    assert_eq!(writes(&before).await, whole, "the same in the words of the release before");
    let silenced = before.replace("\"started\":true", "\"started\":false");
    assert_eq!(writes(&silenced).await, Choice { started: false, ..meant });
}

async fn the_erased_are_gone(store: &Store) {
    store.write(seed).await.unwrap();
    let put = |db: &mut Db| {
        for name in ["a", "b"] {
            items::put(db, &item(name), NOW)?;
        }
        let notice = Notice {
            workspace: workspace(),
            conversation: ConversationId::derive("a"),
            kind: NoticeKind::Started,
            user: None,
            ticket: 0,
            at: NOW,
        };
        happened::keep(db, &notice)?;
        notices::erase(db, ConversationId::derive("a"))
    };
    store.write(put).await.unwrap();
    assert_eq!(due(store, Duration::ZERO).await, [item("b")]);
    assert!(!store.read(happened::any).await.unwrap());
}
