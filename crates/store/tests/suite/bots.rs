//! Assistants, and which accounts have them.

use switchboard_domain::ids::{AccountId, BotId, ConversationId, WorkspaceId};
use switchboard_store::{
    Db, Store, StoreError, accounts,
    bots::{self, Bot},
    spending::{self, Bounds},
};

use super::{NOW, account_id, on_both, seed_account, workspace};

on_both! {
    a_bot_in_use_stays_and_one_that_is_not_goes_with_what_it_spent
    a_bot_is_given_within_its_workspace
    a_bot_is_changed_and_no_two_are_called_alike
}

fn bot(name: &str) -> Bot {
    Bot {
        id: BotId::derive(name),
        workspace: workspace(),
        name: name.into(),
        kind: "rules".into(),
        settings: "rules: []".into(),
        secret: Some("sealed".into()),
    }
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    seed_account(db)?;
    bots::add(db, &bot("Door"), NOW)?;
    bots::add(db, &bot("Gate"), NOW)
}

fn give(store: &Store, to: &str) -> impl Future<Output = Result<(), StoreError>> {
    let bot = (!to.is_empty()).then(|| BotId::derive(to));
    store.write(move |db| bots::give(db, workspace(), account_id(), bot))
}

async fn a_bot_in_use_stays_and_one_that_is_not_goes_with_what_it_spent(store: &Store) {
    store.write(seed).await.unwrap();
    let door = bot("Door").id;
    let bounds = Bounds {
        bot: door,
        conversation: ConversationId::derive("c"),
        day: "2026-09-21".into(),
        in_conversation: 10,
        in_day: 10,
    };
    store.write(move |db| spending::reserve(db, &bounds, 5)).await.unwrap();
    give(store, "Door").await.unwrap();
    let account = move |db: &mut Db| accounts::by_id(db, workspace(), account_id());
    let account = store.read(account).await.unwrap().unwrap();
    assert_eq!(account.bot, Some(door));
    let remove = || store.write(move |db| bots::remove(db, workspace(), door));
    match remove().await {
        Err(StoreError::InUse(by)) => assert_eq!(by, account.name),
        other => panic!("it went: {other:?}"),
    }
    give(store, "").await.unwrap();
    remove().await.unwrap();
    let left = store.read(|db| bots::list(db, workspace())).await.unwrap();
    assert_eq!(left, [bot("Gate")]);
    assert!(matches!(remove().await, Err(StoreError::NotFound("bot"))));
}

async fn a_bot_is_given_within_its_workspace(store: &Store) {
    store.write(seed).await.unwrap();
    let (door, elsewhere) = (bot("Door").id, WorkspaceId::derive("elsewhere"));
    for (workspace, account, bot, what) in [
        (workspace(), account_id(), BotId::derive("nobody"), "bot"),
        (workspace(), AccountId::derive("nobody"), door, "account"),
        (elsewhere, account_id(), door, "bot"),
    ] {
        let given = store.write(move |db| bots::give(db, workspace, account, Some(bot))).await;
        assert!(matches!(given, Err(StoreError::NotFound(found)) if found == what), "{given:?}");
    }
    let given = store.write(move |db| bots::give(db, elsewhere, account_id(), None)).await;
    assert!(matches!(given, Err(StoreError::NotFound("account"))), "{given:?}");
    let removed = store.write(move |db| bots::remove(db, elsewhere, door)).await;
    assert!(matches!(removed, Err(StoreError::NotFound("bot"))), "{removed:?}");
}

async fn a_bot_is_changed_and_no_two_are_called_alike(store: &Store) {
    store.write(seed).await.unwrap();
    let changed = Bot { name: "DOOR".into(), settings: "new".into(), secret: None, ..bot("Door") };
    let wanted = changed.clone();
    let work = move |db: &mut Db| {
        bots::refuse_namesake(db, &changed)?;
        bots::change(db, &changed)
    };
    store.write(work).await.unwrap();
    let found = store.read(|db| bots::by_id(db, workspace(), BotId::derive("Door"))).await;
    assert_eq!(found.unwrap(), Some(wanted.clone()));
    let twin = Bot { name: "gate".into(), ..wanted };
    let foreign = Bot { workspace: WorkspaceId::derive("elsewhere"), ..twin.clone() };
    let refused = store.read(move |db| bots::refuse_namesake(db, &twin)).await;
    assert!(matches!(refused, Err(StoreError::Exists(_))), "{refused:?}");
    let refused = store.write(move |db| bots::change(db, &foreign)).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
}
