//! Migrations, embedded in the binary: one folder for each database, the same names in both.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Db, StoreError, db::on};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

impl Db {
    fn migrations(&self) -> EmbeddedMigrations {
        match self {
            Db::Postgres(_) => POSTGRES,
            Db::Sqlite(_) => SQLITE,
        }
    }
}

/// Runs what has not run; tells how many.
pub(crate) fn run(db: &mut Db) -> Result<usize, StoreError> {
    let migrations = db.migrations();
    let done = on!(db, conn => conn.run_pending_migrations(migrations).map(|done| done.len()));
    done.map_err(failed)
}

/// How many have not run.
pub(crate) fn pending(db: &mut Db) -> Result<usize, StoreError> {
    let migrations = db.migrations();
    let left = on!(db, conn => conn.pending_migrations(migrations).map(|left| left.len()));
    left.map_err(failed)
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Refused(diesel::result::Error::QueryBuilderError(error))
}
