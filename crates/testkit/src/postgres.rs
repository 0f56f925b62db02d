//! PostgreSQL for tests: one of their own, which they may kill, or one that all tests share.
//!
//! Needs Debian's package `postgresql` (or its server's programs on the path), whose service need
//! not run. The server refuses to run as root: then it runs as the user `postgres`.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    error::{TestkitError, find, io},
    net,
    server::{Server, run},
    shared::{self, Plan, Shared},
};

/// Names a server that suites which need no control of it may use; its user may create databases,
/// which are left behind: it should be one to throw away.
pub const URL_VARIABLE: &str = "SWITCHBOARD_TEST_POSTGRES_URL";

/// An SSL request: a server that listens answers it with one letter.
const GREETING: &[u8] = &[0, 0, 0, 8, 4, 210, 22, 47];

const REMEDY: &str = "apt-get install postgresql (its service need not run)";

const USER: &str = "switchboard";

/// The system user that the server runs as when we are root.
const SYSTEM_USER: &str = "postgres";

/// A PostgreSQL of one's own; dropping it kills it.
#[derive(Debug)]
pub struct Postgres {
    cluster: Cluster,
    server: Option<Server>,
    _folder: TempDir,
}

impl Postgres {
    /// Creates and boots an empty server.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub async fn start() -> Result<Self, TestkitError> {
        let folder = tempfile::tempdir().map_err(io("making a folder for PostgreSQL"))?;
        let cluster = Cluster::create(folder.path())?;
        let mut postgres = Self { cluster, server: None, _folder: folder };
        postgres.start_again().await?;
        Ok(postgres)
    }

    /// Its database `postgres`; the same after each start.
    #[must_use]
    pub fn url(&self) -> String {
        self.cluster.url()
    }

    /// The port of [`Postgres::url`], for a proxy before it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.cluster.port
    }

    /// Ends it as an operator would, without waiting for its clients.
    ///
    /// # Errors
    /// [`TestkitError`] when it does not end.
    pub async fn stop(&mut self) -> Result<(), TestkitError> {
        match self.server.take() {
            // The signal of a fast shutdown.
            Some(mut server) => server.end("INT").await,
            None => Ok(()),
        }
    }

    /// Runs SQL on the server, as its owner.
    ///
    /// # Errors
    /// [`TestkitError`] when the server refuses.
    pub async fn run(&self, sql: &str) -> Result<(), TestkitError> {
        psql(&self.url(), sql.to_owned()).await
    }

    /// Ends it as a crash would: it recovers from its log at the next start.
    pub fn kill9(&mut self) {
        self.server = None;
    }

    /// Boots it with what it kept.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub async fn start_again(&mut self) -> Result<(), TestkitError> {
        let log = self.cluster.folder.join("server.log");
        let started = async {
            // After a kill the old server's processes may hold its memory for a moment, and the
            // new one refuses to start.
            loop {
                let mut server = Server::spawn("PostgreSQL", self.cluster.server()?, &log)?;
                match server.ready(self.cluster.port, GREETING).await {
                    Ok(()) => return Ok(server),
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        };
        let started: Result<Result<Server, TestkitError>, _> =
            tokio::time::timeout(Duration::from_secs(60), started).await;
        let server = started.map_err(|_| TestkitError::NotReady {
            program: "PostgreSQL".into(),
            seconds: 60,
            output: crate::error::tail(&log),
        })??;
        self.server = Some(server);
        accepting(&self.url()).await
    }
}

/// A new, empty database on a server, for one test; `server` is the URL of any of its databases.
///
/// # Errors
/// [`TestkitError`] when the server refuses.
pub async fn fresh_database(server: &str) -> Result<String, TestkitError> {
    let (name, url) = fresh_name(server)?;
    psql(server, format!("CREATE DATABASE {name}")).await?;
    Ok(url)
}

