//! Two replicas of each service as processes of their own, on RabbitMQ and PostgreSQL, behind load
//! balancers. The shop is set up as an operator would: by the command line.

use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use switchboard_domain::Channel;

use super::{
    Servers, Sites,
    run::{Environment, data_folder, pair, ready, run},
};
use crate::{
    Outcome,
    balancer::Balancer,
    ports,
    process::{Launch, Process},
    shop::{self, Account},
};

/// Each service, and the section of its settings.
const SERVICES: [(&str, &str); 5] = [
    ("router", "ROUTER"),
    ("bot", "BOT"),
    ("outbound", "OUTBOUND"),
    ("desk", "DESK"),
    ("ingress", "INGRESS"),
];

const REPLICAS: u16 = 2;

/// The app's secret at Meta.
const SECRET: &str = "the-secret-of-the-app";

#[derive(Debug)]
pub(super) struct Distributed {
    replicas: Vec<Replica>,
    simulator: Process,
    _balancers: [Balancer; 2],
    environment: Environment,
    servers: Servers,
}

#[derive(Debug)]
struct Replica {
    process: Process,
    port: u16,
}

/// The ports of a world.
#[derive(Clone, Copy)]
struct Ports {
    first: u16,
}

impl Ports {
    const COUNT: u16 = 3 + 5 * REPLICAS;

    fn desk(self) -> u16 {
        self.first
    }

    fn ingress(self) -> u16 {
        self.first + 1
    }

    fn simulator(self) -> u16 {
        self.first + 2
    }

    fn replica(self, service: usize, replica: u16) -> u16 {
        let service = u16::try_from(service).unwrap_or_default();
        self.first + 3 + service * REPLICAS + replica
    }
}

impl Distributed {
    pub(super) async fn start(
        binary: &str,
        folder: &Path,
        servers: Servers,
        common: Environment,
    ) -> Outcome<(Self, Sites)> {
        let ports = Ports { first: ports::free(Ports::COUNT)? };
        let environment = settings(folder, &servers, ports, common);
        let cli = Cli { binary, environment: &environment };
        let verify_token = cli.set_up()?;
        let (simulator, balancers) = start_simulator(&cli, folder, ports, &verify_token).await?;
        let mut replicas = start_replicas(&cli, folder, ports)?;
        all_ready(&mut replicas).await?;
        let [desk, ingress] = &balancers;
        let sites = Sites {
            desk: desk.url(),
            webhook: format!("{}/meta/webhooks/{}", ingress.url(), shop::APP_KEY),
            control: format!("http://127.0.0.1:{}/_sim", ports.simulator()),
            door: format!("http://127.0.0.1:{}", ports.replica(index_of("bot"), 0)),
            secret: SECRET.into(),
        };
        Ok((Self { replicas, simulator, _balancers: balancers, environment, servers }, sites))
    }

    pub(super) fn replicas(&self) -> usize {
        self.replicas.len()
    }

    pub(super) async fn crash(&mut self, point: usize) -> Outcome {
        let replica = self.replicas.get_mut(point).ok_or("there is no such replica")?;
        replica.process.start_again()?;
        ready(&mut replica.process, replica.port).await
    }

    pub(super) fn points_of(&self, service: &str) -> Vec<usize> {
        let named = |replica: &Replica| {
            replica.process.name().rsplit_once('-').is_some_and(|(name, _)| name == service)
        };
        let all = self.replicas.iter().enumerate();
        all.filter(|(_, replica)| named(replica)).map(|(point, _)| point).collect()
    }

    pub(super) fn url_of(&self, point: usize) -> Outcome<String> {
        let replica = self.replicas.get(point).ok_or("there is no such replica")?;
        Ok(format!("http://127.0.0.1:{}", replica.port))
    }

    pub(super) fn kill(&mut self, point: usize) -> Outcome {
        self.replicas.get_mut(point).ok_or("there is no such replica")?.process.kill9();
        Ok(())
    }

