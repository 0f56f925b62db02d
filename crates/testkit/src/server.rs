//! A child process that serves: started, ended politely or not, never left behind.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    error::{TestkitError, io, tail},
    net,
};

/// How long a server may take to boot, on a machine that is busy with other tests.
const BOOT: Duration = Duration::from_secs(120);

/// How long a server may take to end.
const END: Duration = Duration::from_secs(30);

/// A running server; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Server {
    program: String,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts a process, with its output in a file.
    pub(crate) fn spawn(
        program: &str,
        mut command: Command,
        log: &Path,
    ) -> Result<Self, TestkitError> {
        let what = format!("starting {program}");
        let output = File::create(log).map_err(io(what.clone()))?;
        let errors = output.try_clone().map_err(io(what.clone()))?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = command.spawn().map_err(io(what))?;
        Ok(Self { program: program.into(), child, log: log.into() })
    }

    /// Waits until it answers a greeting on its port.
    pub(crate) async fn ready(&mut self, port: u16, greeting: &[u8]) -> Result<(), TestkitError> {
        let child = &mut self.child;
        let gone = || !matches!(child.try_wait(), Ok(None));
        if net::ready(port, greeting, BOOT, gone).await {
            return Ok(());
        }
        Err(TestkitError::NotReady {
            program: self.program.clone(),
            seconds: BOOT.as_secs(),
            output: tail(&self.log),
        })
    }

    /// Kills it, as kill -9 does, and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        // An error means that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end with a signal, and waits.
    pub(crate) async fn end(&mut self, signal: &str) -> Result<(), TestkitError> {
        let process = self.child.id().to_string();
        run("kill", Command::new("kill").args(["-s", signal, &process]))?;
        let ended = async {
            while matches!(self.child.try_wait(), Ok(None)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let seconds = END.as_secs();
        tokio::time::timeout(END, ended).await.map_err(|_| TestkitError::NotReady {
            program: format!("the end of {}", self.program),
            seconds,
            output: tail(&self.log),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a program to its end; what it wrote.
pub(crate) fn run(program: &str, command: &mut Command) -> Result<String, TestkitError> {
    let output = command.output().map_err(io(format!("running {program}")))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(TestkitError::Failed { program: program.into(), output: format!("{text}{errors}") })
}
