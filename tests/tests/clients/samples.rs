//! Public sample bots behind Switchboard, as they were published: what their registries carry is run
//! from where it was installed, and only told its token, its verify token and its secret, in the
//! place where the sample has them. A customer goes through what the sample does.
//!
//! | sample | what it is |
//! |---|---|
//! | `bootbot/examples` | Messenger, Node: conversations, quick replies, buttons, menu, profile |
//! | `hubot` with `hubot-fb` and `hubot-diagnostics` | Messenger, CoffeeScript: a robot's commands |
//! | what `ampalibe create` writes | Messenger, Python: an answer to everything |
//! | a starter of `create-builderbot` | WhatsApp, Node: flows of questions (its files lie on the internet) |

use std::{fs, net::SocketAddr, path::Path, process::Stdio};

use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    meta_bot::{self, SECRET, VERIFY},
    ports,
    shop::{Account, PAGE, WHATSAPP},
    simulator::Customer,
    wait,
};
use tokio::process::{Child, Command};

use crate::{
    proxy::Proxy,
    tools::{self, Installed, Kind},
};

/// The port that samples listen on which do not ask for theirs.
const INSIDE_PORT: &str = "3000";

/// Where a sample runs: what it is given, and what it is reached by.
struct Place {
    installed: Installed,
    proxy: Proxy,
    webhook: String,
    port: String,
    token: String,
    // After the processes, which have their files here.
    folder: tempfile::TempDir,
}

impl Place {
    /// Makes room for a sample and makes it the assistant of an account. None, said loudly, where it
    /// cannot be had.
    async fn of(
        world: &World,
        (name, kind): (&str, Kind),
        account: Account,
        path: &str,
    ) -> Outcome<Option<Self>> {
        let installed = tokio::task::spawn_blocking(move || tools::install(kind)).await??;
        let Some(installed) = installed else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let door: SocketAddr = world.door().trim_start_matches("http://").parse()?;
        let proxy = Proxy::start(door, folder.path()).await?;
        let port = ports::free(1)?.to_string();
        let webhook = format!("http://127.0.0.1:{port}{path}");
        let settings = format!("webhook: {webhook}\nverify_token: {VERIFY}\n");
        let token = meta_bot::set_up_as(world, name, account, &settings)?;
        Ok(Some(Self { installed, proxy, webhook, port, token, folder }))
    }

    /// A program in a folder of its own, in a network where Meta's names lead to our door.
    fn program(&self, name: &str, folder: &Path) -> Outcome<Command> {
        let mut command = Command::from(self.installed.program(name, folder)?);
        command
            .env("HTTPS_PROXY", format!("http://{}", self.proxy.address))
            .env("NO_PROXY", "127.0.0.1")
            .envs(tools::AUTHORITY.map(|name| (name, &self.proxy.authority)))
            .env("INSIDE_PORT", INSIDE_PORT)
            .env("HOOK_PORT", &self.port)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        Ok(command)
    }

    /// A folder in this place.
    fn folder(&self, name: &str) -> Outcome<std::path::PathBuf> {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Starts a sample; it is up when it confirms its verify token.
    async fn starts(&self, mut command: Command) -> Outcome<Child> {
        let mut child = command.spawn()?;
        let query = format!("hub.mode=subscribe&hub.challenge=71&hub.verify_token={VERIFY}");
        let url = format!("{}?{query}", self.webhook);
        wait::until("the sample is up", async || {
            if let Some(status) = child.try_wait()? {
                return Ok(Err(format!("the sample ended with {status}")));
            }
            match reqwest::get(&url).await?.text().await?.as_str() {
                "71" => Ok(Ok(())),
                other => Err(format!("it confirms with {other}").into()),
            }
        })
        .await??;
        Ok(child)
    }
}

/// What a customer and a sample say to each other.
struct Talk {
    customer: Customer,
    count: usize,
}

impl Talk {
    fn with(world: &World, account: Account, number: u32) -> Outcome<Self> {
        Ok(Self { customer: world.customer(account, number)?, count: 0 })
    }

    /// The customer does something, and the sample says these, each beginning so.
    async fn act(&mut self, act: &Value, answers: &[&str]) -> Outcome {
        self.customer.plays(act).await?;
        self.count += answers.len();
        let phone = self.customer.receives(self.count).await?;
        let said = phone.get(self.count - answers.len()..).unwrap_or_default();
        let alike = said.iter().zip(answers).all(|(said, answer)| said.starts_with(answer));
        assert!(alike, "to {act}: {said:?}, not {answers:?}");
        Ok(())
    }