    /// Each replica of a service, one after the other.
    pub(super) async fn crash_service(&mut self, service: &str) -> Outcome {
        let prefix = format!("{service}-");
        let theirs = |replica: &&mut Replica| replica.process.name().starts_with(&prefix);
        for replica in self.replicas.iter_mut().filter(theirs) {
            replica.process.start_again()?;
            ready(&mut replica.process, replica.port).await?;
        }
        Ok(())
    }

    pub(super) async fn recovers(&mut self) -> Outcome {
        all_ready(&mut self.replicas).await
    }

    /// For commands beside it.
    pub(super) fn environment(&self) -> Environment {
        self.environment.clone()
    }

    pub(super) fn servers(&mut self) -> &mut Servers {
        &mut self.servers
    }

    pub(super) fn processes(&self) -> Vec<&Process> {
        let replicas = self.replicas.iter().map(|replica| &replica.process);
        replicas.chain([&self.simulator]).collect()
    }
}

fn index_of(service: &str) -> usize {
    SERVICES.iter().position(|(name, _)| *name == service).unwrap_or_default()
}

async fn all_ready(replicas: &mut [Replica]) -> Outcome {
    for replica in replicas {
        ready(&mut replica.process, replica.port).await?;
    }
    Ok(())
}

/// What all services and commands are configured with.
fn settings(folder: &Path, servers: &Servers, ports: Ports, common: Environment) -> Environment {
    let url = |port: u16| format!("http://127.0.0.1:{port}");
    let key = || STANDARD.encode(rand::random::<[u8; 32]>());
    let own = [
        pair("DATA_DIR", data_folder(folder)),
        pair("QUEUE__URL", &*servers.queue_url),
        pair("QUEUE__NAMESPACE", &*servers.namespace),
        pair("STORE__URL", &*servers.store_url),
        pair("STORE__POOL_SIZE", "4"),
        pair("KEYS__TOKENS", format!("t1:{}", key())),
        pair("KEYS__APPS", format!("a1:{}", key())),
        pair("KEYS__LINKING", format!("l1:{}", key())),
        pair("KEYS__BOTS", format!("b1:{}", key())),
        pair("KEYS__MARKER", key()),
        pair("INGRESS__PUBLIC_URL", url(ports.ingress())),
        pair("DESK__PUBLIC_URL", url(ports.desk())),
        pair("OUTBOUND__GRAPH_URL", url(ports.simulator())),
        // Where the simulator has the files of its customers.
        pair("MEDIA__TRUSTED_HOSTS", "127.0.0.1"),
        pair("OUTBOUND__INSTAGRAM_GRAPH_URL", url(ports.simulator())),
    ];
    common.into_iter().chain(own).collect()
}

fn start_replicas(cli: &Cli<'_>, folder: &Path, ports: Ports) -> Outcome<Vec<Replica>> {
    let all = SERVICES
        .iter()
        .enumerate()
        .flat_map(|service| (0..REPLICAS).map(move |replica| (service, replica)));
    all.map(|((index, (service, section)), replica)| {
        let port = ports.replica(index, replica);
        let mut launch = cli.launch(&[service]);
        let listen = format!("127.0.0.1:{port}");
        launch.environment.push(pair(&format!("{section}__LISTEN"), listen));
        let process = Process::start(&format!("{service}-{replica}"), launch, folder)?;
        Ok(Replica { process, port })
    })
    .collect()
}

