//! Opening the store, and running work on it from async code.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection,
    r2d2::{ConnectionManager, CustomizeConnection, Pool},
    sql_query,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{Db, StoreError, migrate, safety};

/// How long a write waits behind others. Longer than a read: SQLite has one writer, and whoever gives
/// up gives back what it holds, which costs more than the wait.
const WRITERS_PATIENCE: Duration = Duration::from_secs(60);

/// How to open the store.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: SecretString,
    /// How many connections to hold at most.
    pub pool_size: u32,
    /// How long to wait for one.
    pub acquire_timeout: Duration,
}

/// The store; cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    pools: Pools,
    readers: Semaphore,
    writers: Semaphore,
    patience: Duration,
}

enum Pools {
    Postgres(Pool<ConnectionManager<PgConnection>>),
    Sqlite {
        readers: Pool<ConnectionManager<SqliteConnection>>,
        writer: Pool<ConnectionManager<SqliteConnection>>,
    },
}

impl Store {
    /// Connects, and refuses a database that could lose what it said it kept. Does not migrate.
    ///
    /// # Errors
    /// [`StoreError::Away`], [`StoreError::BadUrl`] or [`StoreError::Unsafe`].
    pub fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        let url = settings.url.expose_secret();
        let pools = if let Some(path) = url.strip_prefix("sqlite:") {
            open_sqlite(&PathBuf::from(path), settings)?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pools::Postgres(pool(ConnectionManager::new(url), settings.pool_size, settings)?)
        } else {
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(StoreError::BadUrl(format!("{scheme}:…")));
        };
        let size = usize::try_from(settings.pool_size.max(1)).unwrap_or(1);
        let writers = if matches!(pools, Pools::Sqlite { .. }) { 1 } else { size };
        let store = Self(Arc::new(Inner {
            pools,
            readers: Semaphore::new(size),
            writers: Semaphore::new(writers),
            patience: settings.acquire_timeout,
        }));
        safety::check(&mut store.0.pools.writer()?)?;
        Ok(store)
    }

    /// Runs the migrations that this build has and the database has not; tells how many.
    ///
    /// # Errors
    /// [`StoreError::Away`], or [`StoreError::Refused`] when one fails.
    pub fn migrate(&self) -> Result<usize, StoreError> {
        migrate::run(&mut self.0.pools.writer()?)
    }

    /// Fails unless all migrations have run.
    ///
    /// # Errors
    /// [`StoreError::Behind`].
    pub fn require_migrated(&self) -> Result<(), StoreError> {
        match migrate::pending(&mut self.0.pools.writer()?)? {
            0 => Ok(()),
            count => Err(StoreError::Behind(count)),
        }
    }

    /// Reads. Not a transaction: each query sees what is committed by then.
    ///
    /// # Errors
    /// Whatever `work` gives, or [`StoreError::Away`].
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    {
        let _turn = turn(&self.0.readers, self.0.patience).await?;
        let inner = Arc::clone(&self.0);
        blocking(move || work(&mut inner.pools.reader()?)).await
    }

    /// Writes in one transaction, durable when this returns.
    ///
    /// # Errors
    /// Whatever `work` gives, or [`StoreError::Away`]; then nothing of it was kept. (When the
    /// connection breaks during the commit itself it may have been kept: be idempotent.)
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    {
        let _turn = turn(&self.0.writers, WRITERS_PATIENCE).await?;
        let inner = Arc::clone(&self.0);
        blocking(move || inner.pools.writer()?.transaction(work)).await
    }

    /// Asks the database for an answer, for health checks.
    ///
    /// # Errors
    /// [`StoreError::Away`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|db| {
            crate::db::on!(db, conn => sql_query("SELECT 1").execute(conn))?;
            Ok(())
        })
        .await
    }
}

impl Pools {
    fn reader(&self) -> Result<Db, StoreError> {
        match self {
            Pools::Postgres(pool) => Ok(Db::Postgres(pool.get().map_err(away)?)),
            Pools::Sqlite { readers, .. } => Ok(Db::Sqlite(readers.get().map_err(away)?)),
        }
    }

    fn writer(&self) -> Result<Db, StoreError> {
        match self {
            Pools::Postgres(pool) => Ok(Db::Postgres(pool.get().map_err(away)?)),
            Pools::Sqlite { writer, .. } => Ok(Db::Sqlite(writer.get().map_err(away)?)),
        }
    }
}

/// Waits for a connection to be free, in the order of asking.
async fn turn(
    connections: &Semaphore,
    patience: Duration,
) -> Result<SemaphorePermit<'_>, StoreError> {
    let permit = timeout(patience, connections.acquire()).await;
    let permit = permit.map_err(|_| {
        StoreError::Away(format!("no connection became free within {} s", patience.as_secs()))
    })?;
    permit.map_err(|_| StoreError::Away("the store is shut down".into()))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => Err(StoreError::Broke(error.to_string())),
        Err(_) => Err(StoreError::Away("this process is ending".into())),
    }
}

fn open_sqlite(path: &Path, settings: &StoreSettings) -> Result<Pools, StoreError> {
    let manager = || ConnectionManager::<SqliteConnection>::new(path.to_string_lossy());
    // The writer first: it creates the file and switches it to WAL.
    let writer = pool(manager(), 1, settings)?;
    let readers = pool(manager(), settings.pool_size, settings)?;
    Ok(Pools::Sqlite { readers, writer })
}

fn pool<C>(
    manager: ConnectionManager<C>,
    size: u32,
    settings: &StoreSettings,
) -> Result<Pool<ConnectionManager<C>>, StoreError>
where
    C: Connection + diesel::r2d2::R2D2Connection + 'static,
    Prepare: CustomizeConnection<C, diesel::r2d2::Error>,
{
    Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(1))
        .connection_timeout(settings.acquire_timeout)
        .connection_customizer(Box::new(Prepare))
        .build(manager)
        .map_err(away)
}

/// Sets up each new connection.
#[derive(Debug)]
struct Prepare;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        use diesel::connection::SimpleConnection;
        conn.batch_execute(safety::SQLITE_PRAGMAS).map_err(diesel::r2d2::Error::QueryError)
    }
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        use diesel::connection::SimpleConnection;
        conn.batch_execute(safety::POSTGRES_SESSION).map_err(diesel::r2d2::Error::QueryError)
    }
}

fn away(error: diesel::r2d2::PoolError) -> StoreError {
    StoreError::Away(error.to_string())
}
