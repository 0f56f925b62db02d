//! The product at work, with the sample shop set up, and what a scenario does with it.
//!
//! [`embedded`] and [`distributed`] start it; from then on a scenario cannot tell which it has.

mod distributed;
mod embedded;
mod servers;

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    Outcome,
    collector::Collector,
    desk::Agent,
    http,
    meta::Meta,
    process::Process,
    shop::{Account, Person},
    simulator::{Customer, Simulator},
    terminal::Terminal,
    wait,
};
use distributed::Distributed;
use embedded::Embedded;
pub use servers::Servers;

/// The product at work. Dropping it kills all its processes.
#[derive(Debug)]
pub struct World {
    mode: Mode,
    sites: Sites,
    collector: Option<Collector>,
    binary: String,
    // After the processes, which have their files here.
    folder: TempDir,
}

#[derive(Debug)]
enum Mode {
    Embedded(Embedded),
    Distributed(Box<Distributed>),
}

/// Where the product can be reached, and the secret that webhooks are signed with.
#[derive(Debug, Clone, Default)]
struct Sites {
    desk: String,
    webhook: String,
    control: String,
    secret: String,
}

impl World {
    /// One process on SQLite, with the simulator inside: `switchboard demo`.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn embedded(binary: &str) -> Outcome<Self> {
        Self::start_embedded(binary, None).await
    }

    /// As [`World::embedded`], with traces.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn traced_embedded(binary: &str) -> Outcome<Self> {
        Self::start_embedded(binary, Some(Collector::start()?)).await
    }

    /// Two replicas of each service on RabbitMQ and PostgreSQL, which other tests use as well.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn distributed(binary: &str) -> Outcome<Self> {
        Self::start_distributed(binary, Servers::shared().await?, None).await
    }

    /// As [`World::distributed`], with traces.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn traced_distributed(binary: &str) -> Outcome<Self> {
        let collector = Collector::start()?;
        Self::start_distributed(binary, Servers::shared().await?, Some(collector)).await
    }

    /// As [`World::distributed`], on servers that the scenario may kill: [`World::servers`].
    ///
    /// # Errors
    /// When something does not start.
    pub async fn on_own_servers(binary: &str) -> Outcome<Self> {
        Self::start_distributed(binary, Servers::own().await?, None).await
    }

    async fn start_embedded(binary: &str, collector: Option<Collector>) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let environment = environment(collector.as_ref());
        let (embedded, sites) = Embedded::start(binary, folder.path(), environment).await?;
        let (mode, binary) = (Mode::Embedded(embedded), binary.to_owned());
        Ok(Self { mode, sites, collector, binary, folder })
    }

    async fn start_distributed(
        binary: &str,
        servers: Servers,
        collector: Option<Collector>,
    ) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let environment = environment(collector.as_ref());
        let started = Distributed::start(binary, folder.path(), servers, environment).await?;
        let (mode, binary) = (Mode::Distributed(Box::new(started.0)), binary.to_owned());
        Ok(Self { mode, sites: started.1, collector, binary, folder })
    }

    /// The simulator, which stands for Meta.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn simulator(&self) -> Outcome<Simulator> {
        Simulator::new(&self.sites.control)
    }

    /// A customer of an account.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn customer(&self, account: Account, number: u32) -> Outcome<Customer> {
        Ok(self.simulator()?.customer(account, &account.customer_id(number)))
    }

    /// Where agents log in.
    #[must_use]
    pub fn desk_page(&self) -> &str {
        &self.sites.desk
    }

    /// The page that plays the phone of a customer of an account.
    #[must_use]
    pub fn phone_page(&self, account: Account, customer: &str) -> String {
        let simulator = self.sites.control.trim_end_matches("/_sim");
        format!("{simulator}/phone?account={}&customer={customer}", account.external_id)
    }

    /// What ingress serves to people and to Meta, without the path.
    #[must_use]
    pub fn ingress(&self) -> &str {
        self.sites.webhook.split_once("/meta/").map_or("", |(root, _)| root)
    }

    /// Posts webhooks by hand.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn meta(&self) -> Outcome<Meta> {
        Meta::new(&self.sites.webhook, &self.sites.secret)
    }

    /// Posts webhooks by hand, and signs them with a secret that is not the app's.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn forger(&self) -> Outcome<Meta> {
        Meta::new(&self.sites.webhook, "guessed")
    }

    /// Somebody of the shop, at the desk.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn agent(&self, person: Person) -> Outcome<Agent> {
        self.agent_by_email(person.email).await
    }

    /// Somebody at the desk.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn agent_by_email(&self, email: &str) -> Outcome<Agent> {
        Agent::log_in(&self.sites.desk, email).await
    }

    /// The collector of a traced world.
    ///
    /// # Errors
    /// When the world has none.
    pub fn collector(&self) -> Outcome<&Collector> {
        self.collector.as_ref().ok_or_else(|| "this world is not traced".into())
    }

    /// The broker and the database of a world on its own servers.
    ///
    /// # Errors
    /// When it is embedded.
    pub fn servers(&mut self) -> Outcome<&mut Servers> {
        match &mut self.mode {
            Mode::Embedded(_) => Err("an embedded world has no servers".into()),
            Mode::Distributed(distributed) => Ok(distributed.servers()),
        }
    }

    /// How many crashes show all that can crash: embedded it is all of it, three times; distributed
    /// each replica of each service.
    #[must_use]
    pub fn crash_points(&self) -> usize {
        match &self.mode {
            Mode::Embedded(_) => 3,
            Mode::Distributed(distributed) => distributed.replicas(),
        }
    }

    /// Kills the process of a crash point with no warning, starts it again, and waits until it is
    /// ready.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn crash(&mut self, point: usize) -> Outcome {
        match &mut self.mode {
            Mode::Embedded(embedded) => embedded.crash().await,
            Mode::Distributed(distributed) => distributed.crash(point).await,
        }
    }

    /// Kills whatever runs bots with no warning, one replica after the other, and starts it again.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn crash_bots(&mut self) -> Outcome {
        match &mut self.mode {
            Mode::Embedded(embedded) => embedded.crash().await,
            Mode::Distributed(distributed) => distributed.crash_service("bot").await,
        }
    }

    /// Waits until every process is ready, after what they run on was away.
    ///
    /// # Errors
    /// When one does not recover.
    pub async fn recovers(&mut self) -> Outcome {
        match &mut self.mode {
            Mode::Embedded(_) => Ok(()),
            Mode::Distributed(distributed) => distributed.recovers().await,
        }
    }

    /// Runs an administration command beside the running services; what it printed.
    ///
    /// # Errors
    /// What it says when it fails.
    pub fn command(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let environment = match &self.mode {
            Mode::Embedded(embedded) => embedded.environment(),
            Mode::Distributed(distributed) => distributed.environment(),
        };
        run(&self.binary, environment, arguments, input)
    }

    /// Runs an administration command for somebody at a terminal.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn at_terminal(&self, arguments: &[&str]) -> Outcome<Terminal> {
        let environment = match &self.mode {
            Mode::Embedded(embedded) => embedded.environment(),
            Mode::Distributed(distributed) => distributed.environment(),
        };
        Terminal::start(&self.binary, arguments, environment)
    }

    /// Shows the ends of the logs when the scenario failed; with SWITCHBOARD_TEST_KEEP in the
    /// environment, all files stay.
    ///
    /// # Errors
    /// The scenario's.
    pub fn conclude(mut self, outcome: Outcome) -> Outcome {
        if outcome.is_err() {
            self.show_logs();
        }
        outcome
    }

    fn show_logs(&mut self) {
        let processes = match &self.mode {
            Mode::Embedded(embedded) => embedded.processes(),
            Mode::Distributed(distributed) => distributed.processes(),
        };
        let mut out = std::io::stderr().lock();
        for process in processes {
            // A test that cannot even show its logs fails all the same.
            let _ = writeln!(out, "--- {}\n{}", process.name(), process.end_of_log());
        }
        if std::env::var_os("SWITCHBOARD_TEST_KEEP").is_some() {
            self.folder.disable_cleanup(true);
            let _ = writeln!(out, "--- the files stay in {}", self.folder.path().display());
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.show_logs();
        }
    }
}

