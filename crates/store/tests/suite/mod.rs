//! The stores that the suite runs on, and the stamp.

mod block_list;
mod bots;
mod changes;
mod connections;
mod contacts;
mod conversations;
mod documents;
mod inbox;
mod lanes;
mod linking;
mod media;
mod merging;
mod notices;
mod people;
mod reports;
mod safety;
mod sends;
mod surveys;
mod transcripts;
mod waits;
mod webhooks;

use std::time::Duration;

use switchboard_domain::{
    Channel, Timestamp,
    conversation::Conversation,
    ids::{AccountId, AppId, ContactId, ConversationId, TeamId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_store::{
    Db, Store, StoreError, StoreSettings,
    accounts::{self, Account, AccountSettings},
    apps::{self, App},
    contacts::{self as customers, Contact},
    conversations::{self as rows, Record},
    teams, workspaces,
};
use switchboard_testkit::{Shared, postgres};

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A store of the test's own, and what keeps it.
pub(crate) struct Opened {
    pub(crate) store: Store,
    _folder: Option<tempfile::TempDir>,
    _server: Option<Shared>,
}

pub(crate) fn settings(url: String) -> StoreSettings {
    StoreSettings { url: url.into(), pool_size: 4, acquire_timeout: Duration::from_secs(10) }
}

pub(crate) async fn sqlite() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    let store = Store::open(&settings(url)).unwrap();
    store.migrate().unwrap();
    Opened { store, _folder: Some(folder), _server: None }
}

pub(crate) async fn postgres() -> Opened {
    let server = postgres::shared().await.unwrap();
    let url = postgres::fresh_database(server.url()).await.unwrap();
    let store = Store::open(&settings(url)).unwrap();
    store.migrate().unwrap();
    Opened { store, _folder: None, _server: Some(server) }
}

/// Makes a test of each function, on each database.
macro_rules! on_both {
    ($($test:ident)*) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $test() {
                let opened = $crate::suite::sqlite().await;
                super::$test(&opened.store).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test]
            async fn $test() {
                let opened = $crate::suite::postgres().await;
                super::$test(&opened.store).await;
            })*
        }
    };
}
pub(crate) use on_both;

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::derive("shop")
}

pub(crate) fn account_id() -> AccountId {
    AccountId::derive("page")
}

pub(crate) fn conversation_id() -> ConversationId {
    ConversationId::derive("ann")
}

/// A workspace with a connected Page.
pub(crate) fn seed_account(db: &mut Db) -> Result<(), StoreError> {
    let (workspace, app, team) = (workspace(), AppId::derive("app"), TeamId::derive("team"));
    workspaces::add(db, &workspaces::Workspace { id: workspace, name: "Shop".into() }, NOW)?;
    teams::add(db, &teams::Team { id: team, workspace, name: "Service".into() }, NOW)?;
    let (key, meta_app_id) = ("shop".to_owned(), "1".to_owned());
    let (secret, verify_token) = ("sealed".to_owned(), "sealed".to_owned());
    let row =
        App { id: app, workspace, key, meta_app_id, secret, previous_secret: None, verify_token };
    apps::add(db, &row, NOW)?;
    let account = Account {
        id: account_id(),
        workspace,
        app,
        channel: Channel::Messenger,
        external_id: "PAGE".into(),
        sender_id: "PAGE".into(),
        business_id: None,
        name: "Our Page".into(),
        token: "sealed".into(),
        bot: None,
        team,
        settings: AccountSettings::default(),
        disconnected_at: None,
    };
    accounts::add(db, &account, NOW)
}

/// A customer's conversation with that Page.
pub(crate) fn seed_conversation(db: &mut Db) -> Result<Record, StoreError> {
    seed_account(db)?;
    let contact = Contact {
        id: ContactId::derive("ann"),
        workspace: workspace(),
        account: account_id(),
        name: Some("Ann".into()),
        username: None,
        scoped_id: Some("PSID".into()),
        user_id: None,
        phone: None,
    };
    customers::save(db, &contact, NOW)?;
    let record = Record {
        workspace: workspace(),
        account: account_id(),
        contact: contact.id,
        shard: ConversationShard::new(3).unwrap(),
        state: Conversation::new(conversation_id()),
        preview: String::new(),
        last_message_at: NOW,
    };
    rows::save(db, &record, NOW)?;
    customers::lead(db, account_id(), &contact.identities(), conversation_id())?;
    Ok(record)
}
