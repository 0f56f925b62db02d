//! All SQL of the queue.

use std::path::Path;

use diesel::{
    connection::SimpleConnection,
    dsl::{max, sql},
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};
use switchboard_queue::QueueError;

use crate::lock::Lock;

/// WAL-mode files can be corrupted by any older version (<https://sqlite.org/wal.html#walresetbug>).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// `PRAGMA synchronous` of FULL: the log is fsynced before a commit returns.
const SYNCHRONOUS_FULL: i32 = 2;

/// Raised when the tables change.
const SCHEMA_VERSION: i32 = 1;

// Sequence numbers are given by the engine: within a topic, their order is the order of messages.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS messages (
        seq INTEGER PRIMARY KEY NOT NULL,
        topic TEXT NOT NULL,
        id TEXT NOT NULL,
        payload BLOB NOT NULL
    );
    CREATE INDEX IF NOT EXISTS messages_by_topic ON messages (topic, seq);
";

diesel::table! {
    messages (seq) {
        seq -> BigInt,
        topic -> Text,
        id -> Text,
        payload -> Binary,
    }
}

/// A stored message.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = messages)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) topic: String,
    pub(crate) id: String,
    pub(crate) payload: Vec<u8>,
}

/// What a topic holds.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Standing {
    pub(crate) topic: String,
    pub(crate) messages: i64,
    pub(crate) bytes: i64,
    pub(crate) last: i64,
}

/// The file, held exclusively.
pub(crate) struct Storage {
    connection: SqliteConnection,
    _lock: Lock,
}

impl Storage {
    /// Opens the file, creating it if needed.
    ///
    /// # Errors
    /// [`QueueError::Refused`] when it is in use, is no queue, or cannot be made durable.
    pub(crate) fn open(path: &Path) -> Result<Self, QueueError> {
        let lock = Lock::take(path)?;
        let name = path.to_str().ok_or_else(|| refused(path, "its name is not UTF-8"))?;
        let mut connection =
            SqliteConnection::establish(name).map_err(|error| refused(path, &error.to_string()))?;
        require_version(path, &mut connection)?;
        prepare(&mut connection).map_err(|error| refused(path, &error.to_string()))?;
        require_durable(path, &mut connection)?;
        Ok(Self { connection, _lock: lock })
    }

    /// Makes the file behave as on a disk that is full beyond so many pages.
    #[cfg(test)]
    pub(crate) fn limit_pages(&mut self, pages: u32) {
        let limit = format!("PRAGMA max_page_count = {pages}");
        self.connection.batch_execute(&limit).expect("a pragma");
    }

    /// What each topic holds.
    pub(crate) fn standings(&mut self) -> QueryResult<Vec<Standing>> {
        let bytes = sql::<BigInt>("COALESCE(SUM(LENGTH(payload)), 0)");
        let last = sql::<BigInt>("MAX(seq)");
        messages::table
            .group_by(messages::topic)
            .select((messages::topic, diesel::dsl::count_star(), bytes, last))
            .load(&mut self.connection)
    }

    /// The highest sequence number in the file, of any topic; 0 if there is none.
    pub(crate) fn last(&mut self) -> QueryResult<i64> {
        let last: Option<i64> =
            messages::table.select(max(messages::seq)).first(&mut self.connection)?;
        Ok(last.unwrap_or_default())
    }

    /// Adds the rows and deletes the acked ones, in one transaction, durably.
    pub(crate) fn write(&mut self, added: &[Row], acked: &[i64]) -> QueryResult<()> {
        // By hand: a full disk makes SQLite roll back by itself, after which Diesel's own
        // transactions hide the cause and take the connection for broken, for ever.
        self.connection.batch_execute("BEGIN IMMEDIATE")?;
        let written = self.change(added, acked);
        let done = written.and_then(|()| self.connection.batch_execute("COMMIT"));
        if done.is_err() {
            // Fails where SQLite has done it.
            let _ = self.connection.batch_execute("ROLLBACK");
        }
        done
    }

