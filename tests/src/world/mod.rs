//! The product at work, with the sample shop set up, and what a scenario does with it.
//!
//! [`embedded`] and [`distributed`] start it; from then on a scenario cannot tell which it has.

mod beside;
mod distributed;
mod embedded;
mod run;
mod servers;

use std::io::Write;

use switchboard_testkit::smtp::{Smtp, Tls};
use tempfile::TempDir;

use crate::{
    Outcome,
    collector::Collector,
    desk::Agent,
    meta::Meta,
    shop::{Account, Person},
    simulator::{Customer, Simulator},
    terminal::Terminal,
};
use beside::Beside;
use distributed::Distributed;
use embedded::Embedded;
use run::{LEAST_GRACE, run};
pub use servers::Servers;

/// The product at work. Dropping it kills all its processes.
#[derive(Debug)]
pub struct World {
    mode: Mode,
    sites: Sites,
    beside: Beside,
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
    door: String,
    secret: String,
}

impl World {
    /// One process on SQLite, with the simulator inside: `switchboard demo`.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn embedded(binary: &str) -> Outcome<Self> {
        Self::start_embedded(binary, Beside::default()).await
    }

    /// As [`World::embedded`], where who is gone keeps their conversations for the least time.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn impatient_embedded(binary: &str) -> Outcome<Self> {
        Self::start_embedded(binary, Beside::with(&[LEAST_GRACE])).await
    }

    /// As [`World::embedded`], where who does nothing is away after the least time.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn watchful_embedded(binary: &str) -> Outcome<Self> {
        Self::start_embedded(binary, Beside::with(&[("DESK__AWAY_AFTER_SECONDS", "5")])).await
    }

    /// As [`World::embedded`], with traces.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn traced_embedded(binary: &str) -> Outcome<Self> {
        let collector = Some(Collector::start()?);
        Self::start_embedded(binary, Beside { collector, ..Beside::default() }).await
    }

    /// As [`World::embedded`], with a mail server.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn mailing_embedded(binary: &str) -> Outcome<Self> {
        let mail = Some(Smtp::start(Tls::Starttls).await?);
        Self::start_embedded(binary, Beside { mail, ..Beside::default() }).await
    }

    /// Two replicas of each service on RabbitMQ and PostgreSQL, which other tests use as well.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn distributed(binary: &str) -> Outcome<Self> {
        Self::start_distributed(binary, Servers::shared().await?, Beside::default()).await
    }

    /// As [`World::distributed`], with a mail server.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn mailing_distributed(binary: &str) -> Outcome<Self> {
        let mail = Some(Smtp::start(Tls::Starttls).await?);
        let beside = Beside { mail, ..Beside::default() };
        Self::start_distributed(binary, Servers::shared().await?, beside).await
    }

    /// As [`World::distributed`], where who is gone keeps their conversations for the least time.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn impatient_distributed(binary: &str) -> Outcome<Self> {
        let beside = Beside::with(&[LEAST_GRACE]);
        Self::start_distributed(binary, Servers::shared().await?, beside).await
    }

    /// As [`World::distributed`], with traces.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn traced_distributed(binary: &str) -> Outcome<Self> {
        let beside = Beside { collector: Some(Collector::start()?), ..Beside::default() };
        Self::start_distributed(binary, Servers::shared().await?, beside).await
    }

    /// As [`World::distributed`], on servers that the scenario may kill: [`World::servers`].
    ///
    /// # Errors
    /// When something does not start.
    pub async fn on_own_servers(binary: &str) -> Outcome<Self> {
        Self::start_distributed(binary, Servers::own().await?, Beside::default()).await
    }

    async fn start_embedded(binary: &str, beside: Beside) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let environment = beside.environment();
        let (embedded, sites) = Embedded::start(binary, folder.path(), environment).await?;
        let (mode, binary) = (Mode::Embedded(embedded), binary.to_owned());
        Ok(Self { mode, sites, beside, binary, folder })
    }

    async fn start_distributed(binary: &str, servers: Servers, beside: Beside) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let environment = beside.environment();
        let started = Distributed::start(binary, folder.path(), servers, environment).await?;
        let (mode, binary) = (Mode::Distributed(Box::new(started.0)), binary.to_owned());
        Ok(Self { mode, sites: started.1, beside, binary, folder })
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

    /// Where bots that were written for Meta's platform call, without the path.
    #[must_use]
    pub fn door(&self) -> &str {
        &self.sites.door
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
        self.beside.collector.as_ref().ok_or_else(|| "this world is not traced".into())
    }

    /// The mail server of a world that mails.
    ///
    /// # Errors
    /// When the world has none.
    pub fn mail(&self) -> Outcome<&Smtp> {
        self.beside.mail.as_ref().ok_or_else(|| "this world has no mail server".into())
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

    /// The crash points of a service; embedded it is the one process.
    #[must_use]
    pub fn points_of(&self, service: &str) -> Vec<usize> {
        match &self.mode {
            Mode::Embedded(_) => vec![0],
            Mode::Distributed(distributed) => distributed.points_of(service),
        }
    }

    /// Where a replica of the desk is reached past the load balancer. Killed by
    /// [`World::kills`], it stays away.
    ///
    /// # Errors
    /// When it is embedded, or there is no such replica.
    pub fn desk_replica(&self, point: usize) -> Outcome<String> {
        match &self.mode {
            Mode::Embedded(_) => Err("an embedded world has one desk".into()),
            Mode::Distributed(distributed) => distributed.url_of(point),
        }
    }

    /// Kills the process of a crash point with no warning, and leaves it so.
    ///
    /// # Errors
    /// When it is embedded, or there is no such process.
    pub fn kills(&mut self, point: usize) -> Outcome {
        match &mut self.mode {
            Mode::Embedded(_) => Err("an embedded world has one process".into()),
            Mode::Distributed(distributed) => distributed.kill(point),
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
