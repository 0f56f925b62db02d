//! Settings without which a database does not keep what it said it kept.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

use crate::{Db, StoreError, db::on};

/// For each SQLite connection. FULL, because NORMAL may lose a commit when the power fails
/// (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
pub(crate) const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 10000; \
     PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// For each PostgreSQL session: no statement or idle transaction hangs for ever.
pub(crate) const POSTGRES_SESSION: &str = "SET statement_timeout = '30s'; \
     SET idle_in_transaction_session_timeout = '60s'; SET lock_timeout = '20s';";

/// Versions before this one can corrupt a database in WAL mode when it is checkpointed
/// (<https://www.sqlite.org/wal.html#walresetbug>).
const SQLITE_AT_LEAST: [u32; 3] = [3, 51, 3];

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Refuses a database whose settings could lose data.
pub(crate) fn check(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Postgres(_) => check_postgres(db),
        Db::Sqlite(_) => check_sqlite(db),
    }
}

fn check_postgres(db: &mut Db) -> Result<(), StoreError> {
    for name in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value = ask(db, &format!("SELECT current_setting('{name}') AS value"))?;
        if value == "off" {
            return Err(StoreError::Unsafe {
                what: format!("{name} is off"),
                remedy: format!("set {name} = on in postgresql.conf and reload"),
            });
        }
    }
    Ok(())
}

fn check_sqlite(db: &mut Db) -> Result<(), StoreError> {
    let version = ask(db, "SELECT sqlite_version() AS value")?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if numbers.as_slice() < SQLITE_AT_LEAST.as_slice() {
        return Err(StoreError::Unsafe {
            what: format!("SQLite {version} can corrupt a database in WAL mode"),
            remedy: "build with the bundled SQLite".into(),
        });
    }
    let mode = ask(db, "SELECT journal_mode AS value FROM pragma_journal_mode")?;
    let sync = ask(db, "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous")?;
    if mode != "wal" || sync != "2" {
        return Err(StoreError::Unsafe {
            what: format!("journal_mode is {mode} and synchronous is {sync}"),
            remedy: "put the file on a local disk that supports shared memory".into(),
        });
    }
    Ok(())
}

fn ask(db: &mut Db, query: &str) -> Result<String, StoreError> {
    let setting: Setting = on!(db, conn => sql_query(query).get_result(conn))?;
    Ok(setting.value)
}
