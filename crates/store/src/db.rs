//! A connection to either database, and the one macro that compiles a query for both.

use diesel::{
    PgConnection, SqliteConnection,
    connection::{AnsiTransactionManager, TransactionManager},
    r2d2::{ConnectionManager, PooledConnection},
};

use crate::StoreError;

/// A connection, in or out of a transaction.
pub enum Db {
    /// PostgreSQL.
    Postgres(PooledConnection<ConnectionManager<PgConnection>>),
    /// SQLite.
    Sqlite(PooledConnection<ConnectionManager<SqliteConnection>>),
}

/// Compiles the same diesel expression for whichever database it is:
/// `on!(db, conn => users::table.load::<Row>(conn))?`.
macro_rules! on {
    ($db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::Db::Postgres(pooled) => {
                let $conn: &mut diesel::PgConnection = pooled;
                $body
            }
            $crate::Db::Sqlite(pooled) => {
                let $conn: &mut diesel::SqliteConnection = pooled;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Db {
    /// Runs `work` in one transaction: all of it is kept, or nothing.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.begin()?;
        match work(self) {
            Ok(value) => self.commit().map(|()| value),
            Err(error) => {
                // The first error is the one to tell; a connection that cannot even roll back is
                // thrown away by the pool.
                let _ = self.roll_back();
                Err(error)
            }
        }
    }

    /// SQLite locks for writing at once: a transaction that reads first and then writes would
    /// otherwise fail whenever another wrote in between.
    fn begin(&mut self) -> Result<(), StoreError> {
        match self {
            Db::Postgres(conn) => AnsiTransactionManager::begin_transaction(&mut **conn)?,
            Db::Sqlite(conn) => {
                AnsiTransactionManager::begin_transaction_sql(&mut **conn, "BEGIN IMMEDIATE")?;
            }
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        on!(self, conn => AnsiTransactionManager::commit_transaction(conn)).map_err(Into::into)
    }

    fn roll_back(&mut self) -> Result<(), StoreError> {
        on!(self, conn => AnsiTransactionManager::rollback_transaction(conn)).map_err(Into::into)
    }
}
