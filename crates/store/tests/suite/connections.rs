//! Accounts that are disconnected and connected again.

use switchboard_domain::ids::AccountId;
use switchboard_store::{
    Store, StoreError,
    accounts::{self, Account},
};

use super::{NOW, account_id, on_both, seed_account, workspace};

on_both! {
    a_disconnected_account_is_known_and_named_by_no_webhook
}

async fn by_id(store: &Store) -> Account {
    let read = store.read(|db| accounts::by_id(db, workspace(), account_id()));
    read.await.unwrap().unwrap()
}

async fn a_disconnected_account_is_known_and_named_by_no_webhook(store: &Store) {
    store.write(seed_account).await.unwrap();
    let before = by_id(store).await;
    let (channel, external) = (before.channel, before.external_id.clone());
    let named = || {
        let external = external.clone();
        store.read(move |db| accounts::by_external_id(db, channel, &external))
    };
    assert!(named().await.unwrap().is_some());
    store.write(|db| accounts::disconnect(db, workspace(), account_id(), NOW)).await.unwrap();
    assert_eq!(named().await.unwrap(), None);
    let external_id = external.clone();
    let known = store.read(move |db| accounts::known(db, channel, &external_id)).await.unwrap();
    let known = known.unwrap();
    assert_eq!((known.disconnected_at, &*known.token), (Some(NOW), ""), "its token is forgotten");
    let of_channel = store.read(move |db| accounts::of_channel(db, channel)).await.unwrap();
    assert!(of_channel.is_empty());

    let again = Account { token: "sealed anew".into(), name: "New name".into(), ..before.clone() };
    let stored = again.clone();
    store.write(move |db| accounts::reconnect(db, &stored)).await.unwrap();
    assert_eq!(by_id(store).await, again, "team and assistant stay");
    assert!(named().await.unwrap().is_some());
    let nobodys = Account { id: AccountId::derive("nobody"), ..again };
    let refused = store.write(move |db| accounts::reconnect(db, &nobodys)).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
}
