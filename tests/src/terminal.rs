//! Somebody at a terminal: a command with a terminal of its own, what it asks and what is answered.

use std::{ffi::OsStr, process::Command};

use rexpect::session::{PtySession, spawn_command};

use crate::{Outcome, wait};

/// How long anything that is asked may take to come, in milliseconds.
const PATIENCE: u64 = 60_000;

/// The library's terminals show nothing that is typed; people's do. And which one it is.
const AS_PEOPLES: &str = r#"stty echo; tty; exec "$0" "$@""#;

/// A command at a terminal; dropping it kills the command.
pub struct Terminal {
    session: PtySession,
    /// The terminal's file.
    device: String,
    shown: String,
}

impl Terminal {
    /// Starts a program.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        program: &str,
        arguments: &[&str],
        environment: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>,
    ) -> Outcome<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", AS_PEOPLES, program]).args(arguments);
        command.env_clear().envs(environment);
        let mut session = spawn_command(command, Some(PATIENCE))?;
        let device = session.read_line()?.trim().to_owned();
        Ok(Self { session, device, shown: String::new() })
    }

    /// Waits until these words are on the screen, after those that were waited for before.
    ///
    /// # Errors
    /// When they do not come, or the command ends without them.
    pub fn shows(&mut self, words: &str) -> Outcome {
        let before = self.session.exp_string(words)?;
        self.shown.push_str(&before);
        self.shown.push_str(words);
        Ok(())
    }

    /// Types a line.
    ///
    /// # Errors
    /// When the command is gone.
    pub fn types(&mut self, line: &str) -> Outcome {
        self.session.send_line(line)?;
        Ok(())
    }

    /// Types a secret, once the terminal does not show what is typed: the question comes a moment before.
    ///
    /// # Errors
    /// When what is typed stays visible, or the command is gone.
    pub async fn types_unseen(&mut self, secret: &str) -> Outcome {
        wait::until("the terminal shows nothing that is typed", async || {
            let asked = Command::new("stty").arg("-F").arg(&self.device).arg("-a").output()?;
            let modes = String::from_utf8_lossy(&asked.stdout).into_owned();
            match modes.split_whitespace().any(|mode| mode == "-echo") {
                true => Ok(()),
                false => Err(modes.into()),
            }
        })
        .await?;
        self.types(secret)
    }

    /// Waits until the command ends; all that was on the screen.
    ///
    /// # Errors
    /// When it does not end.
    pub fn ends(mut self) -> Outcome<String> {
        let rest = self.session.exp_eof()?;
        self.shown.push_str(&rest);
        Ok(self.shown)
    }
}