    fn change(&mut self, added: &[Row], acked: &[i64]) -> QueryResult<()> {
        // Row by row: a statement of one shape is prepared once.
        for row in added {
            diesel::insert_into(messages::table).values(row).execute(&mut self.connection)?;
        }
        for seq in acked {
            diesel::delete(messages::table.find(seq)).execute(&mut self.connection)?;
        }
        Ok(())
    }

    /// Writes and erases a row: does the disk take writes?
    pub(crate) fn probe(&mut self, seq: i64) -> QueryResult<()> {
        let row = Row { seq, topic: "probe".into(), id: String::new(), payload: Vec::new() };
        self.write(&[row], &[seq])
    }

    /// The oldest messages of a topic above a sequence number.
    pub(crate) fn above(&mut self, topic: &str, seq: i64, limit: i64) -> QueryResult<Vec<Row>> {
        messages::table
            .filter(messages::topic.eq(topic).and(messages::seq.gt(seq)))
            .order(messages::seq)
            .limit(limit)
            .load(&mut self.connection)
    }

    /// These messages, in order.
    pub(crate) fn these(&mut self, seqs: &[i64]) -> QueryResult<Vec<Row>> {
        messages::table
            .filter(messages::seq.eq_any(seqs))
            .order(messages::seq)
            .load(&mut self.connection)
    }
}

fn prepare(connection: &mut SqliteConnection) -> QueryResult<()> {
    connection.batch_execute(
        "PRAGMA busy_timeout = 5000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    connection.batch_execute(SCHEMA)?;
    if sql::<Integer>("PRAGMA user_version").get_result::<i32>(connection)? == 0 {
        connection.batch_execute(&format!("PRAGMA user_version = {SCHEMA_VERSION}"))?;
    }
    Ok(())
}

fn require_version(path: &Path, connection: &mut SqliteConnection) -> Result<(), QueueError> {
    let version: String = diesel::select(sql::<Text>("sqlite_version()"))
        .get_result(connection)
        .map_err(|error| refused(path, &error.to_string()))?;
    if parse_version(&version).is_some_and(|found| found >= OLDEST_SQLITE) {
        return Ok(());
    }
    let (major, minor, patch) = OLDEST_SQLITE;
    Err(QueueError::Refused {
        what: format!("SQLite {version} can corrupt a file in WAL mode"),
        remedy: format!("link SQLite {major}.{minor}.{patch} or newer (feature `bundled`)"),
    })
}

fn parse_version(version: &str) -> Option<(u32, u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Asks for what was set: SQLite ignores a pragma it cannot follow (WAL on a network disk).
fn require_durable(path: &Path, connection: &mut SqliteConnection) -> Result<(), QueueError> {
    let broken = |error: diesel::result::Error| refused(path, &error.to_string());
    let journal: String =
        sql::<Text>("PRAGMA journal_mode").get_result(connection).map_err(broken)?;
    let synchronous: i32 =
        sql::<Integer>("PRAGMA synchronous").get_result(connection).map_err(broken)?;
    let version: i32 =
        sql::<Integer>("PRAGMA user_version").get_result(connection).map_err(broken)?;
    if journal != "wal" || synchronous != SYNCHRONOUS_FULL {
        let found =
            format!("journal_mode is {journal}, synchronous is {synchronous}, not WAL and FULL");
        return Err(refused(path, &found));
    }
    if version != SCHEMA_VERSION {
        return Err(refused(path, &format!("it has version {version}, known is {SCHEMA_VERSION}")));
    }
    Ok(())
}

fn refused(path: &Path, why: &str) -> QueueError {
    QueueError::Refused {
        what: format!("{} cannot serve as the queue: {why}", path.display()),
        remedy: "give a path on a local disk, in an existing folder that this user may write"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse_version("3.9.0").unwrap() < OLDEST_SQLITE);
        assert!(parse_version("3.53.2").unwrap() > OLDEST_SQLITE);
        assert_eq!(parse_version("three"), None);
    }

    #[test]
    fn a_file_that_is_no_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue");
        std::fs::write(&path, "this is a letter, not a database; it is long enough to be read")
            .unwrap();
        let error = Storage::open(&path).err().unwrap().to_string();
        assert!(error.contains("not a database"), "{error}");
    }
}