    async fn text(&mut self, text: &str, answers: &[&str]) -> Outcome {
        self.act(&json!({ "text": text }), answers).await
    }

    /// What the customer can press below the last message, as the phone has it.
    async fn taps(&self, title: &str) -> Outcome<Value> {
        let shown = self.customer.shown().await?;
        let last = shown.last().ok_or("nothing is shown")?;
        let lists =
            ["quick_replies", "buttons"].iter().filter_map(|key| last.get(*key)?.as_array());
        let mut taps = lists.flatten().filter(|it| it.get("title") == Some(&title.into()));
        let tap = taps.next().and_then(|it| it.get("tap"));
        Ok(tap.ok_or_else(|| format!("there is no {title} below {last}"))?.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_run_as_they_were_published() -> Outcome {
    let world = World::embedded(env!("CARGO_BIN_EXE_switchboard-under-test")).await?;
    let outcome = all(&world).await;
    world.conclude(outcome)
}

async fn all(world: &World) -> Outcome {
    bootbot(world).await?;
    hubot(world).await?;
    ampalibe(world).await?;
    builderbot(world).await
}

/// Configured by the module `config`, here from its environment variable.
async fn bootbot(world: &World) -> Outcome {
    let place = Place::of(world, ("bootbot", Kind::Node), PAGE, "/webhook").await?;
    let Some(place) = place else { return Ok(()) };
    let run = async |example: &str| {
        let mut node = place.program("node", &place.folder(example)?)?;
        let config = json!({"access_token": place.token, "verify_token": VERIFY,
            "app_secret": SECRET});
        node.env("NODE_CONFIG", config.to_string());
        node.arg(format!("node_modules/bootbot/examples/{example}.js"));
        place.starts(node).await
    };
    let mut talk = Talk::with(world, PAGE, 1)?;
    let mut child = run("conversation-example").await?;
    talk.text("Is it raining?", &["Echo: Is it raining?"]).await?;
    talk.text("hey", &["Hello friend", "So, I\u{2019}m good at talking"]).await?;
    talk.text("convo", &["Favorite color?"]).await?;
    talk.act(&talk.taps("Blue").await?, &["Thanks for choosing one of the options"]).await?;
    talk.text("hello", &["Hello! What's your name?"]).await?;
    talk.text("Ann", &["Oh, your name is Ann", "What's your favorite food?"]).await?;
    talk.text("Tea", &["Got it, your favorite food is Tea", "Are you a boy or a girl?"]).await?;
    let female = talk.taps("Female").await?;
    talk.act(&female, &["You clicked on a button", "Final question"]).await?;
    talk.text("42", &["That's great!", "Ok, here's what you told me about you:"]).await?;
    child.kill().await?;

    let mut child = run("messenger-profile-example").await?;
    let started = json!({"postback": {"title": "Get Started", "payload": "BOOTBOT_GET_STARTED"}});
    talk.act(&started, &["Welcome to BootBot."]).await?;
    let help = json!({"postback": {"title": "Help", "payload": "PERSISTENT_MENU_HELP"}});
    talk.act(&help, &["I'm here to help!"]).await?;
    child.kill().await?;

    let mut child = run("user-profile-example").await?;
    talk.text("hello", &["Hello, "]).await?;
    let mut newcomer = Talk::with(world, PAGE, 2)?;
    newcomer.text("hello", &["Hello, "]).await?;
    let phone = newcomer.customer.receives(1).await?;
    assert_ne!(phone, ["Hello, undefined!"], "it is told the name of somebody new");
    child.kill().await?;
    Ok(())
}

/// Configured by environment variables; its commands are listed in `external-scripts.json`.
async fn hubot(world: &World) -> Outcome {
    let place = Place::of(world, ("hubot", Kind::Node), PAGE, "/hubot/fb").await?;
    let Some(place) = place else { return Ok(()) };
    let folder = place.folder("robot")?;
    fs::write(folder.join("external-scripts.json"), r#"["hubot-diagnostics"]"#)?;
    let mut node = place.program("node", &folder)?;
    node.args(["node_modules/coffee-script/bin/coffee", "node_modules/hubot/bin/hubot"])
        .args(["--adapter", "fb", "--name", "shop"])
        .env("PORT", &place.port)
        .env("FB_PAGE_ID", PAGE.external_id)
        .env("FB_APP_ID", "1001")
        .env("FB_APP_SECRET", SECRET)
        .env("FB_PAGE_TOKEN", &place.token)
        .env("FB_VERIFY_TOKEN", VERIFY)
        .env("FB_WEBHOOK_BASE", format!("http://127.0.0.1:{}", place.port))
        .env("FB_AUTOHEAR", "true");
    let mut child = place.starts(node).await?;
    let mut talk = Talk::with(world, PAGE, 3)?;
    talk.text("ping", &["PONG"]).await?;
    talk.text("echo Good day", &["Good day"]).await?;
    talk.text("adapter", &["fb"]).await?;
    child.kill().await?;
    Ok(())
}

/// What its command writes, with its `.env` filled in; started as its command `run` starts it.
async fn ampalibe(world: &World) -> Outcome {
    let place = Place::of(world, ("ampalibe", Kind::Python), PAGE, "/").await?;
    let Some(place) = place else { return Ok(()) };
    let folder = place.folder("ampalibe")?;
    let mut create = place.program("python", &folder)?;
    let created = create.args(["-m", "ampalibe", "create", "shop"]).status().await?;
    assert!(created.success(), "ampalibe create: {created}");
    let folder = folder.join("shop");
    let filled = [
        ("AMP_ACCESS_TOKEN", place.token.as_str()),
        ("AMP_VERIF_TOKEN", VERIFY),
        ("AMP_HOST", "127.0.0.1"),
        ("AMP_PORT", place.port.as_str()),
    ];
    fill(&folder.join(".env"), |line| {
        let key = line.strip_prefix("export ")?.split('=').next()?;
        let (key, value) = filled.iter().find(|(name, _)| *name == key)?;
        Some(format!("export {key}={value}"))
    })?;
    let mut bash = place.program("bash", &folder)?;
    let run = "source .env; exec python -c 'import core;core.ampalibe.init.run()'";
    bash.args(["-c", run]).stderr(Stdio::null());
    let mut child = place.starts(bash).await?;
    let mut talk = Talk::with(world, PAGE, 4)?;
    talk.text("Good day", &["Hello, Ampalibe"]).await?;
    talk.act(&json!({"postback": {"title": "Menu", "payload": "/menu"}}), &["Hello, Ampalibe"])
        .await?;
    child.kill().await?;
    Ok(())
}

/// A starter that its users fill in: `jwtToken: 'jwtToken'` and the like.
async fn builderbot(world: &World) -> Outcome {
    let place = Place::of(world, ("builderbot", Kind::Node), WHATSAPP, "/webhook").await?;
    let Some(place) = place else { return Ok(()) };
    let folder = place.folder("builderbot")?;
    let starters = "node_modules/create-builderbot/dist/starters/apps/base-js-meta-memory";
    let starter = place.installed.folder().join(starters);
    for file in ["package.json", "src/app.js", "assets/sample.png"] {
        let to = folder.join(file);
        fs::create_dir_all(to.parent().ok_or("no folder")?)?;
        fs::copy(starter.join(file), to)?;
    }
    let filled = [
        ("jwtToken", place.token.as_str()),
        ("numberId", WHATSAPP.external_id),
        ("verifyToken", VERIFY),
    ];
    fill(&folder.join("src/app.js"), |line| {
        let key = line.trim().split(':').next()?;
        let (key, value) = filled.iter().find(|(name, _)| *name == key)?;
        Some(format!("{key}: '{value}',"))
    })?;
    let mut node = place.program("node", &folder)?;
    node.arg("src/app.js").env("PORT", &place.port);
    let mut child = place.starts(node).await?;
    let mut talk = Talk::with(world, WHATSAPP, 1)?;
    let links = "I share with you the following links";
    talk.text("hello", &["\u{1f64c} Hello welcome to this *Chatbot*", links]).await?;
    talk.text("tea", &["You should type *doc*"]).await?;
    talk.text("doc", &["You can see the documentation here"]).await?;
    talk.text("yes", &["What is your name?"]).await?;
    talk.text("Ann", &["What is your age?"]).await?;
    talk.text("42", &["Ann, thanks for your information!: Your age: 42"]).await?;
    child.kill().await?;
    Ok(())
}

/// Fills a file in as its users do: the lines that are to be others.
fn fill(file: &Path, other: impl Fn(&str) -> Option<String>) -> Outcome {
    let lines = fs::read_to_string(file)?;
    let lines: Vec<_> =
        lines.lines().map(|line| other(line).unwrap_or_else(|| line.to_owned())).collect();
    fs::write(file, lines.join("\n") + "\n")?;
    Ok(())
}
