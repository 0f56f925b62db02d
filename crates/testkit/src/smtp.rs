//! An SMTP server of a test's own: Debian's aiosmtpd, with a log-in and TLS, which answers what it is
//! told to.
//!
//! Needs Debian's package `python3-aiosmtpd`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    error::{TestkitError, find, io},
    net,
    server::Server,
};

const PROGRAM: &str = include_str!("smtp_server.py");

const REMEDY: &str = "apt-get install python3-aiosmtpd";

/// Debian's module; a Python from elsewhere does not see it.
const MODULE: &str = "/usr/lib/python3/dist-packages/aiosmtpd";

const PYTHON: &str = "/usr/bin/python3";

/// How long a mail may take to come, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(90);

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Never, and nobody logs in.
    Plain,
    /// When asked for, and then it is required.
    Starttls,
    /// With the first byte.
    AtOnce,
}

/// What the server answers to a mail's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It takes it.
    Takes,
    /// It refuses it with this reply.
    Says(&'static str),
    /// It has it, and never answers.
    Hangs,
    /// It has it, and breaks the connection without an answer.
    Drops,
}

/// A mail whose text the server has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mail {
    /// The sender's address.
    pub from: String,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// Its headers and parts, as they came.
    pub text: String,
    /// What the server answered, or `hang` or `drop`.
    pub fate: String,
}

impl Mail {
    /// The value of a header; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ");
        let line = unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_default().to_owned()
    }

    /// What it says, with soft line breaks and escaped equals signs of quoted-printable undone.
    #[must_use]
    pub fn says(&self) -> String {
        self.text.replace("=\r\n", "").replace("=3D", "=").replace("\r\n", "\n")
    }
}

/// A running SMTP server; dropping it kills it.
#[derive(Debug)]
pub struct Smtp {
    port: u16,
    tls: Tls,
    server: Option<Server>,
    folder: TempDir,
}

impl Smtp {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub async fn start(tls: Tls) -> Result<Self, TestkitError> {
        find(&[PathBuf::from(MODULE)], "aiosmtpd", REMEDY)?;
        let folder = tempfile::tempdir().map_err(io("making a folder for the mail server"))?;
        let [port] = net::free_ports()?;
        let mut smtp = Self { port, tls, server: None, folder };
        smtp.write("server.py", PROGRAM)?;
        smtp.certify()?;
        smtp.answers(&[], Verdict::Takes)?;
        smtp.start_again().await?;
        Ok(smtp)
    }

    /// Boots it on the same port, with what it has.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub async fn start_again(&mut self) -> Result<(), TestkitError> {
        let mut command = Command::new(PYTHON);
        let tls = match self.tls {
            Tls::Plain => "plain",
            Tls::Starttls => "starttls",
            Tls::AtOnce => "tls",
        };
        command.arg(self.path("server.py")).arg(self.folder.path());
        command.args([&self.port.to_string(), tls]);
        let log = self.path("server.log");
        let server = Server::spawn("the mail server", command, &log)?;
        let ready = async {
            while !fs::read_to_string(&log).unwrap_or_default().starts_with("ready") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let booted = tokio::time::timeout(PATIENCE, ready).await;
        booted.map_err(|_| TestkitError::NotReady {
            program: "the mail server".into(),
            seconds: PATIENCE.as_secs(),
            output: crate::error::tail(&log),
        })?;
        self.server = Some(server);
        Ok(())
    }

    /// Ends it as a crash would.
    pub fn kill9(&mut self) {
        self.server = None;
    }

    /// What `mail.url` is to be, with the right password.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = match self.tls {
            Tls::Plain => return format!("smtp://127.0.0.1:{}", self.port),
            Tls::Starttls => "starttls",
            Tls::AtOnce => "smtps",
        };
        format!("{scheme}://desk:it%20is%20a%20secret%2F+%20@localhost:{}", self.port)
    }

    /// What `mail.ca_file` is to be.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.path("certificate.pem")
    }

    /// Answers to these recipients with these replies, and to texts so, from now on.
    ///
    /// # Errors
    /// [`TestkitError`] when it cannot be told.
    pub fn answers(
        &self,
        recipients: &[(&str, &str)],
        verdict: Verdict,
    ) -> Result<(), TestkitError> {
        let data = match verdict {
            Verdict::Takes => "250 2.0.0 OK",
            Verdict::Says(reply) => reply,
            Verdict::Hangs => "hang",
            Verdict::Drops => "drop",
        };
        let rcpt: serde_json::Map<String, Value> =
            recipients.iter().map(|(to, reply)| ((*to).to_owned(), json!(reply))).collect();
        // The server may read it at any moment, and finds one or the other.
        self.write("answers.new", &json!({ "rcpt": rcpt, "data": data }).to_string())?;
        fs::rename(self.path("answers.new"), self.path("answers.json")).map_err(io("telling"))
    }

    /// All mails whose text it has, in the order in which they came.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let text = fs::read_to_string(self.path("mails.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The same, once there are so many.
    ///
    /// # Errors
    /// [`TestkitError`] when there never are.
    pub async fn receives(&self, count: usize) -> Result<Vec<Mail>, TestkitError> {
        let enough = async {
            loop {
                let mails = self.mails();
                if mails.len() >= count {
                    return mails;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, enough).await.map_err(|_| TestkitError::NotReady {
            program: format!("mail number {count}"),
            seconds: PATIENCE.as_secs(),
            output: format!("{:?}; {}", self.mails(), crate::error::tail(&self.path("server.log"))),
        })
    }

    fn certify(&self) -> Result<(), TestkitError> {
        let failed = |error: rcgen::Error| TestkitError::Failed {
            program: "making a certificate".into(),
            output: error.to_string(),
        };
        let names = vec!["localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).map_err(failed)?;
        self.write("certificate.pem", &made.cert.pem())?;
        self.write("key.pem", &made.signing_key.serialize_pem())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), TestkitError> {
        let path: &Path = &self.path(name);
        fs::write(path, text).map_err(io(format!("writing {}", path.display())))
    }
}
