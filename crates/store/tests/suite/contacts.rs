//! Contacts as people find them, and who is who.

use std::time::Duration;

use switchboard_domain::{
    Channel,
    conversation::{Block, Conversation, Status},
    ids::{ContactId, ConversationId, PersonId, UserId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_store::{
    Db, Store, StoreError, attributes,
    contacts::{self, Contact},
    conversations::{self, Record},
    erase,
    inbox::{self, Filter, Sight},
    linking::bonds::{self, Bond},
    people::{self, Suggestion, Why},
};

use super::{NOW, account_id, on_both, seed_account, workspace};

on_both! {
    a_contact_is_found_by_every_name_and_filter
    people_are_one_and_nothing_is_lost_when_they_are_not
    what_is_known_of_one_finds_both
    people_of_several_contacts_become_one
    merges_at_the_same_time_leave_nobody_out
    who_may_be_the_same_is_suggested
    who_is_erased_is_nobody
}

fn id(name: &str) -> ContactId {
    ContactId::derive(name)
}

/// Contacts, each with a conversation, the latest first.
fn seed(db: &mut Db) -> Result<(), StoreError> {
    seed_account(db)?;
    let all = [
        ("ada", Some("49151"), 4_u64),
        ("ben", Some("49151"), 3),
        ("cy", None, 2),
        ("di", None, 1),
    ];
    for (name, phone, age) in all {
        let contact = Contact {
            id: id(name),
            workspace: workspace(),
            account: account_id(),
            name: Some(format!("{name} by Meta")),
            username: Some(format!("{name}.insta")),
            scoped_id: Some(name.into()),
            user_id: None,
            phone: phone.map(Into::into),
        };
        contacts::save(db, &contact, NOW)?;
        let mut state = Conversation::new(ConversationId::derive(name));
        if name == "di" {
            let (by, reason) = (UserId::derive("ann"), "insults".to_owned());
            let before = Status::Resolved;
            state.blocked = Some(Block { by, at: NOW, reason, before, unread: 0 });
        }
        let record = Record {
            workspace: workspace(),
            account: account_id(),
            contact: contact.id,
            shard: ConversationShard::new(3).unwrap(),
            state,
            preview: name.into(),
            last_message_at: NOW.plus(Duration::from_secs(age)),
        };
        conversations::save(db, &record, NOW)?;
    }
    Ok(())
}

async fn planted(store: &Store) {
    store.write(seed).await.unwrap();
}

/// Who fits, by the preview of their conversation.
async fn found(store: &Store, filter: Filter) -> Vec<String> {
    let read = store.read(move |db| inbox::list(db, workspace(), &Sight::All, &filter, 10));
    read.await.unwrap().into_iter().map(|one| one.preview).collect()
}

async fn called(store: &Store, text: &str) -> Vec<String> {
    found(store, Filter { called: Some(text.into()), ..Filter::default() }).await
}

async fn merge(store: &Store, kept: &'static str, other: &'static str) -> bool {
    let fresh = PersonId::derive(&format!("{kept}+{other}"));
    let work = move |db: &mut Db| people::merge(db, workspace(), (id(kept), id(other)), fresh);
    store.write(work).await.unwrap()
}

async fn person(store: &Store, of: &'static str) -> Vec<ContactId> {
    store.read(move |db| people::contacts_of(db, workspace(), id(of))).await.unwrap()
}

async fn note(
    store: &Store,
    of: &'static [&'static str],
    name: &'static str,
    value: Option<&'static str>,
) {
    let person: Vec<ContactId> = of.iter().map(|name| id(name)).collect();
    let work = move |db: &mut Db| attributes::set(db, workspace(), (&person, name), value, NOW);
    store.write(work).await.unwrap();
}

/// What is known of whoever the contact is: name and value.
async fn known(store: &Store, of: &'static str) -> Vec<(String, String)> {
    let read = move |db: &mut Db| {
        let person = people::contacts_of(db, workspace(), id(of))?;
        attributes::of(db, workspace(), &person)
    };
    store.read(read).await.unwrap().values.into_iter().collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn a_contact_is_found_by_every_name_and_filter(store: &Store) {
    planted(store).await;
    let work = |db: &mut Db| people::call(db, workspace(), id("cy"), Some("Mrs. Cyan"));
    store.write(work).await.unwrap();
    for (text, who) in [
        ("BY META", &["ada", "ben", "cy", "di"][..]),
        ("di.in", &["di"]),
        ("49151", &["ada", "ben"]),
        ("cyan", &["cy"]),
        ("c_an", &[]),
    ] {
        assert_eq!(called(store, text).await, who, "{text}");
    }
    let search = Filter { search: Some("cyan".into()), ..Filter::default() };
    assert_eq!(found(store, search).await, ["cy"], "the conversations' search knows the name");
    note(store, &["ben"], "size", Some("42")).await;
    let filters = [
        (Filter { blocked: Some(true), ..Filter::default() }, &["di"][..]),
        (Filter { blocked: Some(false), ..Filter::default() }, &["ada", "ben", "cy"]),
        (Filter { attribute: Some(("size".into(), "42".into())), ..Filter::default() }, &["ben"]),
        (Filter { attribute: Some(("size".into(), "43".into())), ..Filter::default() }, &[]),
        (Filter { channel: Some(Channel::WhatsApp), ..Filter::default() }, &[]),
        (
            Filter {
                channel: Some(Channel::Messenger),
                called: Some("ad".into()),
                ..Filter::default()
            },
            &["ada"],
        ),
        (Filter { contacts: Some(vec![id("ada"), id("cy")]), ..Filter::default() }, &["ada", "cy"]),
        (Filter { contacts: Some(vec![]), ..Filter::default() }, &[]),
    ];
    for (filter, who) in filters {
        assert_eq!(found(store, filter.clone()).await, who, "{filter:?}");
    }
    let one = Filter { contacts: Some(vec![id("cy")]), ..Filter::default() };
    let read = store.read(move |db| inbox::list(db, workspace(), &Sight::All, &one, 1));
    let shown = read.await.unwrap().remove(0);
    assert_eq!(shown.contact_name.as_deref(), Some("cy by Meta"), "both names are kept");
    assert_eq!(shown.contact_given_name.as_deref(), Some("Mrs. Cyan"));
    let blocked = Filter { blocked: Some(true), ..Filter::default() };
    let read = store.read(move |db| inbox::list(db, workspace(), &Sight::All, &blocked, 1));
    let block = read.await.unwrap().remove(0).blocked.unwrap();
    assert_eq!(
        (block.by, block.at, block.reason.as_str()),
        (UserId::derive("ann"), NOW, "insults")
    );
}

async fn people_are_one_and_nothing_is_lost_when_they_are_not(store: &Store) {
    planted(store).await;
    note(store, &["ada"], "size", Some("42")).await;
    note(store, &["ben"], "size", Some("43")).await;
    note(store, &["ben"], "tier", Some("gold")).await;
    assert!(merge(store, "ada", "ben").await);
    assert!(merge(store, "ben", "ada").await, "they are one already");
    let both = [id("ada"), id("ben")];
    assert_eq!(
        (person(store, "ada").await, person(store, "ben").await),
        (both.to_vec(), both.to_vec())
    );
    let one = pairs(&[("size", "42"), ("tier", "gold")]);
    assert_eq!((known(store, "ada").await, known(store, "ben").await), (one.clone(), one));
    let read = move |db: &mut Db| attributes::of(db, workspace(), &both);
    let overruled = store.read(read).await.unwrap().overruled;
    assert_eq!(overruled.len(), 1);
    assert_eq!((overruled[0].contact, overruled[0].value.as_str()), (id("ben"), "43"));

    note(store, &["ada", "ben"], "city", Some("Bonn")).await;
    note(store, &["ada", "ben"], "tier", None).await;
    assert_eq!(known(store, "ben").await, pairs(&[("city", "Bonn"), ("size", "42")]));

    store.write(|db| people::split(db, workspace(), id("ben"))).await.unwrap();
    assert_eq!(person(store, "ada").await, [id("ada")]);
    assert_eq!(person(store, "ben").await, [id("ben")]);
    assert_eq!(known(store, "ben").await, pairs(&[("size", "43")]));
    assert_eq!(known(store, "ada").await, pairs(&[("city", "Bonn"), ("size", "42")]));
    store.write(|db| people::split(db, workspace(), id("ben"))).await.unwrap();
}

async fn what_is_known_of_one_finds_both(store: &Store) {
    planted(store).await;
    note(store, &["cy"], "size", Some("42")).await;
    assert!(merge(store, "ada", "cy").await);
    assert_eq!(called(store, "cy by").await, ["ada", "cy"]);
    assert_eq!(called(store, "ada.insta").await, ["ada", "cy"]);
    let search = Filter { search: Some("cy by".into()), ..Filter::default() };
    assert_eq!(found(store, search).await, ["ada", "cy"]);
    let sized = Filter { attribute: Some(("size".into(), "42".into())), ..Filter::default() };
    assert_eq!(found(store, sized).await, ["ada", "cy"]);
    let elsewhere = WorkspaceId::derive("elsewhere");
    let read = move |db: &mut Db| {
        let person = people::contacts_of(db, elsewhere, id("ada"))?;
        let known = attributes::of(db, elsewhere, &person)?;
        Ok((person, known.values.len(), people::suggestions(db, elsewhere, &[id("ada")])?))
    };
    assert_eq!(store.read(read).await.unwrap(), (vec![id("ada")], 0, vec![]));
}

async fn people_of_several_contacts_become_one(store: &Store) {
    planted(store).await;
    assert!(merge(store, "ada", "ben").await);
    assert!(merge(store, "cy", "di").await);
    assert!(merge(store, "di", "ben").await);
    let all = [id("cy"), id("di"), id("ada"), id("ben")];
    for one in ["ada", "ben", "cy", "di"] {
        assert_eq!(person(store, one).await, all, "{one}");
    }
    store.write(|db| people::split(db, workspace(), id("cy"))).await.unwrap();
    assert_eq!(person(store, "cy").await, [id("cy")]);
    assert_eq!(person(store, "ben").await, [id("di"), id("ada"), id("ben")]);
}

async fn merges_at_the_same_time_leave_nobody_out(store: &Store) {
    planted(store).await;
    let (one, two, three) = tokio::join!(
        merge(store, "ada", "ben"),
        merge(store, "ben", "cy"),
        merge(store, "cy", "di")
    );
    assert!(one && two && three);
    for one in ["ada", "ben", "cy", "di"] {
        assert_eq!(person(store, one).await.len(), 4, "{one}");
    }
}

async fn who_may_be_the_same_is_suggested(store: &Store) {
    planted(store).await;
    let bond = Bond { customer_number: "C-1".into(), customer_name: None, since: NOW };
    let link = move |db: &mut Db| {
        bonds::set(db, workspace(), id("ada"), Some(&bond))?;
        bonds::set(db, workspace(), id("di"), Some(&bond))
    };
    store.write(link).await.unwrap();
    let suggested = async |person: &'static [&'static str]| {
        let person: Vec<ContactId> = person.iter().map(|name| id(name)).collect();
        let read = store.read(move |db| people::suggestions(db, workspace(), &person));
        let mut all = read.await.unwrap();
        all.sort_by_key(|one| one.why.as_str());
        all
    };
    let number = Suggestion { contact: id("di"), why: Why::CustomerNumber };
    let phone = Suggestion { contact: id("ben"), why: Why::Phone };
    assert_eq!(suggested(&["ada"]).await, [number, phone]);
    assert_eq!(suggested(&["ben"]).await, [Suggestion { contact: id("ada"), why: Why::Phone }]);
    assert_eq!(suggested(&["ada", "ben"]).await, [number], "for the whole person");
    assert_eq!(suggested(&["cy"]).await, [], "who has no number is not like others who have none");
}

async fn who_is_erased_is_nobody(store: &Store) {
    planted(store).await;
    let work = |db: &mut Db| {
        people::call(db, workspace(), id("ben"), Some("Mr. Ben"))?;
        people::merge(db, workspace(), (id("ada"), id("ben")), PersonId::derive("p"))?;
        let whose = erase::Whose {
            workspace: workspace(),
            contact: id("ben"),
            conversation: ConversationId::derive("ben"),
            account: "PAGE",
            identities: &[],
        };
        erase::person(db, whose)
    };
    store.write(work).await.unwrap();
    assert_eq!(person(store, "ada").await, [id("ada")]);
    assert_eq!(called(store, "mr. ben").await, Vec::<String>::new());
}