/// The server that [`URL_VARIABLE`] names, else one that is kept running as long as tests use it.
/// Tests must each use a database of their own in it: [`fresh_database`].
///
/// # Errors
/// [`TestkitError`].
pub async fn shared() -> Result<Shared, TestkitError> {
    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Ok(Shared::elsewhere(url));
    }
    let shared = shared::join("postgres", GREETING, |folder| {
        let cluster = Cluster::create(folder)?;
        let server = cluster.server()?;
        Ok(Plan { url: cluster.url(), port: cluster.port, server, beside: None })
    })
    .await?;
    accepting(shared.url()).await?;
    Ok(shared)
}

/// A name for a database, and the server's URL with it.
fn fresh_name(server: &str) -> Result<(String, String), TestkitError> {
    let name = format!("test_{}", Uuid::now_v7().simple());
    let (base, rest) = server.rsplit_once('/').ok_or_else(|| TestkitError::Failed {
        program: "reading the URL of PostgreSQL".into(),
        output: "it has no /database at its end".into(),
    })?;
    let query = rest.find('?').and_then(|at| rest.get(at..)).unwrap_or_default();
    let url = format!("{base}/{name}{query}");
    Ok((name, url))
}

/// Waits until the server, which listens, has recovered.
async fn accepting(url: &str) -> Result<(), TestkitError> {
    let mut tries = 0_u32;
    loop {
        let asked = psql(url, "SELECT 1".into()).await;
        tries = tries.saturating_add(1);
        if asked.is_ok() || tries >= 300 {
            return asked;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn psql(url: &str, statement: String) -> Result<(), TestkitError> {
    let url = url.to_owned();
    let joined = tokio::task::spawn_blocking(move || {
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", "--quiet", "--command", &statement, "--dbname", &url]);
        run("psql", &mut psql)
    });
    let joined = joined.await.map_err(|error| TestkitError::Failed {
        program: "psql".into(),
        output: error.to_string(),
    })?;
    joined.map(drop)
}

/// Where a server has its files, and its port.
#[derive(Debug)]
struct Cluster {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    fn create(folder: &Path) -> Result<Self, TestkitError> {
        let [port] = net::free_ports()?;
        let cluster = Self { folder: folder.into(), port };
        cluster.give_to_server()?;
        let mut initdb = cluster.command("initdb")?;
        initdb.args(["--username", USER, "--auth", "trust", "--encoding", "UTF8"]);
        initdb.args(["--locale", "C.UTF-8", "--no-instructions", "--no-sync"]);
        initdb.arg("--pgdata").arg(cluster.data());
        run("initdb", &mut initdb)?;
        Ok(cluster)
    }

    fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn server(&self) -> Result<Command, TestkitError> {
        let mut command = self.command("postgres")?;
        command.arg("-D").arg(self.data()).arg("-k").arg(&self.folder);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        command.args(["-c", "max_connections=200"]);
        Ok(command)
    }

    /// One of PostgreSQL's programs, as a user that it accepts. The process is the program itself,
    /// so that it can be killed.
    fn command(&self, program: &str) -> Result<Command, TestkitError> {
        let path = find(&candidates(program), program, REMEDY)?;
        let mut command = if self.we_are_root()? {
            let mut command = Command::new("setpriv");
            let (user, group) =
                (format!("--reuid={SYSTEM_USER}"), format!("--regid={SYSTEM_USER}"));
            command.args([&user, &group, "--init-groups", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(&self.folder).env("LC_ALL", "C.UTF-8");
        Ok(command)
    }

    fn give_to_server(&self) -> Result<(), TestkitError> {
        if self.we_are_root()? {
            run("chown", Command::new("chown").arg(SYSTEM_USER).arg(&self.folder))?;
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&self.folder, private).map_err(io("setting a folder's permissions"))
    }

    fn we_are_root(&self) -> Result<bool, TestkitError> {
        let ourselves = fs::metadata("/proc/self").map_err(io("asking who we are"))?;
        Ok(ourselves.uid() == 0)
    }
}

/// Where a program may be: the newest version in Debian's folder, else on the path.
fn candidates(program: &str) -> Vec<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    versions.sort();
    let debian = versions.into_iter().rev().map(|version| version.join("bin").join(program));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(program));
    debian.chain(on_path).collect()
}