type Environment = Vec<(String, String)>;

/// What holds for every process of a test.
fn environment(collector: Option<&Collector>) -> Environment {
    let mut pairs = vec![
        // The least: what is in doubt after a crash is shown to agents that soon.
        pair("OUTBOUND__UNCERTAIN_SECONDS__MESSENGER", "5"),
        pair("OUTBOUND__UNCERTAIN_SECONDS__INSTAGRAM", "5"),
        pair("OUTBOUND__UNCERTAIN_SECONDS__WHATSAPP", "5"),
        // The simulator stands for facebook.com, and the business's log-in service is a double.
        pair("LINKING__REDIRECT_HOSTS", "facebook.com,messenger.com,127.0.0.1"),
        pair("LINKING__TRUSTED_HOSTS", "127.0.0.1"),
        // Bots ask programs of the suites.
        pair("BOT__TRUSTED_HOSTS", "127.0.0.1"),
        pair("TELEMETRY__LOG", "info"),
    ];
    pairs.extend(collector.map(|collector| pair("TELEMETRY__OTLP_ENDPOINT", collector.url())));
    pairs
}

/// A setting as an environment variable.
fn pair(key: &str, value: impl Into<String>) -> (String, String) {
    (format!("SWITCHBOARD__{key}"), value.into())
}

/// Runs a command to its end; what it printed.
fn run(binary: &str, environment: Environment, arguments: &[&str], input: &str) -> Outcome<String> {
    let mut command = Command::new(binary);
    command.args(arguments).env_clear().envs(environment);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("switchboard {} failed: {said}{errors}", arguments.join(" ")).into())
}

/// Waits until a process of ours is ready to work.
async fn ready(process: &mut Process, port: u16) -> Outcome {
    let (url, http) = (format!("http://127.0.0.1:{port}/health/ready"), http::client()?);
    let what = format!("{} is ready", process.name());
    let asked = wait::until(&what, async || http::call(http.get(&url)).await.map(drop)).await;
    process.must_run()?;
    asked
}

/// A folder for the data of an installation.
fn data_folder(folder: &Path) -> String {
    folder.join("data").display().to_string()
}
