//! The command line.

mod accounts;
mod bots;
mod lessons;
mod webhooks;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use switchboard_domain::Channel;
use switchboard_store::users::Role;

pub(crate) use accounts::{AddAccount, BotOfAccount, ConnectAccount, DisconnectAccount};
pub(crate) use bots::{AddBot, Bots, ChangeBot};
pub(crate) use lessons::{Lessons, Pupil};
pub(crate) use webhooks::{AddWebhook, OneWebhook, ReplayWebhook, Replayed, Webhooks};

/// Customer conversations on Messenger, Instagram and WhatsApp: nothing lost, nothing twice.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, about)]
pub(crate) struct Cli {
    /// A configuration file; environment variables SWITCHBOARD__SECTION__KEY go over it.
    #[arg(long, global = true, env = "SWITCHBOARD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show everything in one process, with a simulator in Meta's place.
    Demo(Demo),
    /// Run all services in this process.
    Serve,
    /// Run the service that receives webhooks.
    Ingress,
    /// Run the service that decides.
    Router,
    /// Run the service that answers by program.
    Bot,
    /// Run the service that sends.
    Outbound,
    /// Run the service that agents work at.
    Desk,
    /// Run the simulator that stands in for Meta.
    Simulator(Simulator),
    /// Bring the database schema up to date.
    Migrate,
    /// Seal all secrets of the database anew with the first of the configured keys, so that older
    /// keys can be retired.
    Reseal,
    /// Find out what is wrong with the installation and its accounts: each check with its evidence
    /// and the remedy. Exit status 1 when something is broken.
    Doctor(Doctor),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(Config),
    /// Manage tenants.
    #[command(subcommand)]
    Workspace(Workspace),
    /// Manage the people who work at the desk.
    #[command(subcommand)]
    User(User),
    /// Manage the Meta apps that webhooks come from.
    #[command(subcommand)]
    App(App),
    /// Manage the connected Pages, Instagram accounts and WhatsApp numbers.
    #[command(subcommand)]
    Account(Account),
    /// Manage the assistants.
    #[command(subcommand)]
    Bots(Bots),
    /// Manage the endpoints of other software that is told what happens.
    #[command(subcommand)]
    Webhooks(Webhooks),
    /// Look at messages that nobody could process, and send them to where they belong again. With
    /// SQLite, stop the running process first: it owns the queue.
    #[command(subcommand)]
    DeadLetters(DeadLetters),
    /// Ask a service for its health: exit status 0 when it answers well. For container probes.
    Health {
        /// e.g. <http://127.0.0.1:8080/health/ready>
        url: String,
    },
}

/// What the doctor looks at.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
    /// One account alone, by its name or id, here or at Meta.
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Print the findings as JSON, for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How to show everything.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where to keep the data; the same folder again goes on where it ended.
    #[arg(long, default_value = "data/demo", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The first of the ports to use: desk N, ingress N+1, simulator N+2, health N+3 to N+5.
    /// 0 takes any free ones.
    #[arg(long, default_value_t = 8090, value_name = "N")]
    pub(crate) port_base: u16,
    /// Print one line of JSON when ready, for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How to run the simulator.
