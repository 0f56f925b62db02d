//! Processes that are killed and started again, and whose logs are at hand when a test fails.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::Outcome;

/// How much of a log is shown.
const SHOWN_LINES: usize = 15;

/// How a process is started; again and again in the same way.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its environment; beside it only PATH and HOME.
    pub environment: Vec<(String, String)>,
}

impl Launch {
    /// The command, with an environment that holds nothing of ours by chance.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A process; dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    launch: Launch,
    folder: PathBuf,
    starts: u32,
    child: Option<Child>,
}

impl Process {
    /// Starts it, with its output and its log in files of the folder.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, launch: Launch, folder: &Path) -> Outcome<Self> {
        let (name, folder) = (name.to_owned(), folder.to_owned());
        let mut process = Self { name, launch, folder, starts: 0, child: None };
        process.start_again()?;
        Ok(process)
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Ends it as a crash would, and waits until it is gone.
    pub fn kill9(&mut self) {
        if let Some(mut child) = self.child.take() {
            // An error means that it is gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it as before.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_again(&mut self) -> Outcome {
        self.kill9();
        self.starts += 1;
        let output = File::create(self.file("out"))?;
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = self.launch.command();
        command.stdin(Stdio::null()).stdout(output).stderr(log);
        self.child = Some(command.spawn()?);
        Ok(())
    }

    /// What the present process wrote to its output.
    #[must_use]
    pub fn output(&self) -> String {
        fs::read_to_string(self.file("out")).unwrap_or_default()
    }

    /// Fails when it ended by itself.
    ///
    /// # Errors
    /// With the end of its log.
    pub fn must_run(&mut self) -> Outcome {
        let ended = self.child.as_mut().and_then(|child| child.try_wait().ok()).flatten();
        match ended {
            None => Ok(()),
            Some(status) => {
                let (name, end) = (&self.name, self.end_of_log());
                Err(format!("{name} ended by itself, {status}; its log ends:\n{end}").into())
            }
        }
    }

    /// The end of all it logged since its first start.
    #[must_use]
    pub fn end_of_log(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(SHOWN_LINES)..).unwrap_or_default().join("\n")
    }

    fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    fn file(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{}.{kind}", self.name, self.starts))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
    }
}
