//! Settings and states that the store refuses, with a remedy.

use switchboard_store::{Store, StoreError};
use switchboard_testkit::postgres::Postgres;

use super::settings;

#[tokio::test]
async fn postgres_without_fsync_is_refused() {
    let server = Postgres::start().await.unwrap();
    let url = switchboard_testkit::postgres::fresh_database(&server.url()).await.unwrap();
    assert!(Store::open(&settings(url.clone())).is_ok());
    server.run("ALTER SYSTEM SET fsync = off").await.unwrap();
    server.run("SELECT pg_reload_conf()").await.unwrap();
    // A reload reaches new sessions at once, in their own time: ask until one shows it.
    let refused = loop {
        match Store::open(&settings(url.clone())) {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Unsafe { .. }), "{refused}");
    assert!(refused.to_string().contains("fsync"), "{refused}");
}

#[tokio::test]
async fn a_schema_that_is_behind_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    let store = Store::open(&settings(url)).unwrap();
    let behind = store.require_migrated().unwrap_err();
    assert!(behind.to_string().contains("switchboard migrate"), "{behind}");
    assert!(store.migrate().unwrap() > 0);
    assert_eq!(store.migrate().unwrap(), 0);
    store.require_migrated().unwrap();
}

#[test]
fn a_url_that_is_none_is_refused_without_showing_it() {
    let error = Store::open(&settings("mysql://root:hunter2@db/x".into())).err().unwrap();
    assert!(matches!(error, StoreError::BadUrl(_)));
    assert!(!error.to_string().contains("hunter2"), "{error}");
}
