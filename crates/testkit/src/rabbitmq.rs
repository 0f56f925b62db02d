//! RabbitMQ for tests: one of their own, which they may kill, or one that all tests share.
//!
//! Needs Debian's package `rabbitmq-server`, whose service need not run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{
    error::{TestkitError, find, io},
    net,
    server::{Server, run},
    shared::{self, Plan, Shared},
};

/// Names a broker that suites which need no control of it may use. They leave queues behind, each
/// in a namespace of its own: it should be one to throw away.
pub const URL_VARIABLE: &str = "SWITCHBOARD_TEST_AMQP_URL";

/// What an AMQP 0-9-1 client says first; a broker that has booted answers with a frame.
const GREETING: &[u8] = b"AMQP\x00\x00\x09\x01";

const REMEDY: &str = "apt-get install rabbitmq-server (its service need not run)";

/// A RabbitMQ of one's own; dropping it kills it.
#[derive(Debug)]
pub struct Rabbit {
    node: Node,
    server: Option<Server>,
    // After the server, which needs both until its end.
    _epmd: Server,
    _folder: TempDir,
}

impl Rabbit {
    /// Boots a broker with nothing in it, which takes some seconds.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub async fn start() -> Result<Self, TestkitError> {
        let folder = tempfile::tempdir().map_err(io("making a folder for RabbitMQ"))?;
        let node = Node::create(folder.path())?;
        let epmd = Server::spawn("epmd", node.epmd(), &folder.path().join("epmd.log"))?;
        let mut rabbit = Self { node, server: None, _epmd: epmd, _folder: folder };
        rabbit.start_again().await?;
        Ok(rabbit)
    }

    /// Where it is; the same after each start.
    #[must_use]
    pub fn url(&self) -> String {
        self.node.url()
    }

    /// The port of [`Rabbit::url`], for a proxy before it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.node.amqp_port
    }

    /// Ends it as an operator would.
    ///
    /// # Errors
    /// [`TestkitError`] when it does not end.
    pub async fn stop(&mut self) -> Result<(), TestkitError> {
        match self.server.take() {
            Some(mut server) => server.end("TERM").await,
            None => Ok(()),
        }
    }

    /// Ends it as a crash would: it has no time to write anything.
    pub fn kill9(&mut self) {
        self.server = None;
    }

    /// Boots it with what it kept.
    ///
    /// # Errors
    /// [`TestkitError`].
    pub async fn start_again(&mut self) -> Result<(), TestkitError> {
        let log = self.node.folder.join("server.log");
        let mut server = Server::spawn("RabbitMQ", self.node.server()?, &log)?;
        server.ready(self.node.amqp_port, GREETING).await?;
        self.server = Some(server);
        Ok(())
    }

    /// Runs `rabbitmqctl`, e.g. `["set_vm_memory_high_watermark", "0"]`; what it said.
    ///
    /// # Errors
    /// [`TestkitError`] when it fails.
    pub async fn ctl(&self, arguments: &[&str]) -> Result<String, TestkitError> {
        let mut command = self.node.command("rabbitmqctl")?;
        command.args(["-n", &self.node.name]).args(arguments);
        let joined = tokio::task::spawn_blocking(move || run("rabbitmqctl", &mut command)).await;
        joined.map_err(|error| TestkitError::Failed {
            program: "rabbitmqctl".into(),
            output: error.to_string(),
        })?
    }
}

/// The broker that [`URL_VARIABLE`] names, else one that is kept running as long as tests use it.
/// Tests must each use a namespace of their own in it.
///
/// # Errors
/// [`TestkitError`].
pub async fn shared() -> Result<Shared, TestkitError> {
    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Ok(Shared::elsewhere(url));
    }
    shared::join("rabbitmq", GREETING, |folder| {
        let node = Node::create(folder)?;
        let (server, beside) = (node.server()?, Some(node.epmd()));
        Ok(Plan { url: node.url(), port: node.amqp_port, server, beside })
    })
    .await
}

/// Where a node has its files and ports.
#[derive(Debug)]
struct Node {
    folder: PathBuf,
    name: String,
    amqp_port: u16,
    distribution_port: u16,
    epmd_port: u16,
}

impl Node {
    fn create(folder: &Path) -> Result<Self, TestkitError> {
        let [amqp_port, distribution_port, epmd_port] = net::free_ports()?;
        let name = format!("test{amqp_port}@localhost");
        let node = Self { folder: folder.into(), name, amqp_port, distribution_port, epmd_port };
        let write = |name: &str, text: &str| {
            let path = node.folder.join(name);
            fs::write(&path, text).map_err(io(format!("writing {}", path.display())))
        };
        write("enabled_plugins", "[].")?;
        let configuration = format!(
            "listeners.tcp.default = 127.0.0.1:{amqp_port}\n\
             loopback_users = none\n\
             log.file.level = warning\n\
             log.console = false\n\
             vm_memory_high_watermark.absolute = 2GB\n\
             disk_free_limit.absolute = 50MB\n"
        );
        write("rabbitmq.conf", &configuration)?;
        let home = node.folder.join("home");
        fs::create_dir_all(&home).map_err(io("making RabbitMQ's home"))?;
        Ok(node)
    }

    fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.amqp_port)
    }

    /// The port mapper, as our child: left to the broker, it would outlive it.
    fn epmd(&self) -> Command {
        let mut command = Command::new("epmd");
        let port = self.epmd_port.to_string();
        command.args(["-address", "127.0.0.1", "-port", &port]);
        command
    }

    fn server(&self) -> Result<Command, TestkitError> {
        self.command("rabbitmq-server")
    }

    /// One of RabbitMQ's programs, past Debian's wrapper, which insists on its own user.
    fn command(&self, program: &str) -> Result<Command, TestkitError> {
        let candidates = ["/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin"];
        let paths = candidates.map(|folder| Path::new(folder).join(program));
        let mut command = Command::new(find(&paths, program, REMEDY)?);
        let folder = |name: &str| self.folder.join(name);
        let inet = "-kernel inet_dist_use_interface {127,0,0,1}";
        command
            .env("HOME", folder("home"))
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_NODENAME", &self.name)
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.amqp_port.to_string())
            .env("RABBITMQ_DIST_PORT", self.distribution_port.to_string())
            .env("ERL_EPMD_PORT", self.epmd_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_MNESIA_BASE", folder("mnesia"))
            .env("RABBITMQ_LOG_BASE", folder("log"))
            .env("RABBITMQ_SCHEMA_DIR", folder("schema"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", folder("schema"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder("enabled_plugins"))
            .env("RABBITMQ_CONFIG_FILE", folder("rabbitmq.conf"))
            .env("RABBITMQ_PID_FILE", folder("pid"))
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", inet)
            // Makes the script exec the server, so that the process is ours to kill.
            .env("RUNNING_UNDER_SYSTEMD", "true")
            .env_remove("NOTIFY_SOCKET");
        Ok(command)
    }
}