async fn start_simulator(
    cli: &Cli<'_>,
    folder: &Path,
    ports: Ports,
    verify_token: &str,
) -> Outcome<(Process, [Balancer; 2])> {
    let replicas = |service: &str| -> Vec<u16> {
        let index = index_of(service);
        (0..REPLICAS).map(|replica| ports.replica(index, replica)).collect()
    };
    let balancers = [
        Balancer::start(ports.desk(), replicas("desk")).await?,
        Balancer::start(ports.ingress(), replicas("ingress")).await?,
    ];
    let callback = format!("http://127.0.0.1:{}/meta/webhooks/{}", ports.ingress(), shop::APP_KEY);
    let seed = folder.join("simulator.json");
    std::fs::write(&seed, simulated_shop(&callback, verify_token).to_string())?;
    let listen = format!("127.0.0.1:{}", ports.simulator());
    let launch =
        cli.launch(&["simulator", "--listen", &listen, "--seed", &seed.display().to_string()]);
    let process = Process::start("simulator", launch, folder)?;
    Ok((process, balancers))
}

/// The shop as Meta has it.
fn simulated_shop(callback_url: &str, verify_token: &str) -> Value {
    let (app, page) = (shop::META_APP_ID, shop::PAGE);
    json!({
        "adopt_strangers": true,
        "settings": { "auto_read": false, "insecure_login": true },
        "apps": [{
            "id": app, "secret": SECRET, "name": "Switchboard", "verify_token": verify_token,
            "callback_url": callback_url, "require_proof": true,
        }],
        "pages": [{
            "id": page.external_id, "name": page.name, "app_id": app, "access_token": page.token,
        }],
        "instagram": [{
            "id": shop::INSTAGRAM.external_id, "name": shop::INSTAGRAM.name,
            "app_id": app, "access_token": shop::INSTAGRAM.token,
        }],
        "whatsapp": [{
            "id": shop::WABA, "name": "Corner Shop", "app_id": app,
            "access_token": shop::WHATSAPP.token,
            "phones": [{
                "id": shop::WHATSAPP.external_id, "display_phone_number": "15550100001",
                "verified_name": "Corner Shop",
            }],
        }],
    })
}

/// The command line of this installation.
struct Cli<'a> {
    binary: &'a str,
    environment: &'a Environment,
}

impl Cli<'_> {
    fn launch(&self, arguments: &[&str]) -> Launch {
        Launch {
            program: self.binary.into(),
            arguments: arguments.iter().map(|&argument| argument.into()).collect(),
            environment: self.environment.clone(),
        }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        run(self.binary, self.environment.clone(), arguments, input)
    }

    /// Sets up the shop; the verify token of its app.
    fn set_up(&self) -> Outcome<String> {
        self.run(&["migrate"], "")?;
        self.run(&["workspace", "add", "Corner Shop"], "")?;
        let app = ["app", "add", "--key", shop::APP_KEY, "--meta-app-id", shop::META_APP_ID];
        let printed = self.run(&app, SECRET)?;
        let token = printed.lines().find_map(|line| line.strip_prefix("Verify token: "));
        let token = token.ok_or("`app add` printed no verify token")?.to_owned();
        let rules = rules().display().to_string();
        self.run(&["bots", "add", "--name", shop::BOT, &rules], "")?;
        for person in shop::PEOPLE {
            let named = ["--email", person.email, "--name", person.name, "--role", person.role];
            self.run(&[&["user", "add"], &named[..]].concat(), shop::PASSWORD)?;
        }
        shop::ACCOUNTS.iter().try_for_each(|account| self.connect(account))?;
        Ok(token)
    }

    fn connect(&self, account: &Account) -> Outcome {
        let arguments = [
            "account",
            "add",
            "--app",
            shop::APP_KEY,
            "--channel",
            account.channel.as_str(),
            "--external-id",
            account.external_id,
            "--sender-id",
            account.sender_id,
            "--name",
            account.name,
            "--bot",
            shop::BOT,
        ];
        let business: &[&str] = match account.channel {
            Channel::WhatsApp => &["--business-id", shop::WABA],
            Channel::Messenger | Channel::Instagram => &[],
        };
        self.run(&[&arguments[..], business].concat(), account.token).map(drop)
    }
}

/// The rules that the demo's assistant has.
fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../services/bot/examples/rules.yaml")
}
