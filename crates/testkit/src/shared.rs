//! Servers that all tests of a machine share, because booting one takes longer than a test.
//!
//! Each user holds a shared lock on a file. The server runs under a small shell script, the keeper,
//! which ends it once no one has held the lock for a minute. So a suite that runs each test in its
//! own process boots one server, and none stays behind.

use std::{
    ffi::OsStr,
    fs::{self, File},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    error::{TestkitError, io, tail},
    net,
};

/// Ends its servers when its lock file is unused. Everything runs in the keeper's process group.
const KEEPER: &str = include_str!("keeper.sh");

const BOOT: Duration = Duration::from_secs(120);

/// A server in use; it is kept until this is dropped.
#[derive(Debug)]
pub struct Shared {
    url: String,
    /// Holds the lock; none for a server that someone else looks after.
    _user: Option<File>,
}

impl Shared {
    pub(crate) fn elsewhere(url: String) -> Self {
        Self { url, _user: None }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A server to be started, and what it needs.
pub(crate) struct Plan {
    pub(crate) url: String,
    pub(crate) port: u16,
    pub(crate) server: Command,
    /// A program that the server needs, with arguments that hold no spaces.
    pub(crate) beside: Option<Command>,
}

/// Joins the users of the server of that kind; the first starts it.
pub(crate) async fn join(
    kind: &str,
    greeting: &[u8],
    plan: impl FnOnce(&Path) -> Result<Plan, TestkitError>,
) -> Result<Shared, TestkitError> {
    let folder = std::env::temp_dir().join(format!("switchboard-testkit-{kind}"));
    fs::create_dir_all(&folder).map_err(io(format!("making {}", folder.display())))?;
    let starting = lock(folder.join("start.lock"), File::lock).await?;
    // The keeper cannot end the server between the question whether it runs and our use of it.
    let user = lock(folder.join("users.lock"), File::lock_shared).await?;
    let address = folder.join("address");
    let known = fs::read_to_string(&address).unwrap_or_default();
    if let Some((port, url)) = known.split_once(' ')
        && let Ok(port) = port.parse()
        && net::answers(port, greeting).await
    {
        return Ok(Shared { url: url.into(), _user: Some(user) });
    }
    let state = folder.join("state");
    let _ = fs::remove_dir_all(&state);
    fs::create_dir_all(&state).map_err(io(format!("making {}", state.display())))?;
    let Plan { url, port, server, beside } = plan(&state)?;
    let log = folder.join("server.log");
    keep(&folder.join("users.lock"), &server, beside.as_ref(), &log)?;
    if !net::ready(port, greeting, BOOT, || false).await {
        let (program, output) = (format!("the shared {kind}"), tail(&log));
        return Err(TestkitError::NotReady { program, seconds: BOOT.as_secs(), output });
    }
    fs::write(&address, format!("{port} {url}")).map_err(io("noting the address"))?;
    drop(starting);
    Ok(Shared { url, _user: Some(user) })
}

/// Waits for a lock, off the runtime's threads.
async fn lock(path: PathBuf, how: fn(&File) -> std::io::Result<()>) -> Result<File, TestkitError> {
    let what = format!("locking {}", path.display());
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        how(&file).map(|()| file)
    });
    let locked = locked.await.map_err(|error| TestkitError::Failed {
        program: what.clone(),
        output: error.to_string(),
    })?;
    locked.map_err(io(what))
}

/// Starts the server under a keeper that lives on without us.
fn keep(
    lock: &Path,
    server: &Command,
    beside: Option<&Command>,
    log: &Path,
) -> Result<(), TestkitError> {
    let what = "starting a keeper";
    let output = File::create(log).map_err(io(what))?;
    let errors = output.try_clone().map_err(io(what))?;
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(lock);
    keeper.arg(server.get_program()).args(server.get_args());
    for (name, value) in server.get_envs() {
        match value {
            Some(value) => keeper.env(name, value),
            None => keeper.env_remove(name),
        };
    }
    if let Some(beside) = beside {
        let words: Vec<_> = [beside.get_program()].into_iter().chain(beside.get_args()).collect();
        keeper.env("BESIDE", words.join(OsStr::new(" ")));
    }
    keeper.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
    keeper.spawn().map(drop).map_err(io(what))
}