#[derive(Debug, Args)]
pub(crate) struct Simulator {
    /// Where to listen.
    #[arg(long, env = "SIMULATOR_LISTEN", default_value = "127.0.0.1:4010")]
    pub(crate) listen: std::net::SocketAddr,
    /// What to begin with, as JSON; see services/simulator/README.md.
    #[arg(long, value_name = "FILE", conflicts_with = "sample")]
    pub(crate) seed: Option<PathBuf>,
    /// Begin with the demo's sample shop, and write it to the configured database if it is not
    /// there; webhooks go to ingress.public_url.
    #[arg(long)]
    pub(crate) sample: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Say whether the configuration can be used, and show it with its secrets hidden.
    Check,
    /// Print the built-in configuration with a comment on each key.
    Default,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Add a tenant, with a first team.
    Add {
        /// Its name.
        name: String,
        /// The name of its first team.
        #[arg(long, default_value = "Service")]
        team: String,
    },
    /// List the tenants and their teams.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a person; the password is read from standard input.
    Add {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
        /// What they log in with.
        #[arg(long)]
        email: String,
        /// As the others call them.
        #[arg(long)]
        name: String,
        /// agent, supervisor or admin.
        #[arg(long, value_parser = role, default_value = "agent")]
        role: Role,
        /// How many conversations they take at once.
        #[arg(long, default_value_t = 8)]
        capacity: u32,
    },
    /// Give a person another password, read from standard input; they are logged out.
    Password {
        /// What they log in with.
        #[arg(long)]
        email: String,
    },
    /// Change what a person may do.
    Role {
        /// What they log in with.
        #[arg(long)]
        email: String,
        /// agent, supervisor or admin.
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Lock a person out: they are logged out, and their conversations go to others.
    Lock {
        /// What they log in with.
        #[arg(long)]
        email: String,
    },
    /// Let a person in again.
    Unlock {
        /// What they log in with.
        #[arg(long)]
        email: String,
    },
    /// List the people.
    List {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum App {
    /// Add a Meta app; prints the callback URL and the verify token to enter at Meta. The app
    /// secret is read from standard input.
    Add {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
        /// Names it in the callback URL: letters, digits, - and _.
        #[arg(long)]
        key: String,
        /// Meta's id of the app.
        #[arg(long)]
        meta_app_id: String,
    },
    /// Replace the app secret, read from standard input; the old one stays valid until the next
    /// time.
    RotateSecret {
        /// Names the app in the callback URL.
        #[arg(long)]
        key: String,
    },
    /// List the apps.
    List {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Connect a Page, an Instagram account or a WhatsApp number, at Meta and here: checks the token,
    /// subscribes to webhooks, sets profiles. Asks for what is missing. A script gives secrets on
    /// standard input: the access token, or {"token", "app_secret", "pin"} as JSON.
    Connect(Box<ConnectAccount>),
    /// Disconnect an account, at Meta and here; its history stays.
    Disconnect(DisconnectAccount),
    /// Enter an account by hand, without a call to Meta; the access token is read from standard
    /// input.
    Add(AddAccount),
    /// Replace the access token, read from standard input.
    Token {
        /// messenger, instagram or whatsapp.
        #[arg(long)]
        channel: Channel,
        /// What webhooks call it.
        #[arg(long)]
        external_id: String,
    },
    /// Give an account another assistant, or none. Turns that run end with the one that began them.
    Bot(BotOfAccount),
    /// Say how a Page asks its customers who they are (account linking).
    #[command(subcommand)]
    Linking(Linking),
    /// List the connected accounts and whether they can send.
    List {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Linking {
    /// Customers enter name and password on our page, and an address of yours checks them. Prints
    /// what requests are signed with, if that is new.
    Http {
        /// The Page's id.
        #[arg(long)]
        page: String,
        /// The address, https.
        #[arg(long)]
        url: String,
        /// Read the signing secret (whsec_...) from standard input instead of making one.
        #[arg(long)]
        secret: bool,
    },
    /// Customers log in at an OpenID Connect provider; the client's secret is read from standard
    /// input.
    Oidc {
        /// The Page's id.
        #[arg(long)]
        page: String,
        /// The provider's issuer, https.
        #[arg(long)]
        issuer: String,
        /// What we are called there.
        #[arg(long)]
        client_id: String,
        /// What to ask for beside `openid`, separated by spaces.
        #[arg(long, default_value = "profile")]
        scopes: String,
        /// The claim of the ID token that is the customer number.
        #[arg(long, default_value = "sub")]
        customer_claim: String,
        /// The claim that is the customer's name.
        #[arg(long, default_value = "name")]
        name_claim: String,
    },
    /// Show how a Page asks.
    Show {
        /// The Page's id.
        #[arg(long)]
        page: String,
    },
    /// Ask nobody any more. Who is known stays known.
    Off {
        /// The Page's id.
        #[arg(long)]
        page: String,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum DeadLetters {
    /// List them: queue, id, reason. No message text is shown.
    List,
    /// Send all of them to their queues again, in order; what still cannot be processed comes back.
    Redrive,
}

fn role(word: &str) -> Result<Role, String> {
    match word {
        "agent" => Ok(Role::Agent),
        "supervisor" => Ok(Role::Supervisor),
        "admin" => Ok(Role::Admin),
        _ => Err("use agent, supervisor or admin".into()),
    }
}
