//! Account linking, and forgetting people.

use std::time::Duration;

use switchboard_domain::{
    Content,
    content::Context,
    conversation::{Author, MessageStatus, NewMessage},
    ids::{AccountId, AppId, ContactId, MessageId, WorkspaceId},
};
use switchboard_store::{
    Db, Store, StoreError, contacts,
    deletions::{self, Deletion, State},
    erase::{self, Whose},
    inbox::{self, Sight},
    linking::{
        self, Linking, Method, Texts,
        bonds::{self, Bond},
    },
    messages,
    unrouted::{self, Unrouted},
};
use uuid::Uuid;

use super::{
    NOW, account_id, conversation_id, on_both, seed_account, seed_conversation, workspace,
};

on_both! {
    settings_are_replaced_and_removed
    a_bond_is_seen_in_the_list
    a_log_in_is_used_up_once
    a_request_is_kept_once_and_forgets_whom_it_was_about
    nothing_is_left_of_who_is_erased
}

fn linking(url: &str) -> Linking {
    Linking {
        account: account_id(),
        workspace: workspace(),
        method: Method::Http { url: url.into() },
        secret: "sealed".into(),
        texts: Texts::default(),
    }
}

async fn settings_are_replaced_and_removed(store: &Store) {
    store.write(seed_account).await.unwrap();
    for url in ["https://one.example", "https://two.example"] {
        store.write(move |db| linking::set(db, &linking(url), NOW)).await.unwrap();
    }
    let (account, found) = store.read(|db| linking::page(db, account_id())).await.unwrap().unwrap();
    assert_eq!((account.id, found), (account_id(), linking("https://two.example")));
    let nobody = AccountId::derive("nobody");
    assert_eq!(store.read(move |db| linking::page(db, nobody)).await.unwrap(), None);
    let other = WorkspaceId::derive("other");
    let foreign = store.write(move |db| linking::remove(db, other, account_id())).await;
    assert!(matches!(foreign, Err(StoreError::NotFound(_))));
    store.write(|db| linking::remove(db, workspace(), account_id())).await.unwrap();
    assert_eq!(store.read(|db| linking::of(db, workspace(), account_id())).await.unwrap(), None);
}

async fn a_bond_is_seen_in_the_list(store: &Store) {
    let contact = store.write(seed_conversation).await.unwrap().contact;
    let bond = Bond {
        customer_number: "C-1".into(),
        customer_name: Some("Ada".into()),
        since: NOW.plus(Duration::from_secs(5)),
    };
    let kept = bond.clone();
    store.write(move |db| bonds::set(db, workspace(), contact, Some(&kept))).await.unwrap();
    let found = store.read(move |db| bonds::of(db, workspace(), contact)).await.unwrap();
    assert_eq!(found.as_ref(), Some(&bond));
    let shown = move |db: &mut Db| inbox::by_id(db, workspace(), &Sight::All, conversation_id());
    let summary = store.read(shown).await.unwrap().unwrap();
    assert_eq!(summary.customer_number.as_deref(), Some("C-1"));
    assert_eq!(
        (summary.customer_name.as_deref(), summary.linked_at),
        (Some("Ada"), Some(bond.since))
    );

    // What else is learnt of a contact leaves the bond alone.
    let learn = move |db: &mut Db| {
        let known = contacts::by_id(db, workspace(), contact)?.unwrap();
        contacts::save(db, &known, NOW)
    };
    store.write(learn).await.unwrap();
    assert!(store.read(move |db| bonds::of(db, workspace(), contact)).await.unwrap().is_some());
    store.write(move |db| bonds::set(db, workspace(), contact, None)).await.unwrap();
    assert_eq!(store.read(move |db| bonds::of(db, workspace(), contact)).await.unwrap(), None);
    let nobody = ContactId::derive("nobody");
    let unknown = store.write(move |db| bonds::set(db, workspace(), nobody, Some(&bond))).await;
    assert!(matches!(unknown, Err(StoreError::NotFound(_))));
}

