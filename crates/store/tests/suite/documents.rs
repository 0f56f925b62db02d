//! What bots are taught.

use switchboard_domain::ids::{BotId, DocumentId, WorkspaceId};
use switchboard_store::{
    Db, Store, StoreError,
    bots::{self, Bot},
    documents::{self, Document, MOST_BYTES},
};

use super::{NOW, on_both, seed_account, workspace};

on_both! {
    a_document_takes_the_place_of_its_namesake
    a_bot_learns_no_more_than_it_may
    what_was_taught_is_of_one_workspace
}

fn bot() -> BotId {
    BotId::derive("pupil")
}

fn document(name: &str, hash: &str) -> Document {
    Document {
        id: DocumentId::derive(&format!("{name}/{hash}")),
        name: name.into(),
        media_type: "text/plain".into(),
        passages: 1,
        bytes: 10,
        hash: hash.into(),
        updated_at: NOW,
    }
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    seed_account(db)?;
    let (id, workspace, kind) = (bot(), workspace(), "knowledge".into());
    let settings = String::new();
    bots::add(db, &Bot { id, workspace, name: "Pupil".into(), kind, settings, secret: None }, NOW)
}

async fn put(store: &Store, document: Document) -> Result<Document, StoreError> {
    let put = move |db: &mut Db| documents::put(db, (workspace(), bot()), &document, "[]");
    store.write(put).await
}

async fn edition(store: &Store) -> Vec<String> {
    store.read(|db| documents::edition(db, workspace(), bot())).await.unwrap()
}

async fn a_document_takes_the_place_of_its_namesake(store: &Store) {
    store.write(seed).await.unwrap();
    let first = put(store, document("faq.csv", "one")).await.unwrap();
    put(store, document("about.md", "other")).await.unwrap();
    let before = edition(store).await;
    let second = put(store, document("faq.csv", "two")).await.unwrap();
    assert_eq!(second.id, first.id);
    assert_ne!(edition(store).await, before);
    let list = store.read(|db| documents::list(db, workspace(), bot())).await.unwrap();
    let names: Vec<&str> = list.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["about.md", "faq.csv"]);
    assert_eq!(list[1], second);
    let taught = store.read(|db| documents::taught(db, workspace(), bot())).await.unwrap();
    let hashes: Vec<String> = taught.into_iter().map(|(hash, ..)| hash).collect();
    assert_eq!(hashes, edition(store).await);
}

async fn a_bot_learns_no_more_than_it_may(store: &Store) {
    store.write(seed).await.unwrap();
    let large = Document { bytes: MOST_BYTES - 10, ..document("large.txt", "one") };
    put(store, large.clone()).await.unwrap();
    put(store, document("small.txt", "one")).await.unwrap();
    let more = put(store, document("more.txt", "one")).await;
    assert!(matches!(more, Err(StoreError::Full(_))), "{more:?}");
    // In place of itself it fits.
    put(store, Document { hash: "two".into(), ..large }).await.unwrap();
}

async fn what_was_taught_is_of_one_workspace(store: &Store) {
    store.write(seed).await.unwrap();
    let kept = put(store, document("faq.csv", "one")).await.unwrap();
    let other = WorkspaceId::derive("other");
    assert!(store.read(move |db| documents::list(db, other, bot())).await.unwrap().is_empty());
    let theirs = document("theirs.txt", "one");
    let put = move |db: &mut Db| documents::put(db, (other, bot()), &theirs, "[]");
    assert!(matches!(store.write(put).await, Err(StoreError::NotFound(_))));
    let foreign = move |db: &mut Db| documents::remove(db, other, bot(), kept.id);
    assert!(matches!(store.write(foreign).await, Err(StoreError::NotFound(_))));
    let own = move |db: &mut Db| documents::remove(db, workspace(), bot(), kept.id);
    store.write(own).await.unwrap();
    assert!(edition(store).await.is_empty());
}