async fn a_log_in_is_used_up_once(store: &Store) {
    let nonce = Uuid::from_u128(7);
    assert!(store.write(move |db| bonds::use_up(db, nonce, NOW)).await.unwrap());
    assert!(!store.write(move |db| bonds::use_up(db, nonce, NOW)).await.unwrap());
    assert_eq!(store.write(|db| bonds::forget_used(db, NOW)).await.unwrap(), 0);
    let later = NOW.plus(Duration::from_secs(1));
    assert_eq!(store.write(move |db| bonds::forget_used(db, later)).await.unwrap(), 1);
}

async fn a_request_is_kept_once_and_forgets_whom_it_was_about(store: &Store) {
    store.write(seed_account).await.unwrap();
    let request = Deletion {
        code: "c1".into(),
        workspace: workspace(),
        app: AppId::derive("app"),
        user_id: Some("218471".into()),
        state: State::Open,
        requested_at: NOW,
        completed_at: None,
    };
    for user in ["218471", "another"] {
        let again = Deletion { user_id: Some(user.into()), ..request.clone() };
        store.write(move |db| deletions::keep(db, &again)).await.unwrap();
    }
    let listed = store.read(|db| deletions::list(db, workspace(), 10)).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&request));
    let other = WorkspaceId::derive("other");
    let foreign = store.read(move |db| deletions::by_code(db, other, "c1")).await.unwrap();
    assert_eq!(foreign, None);
    store.write(|db| deletions::complete(db, workspace(), "c1", NOW)).await.unwrap();
    let of_app = |db: &mut Db| deletions::of_app(db, AppId::derive("app"), "c1");
    let done = store.read(of_app).await.unwrap().unwrap();
    let completed_at = Some(NOW);
    assert_eq!(done, Deletion { user_id: None, state: State::Done, completed_at, ..request });
}

fn message() -> NewMessage {
    NewMessage {
        id: MessageId::derive("m"),
        seq: 1,
        author: Author::Customer,
        content: Content::text("my secret"),
        external_id: Some("mid".into()),
        reply_to: None,
        context: Context::default(),
        status: MessageStatus::Received,
        reason: None,
        at: NOW,
        send: None,
    }
}

fn unrouted_event(id: &str, customer: &str) -> Unrouted {
    Unrouted {
        id: id.into(),
        workspace_id: Some(workspace().to_string()),
        app_key: "shop".into(),
        channel: "messenger".into(),
        account: "PAGE".into(),
        kind: "game_play".into(),
        reason: "of a kind not shown yet".into(),
        raw: format!(r#"{{"sender":{{"id":"{customer}"}}}}"#),
        received_at: NOW.as_micros(),
    }
}

async fn nothing_is_left_of_who_is_erased(store: &Store) {
    let found = |db: &mut Db| deletions::conversations_of(db, AppId::derive("app"), "PSID");
    let work = |db: &mut Db| {
        let record = seed_conversation(db)?;
        let place = messages::Place {
            workspace: workspace(),
            account: account_id(),
            conversation: conversation_id(),
        };
        messages::append(db, place, &message(), Some("{\"raw\":1}"), NOW)?;
        unrouted::keep(db, &unrouted_event("theirs", "PSID"))?;
        unrouted::keep(db, &unrouted_event("others", "PSID2"))?;
        Ok(record.contact)
    };
    let contact = store.write(work).await.unwrap();
    assert_eq!(store.read(found).await.unwrap(), [conversation_id()]);
    let forget = move |db: &mut Db| {
        let known = contacts::by_id(db, workspace(), contact)?.unwrap();
        let whose = Whose {
            workspace: workspace(),
            contact,
            conversation: conversation_id(),
            account: "PAGE",
            identities: &known.identities(),
        };
        erase::person(db, whose)
    };
    assert_eq!(store.write(forget).await.unwrap(), 1);
    let page = |db: &mut Db| messages::page(db, workspace(), conversation_id(), None, 10);
    assert!(store.read(page).await.unwrap().is_empty());
    let left = store.read(move |db| contacts::by_id(db, workspace(), contact)).await.unwrap();
    let left = left.unwrap();
    assert!(left.identities().is_empty() && left.name.is_none());
    assert!(store.read(found).await.unwrap().is_empty(), "no id leads to them any more");
    let later = NOW.plus(Duration::from_secs(1));
    let events = store.read(move |db| unrouted::page(db, workspace(), later, 10)).await.unwrap();
    let ids: Vec<_> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["others"]);
    assert_eq!(store.write(forget).await.unwrap(), 0, "once more does no harm");
}
