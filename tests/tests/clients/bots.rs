//! Public bots behind Switchboard: frameworks for Meta's platform as they come from their registries,
//! each with a small bot in `drivers`. Nothing in them knows of us. Some have an option for where the
//! Graph API is; the others call Meta by name, and a proxy leads the name to our door (`proxy`).
//!
//! Each bot echoes what customers write, and says something by itself when it is asked to by the
//! test, at `/say`, where it tells the code of the error that it heard, or 0.

use std::{net::SocketAddr, process::Stdio};

use switchboard_tests::{
    Outcome, World,
    meta_bot::{self, SECRET, VERIFY},
    ports,
    shop::{self, Account, PAGE, WHATSAPP},
    wait,
};
use tokio::process::{Child, Command};

use crate::{
    proxy::Proxy,
    tools::{self, Kind},
};

/// A bot at work.
struct Bot {
    child: Child,
    say: String,
    // After the process, which has its files here.
    _proxy: Proxy,
    _folder: tempfile::TempDir,
}

impl Bot {
    /// Starts a bot, and sets it up as the assistant of the account. None, said loudly, where it
    /// cannot be had.
    async fn start(
        world: &World,
        kind: Kind,
        driver: &str,
        account: Account,
    ) -> Outcome<Option<Self>> {
        let installed = tokio::task::spawn_blocking(move || tools::install(kind)).await??;
        let Some(installed) = installed else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let door: SocketAddr = world.door().trim_start_matches("http://").parse()?;
        let proxy = Proxy::start(door, folder.path()).await?;
        let port = ports::free(2)?;
        let webhook = format!("http://127.0.0.1:{port}/webhook");
        let token = meta_bot::set_up(world, account, &webhook)?;
        let mut command = Command::from(installed.command(driver, folder.path())?);
        command
            .current_dir(folder.path())
            .env("HOOK_PORT", port.to_string())
            .env("SAY_PORT", (port + 1).to_string())
            .env("ACCESS_TOKEN", token)
            .env("VERIFY_TOKEN", VERIFY)
            .env("APP_SECRET", SECRET)
            .env("ACCOUNT", account.external_id)
            .env("GRAPH", format!("{}/graph/v25.0/", world.door()))
            .env("HTTPS_PROXY", format!("http://{}", proxy.address))
            .env("NO_PROXY", "127.0.0.1")
            .envs(tools::AUTHORITY.map(|name| (name, &proxy.authority)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let child = command.spawn()?;
        let say = format!("http://127.0.0.1:{}/say", port + 1);
        Ok(Some(Self { child, say, _proxy: proxy, _folder: folder }))
    }

    /// Has the bot say something by itself; the code of the error that it heard, or 0.
    async fn says(&mut self, to: &str, text: &str) -> Outcome<String> {
        let (child, url) = (&mut self.child, format!("{}?to={to}&text={text}", self.say));
        wait::until("the bot says something", async || {
            if let Some(status) = child.try_wait()? {
                return Ok(Err(format!("the bot ended with {status}")));
            }
            Ok(Ok(reqwest::get(&url).await?.error_for_status()?.text().await?))
        })
        .await?
        .map_err(Into::into)
    }
}

/// The whole life of a bot behind Switchboard.
async fn lives(world: &World, kind: Kind, driver: &str, account: Account) -> Outcome {
    let Some(mut bot) = Bot::start(world, kind, driver, account).await? else { return Ok(()) };
    let alex = world.agent(shop::ALEX).await?;
    let customer = world.customer(account, 1)?;
    // It is up when it answers at all.
    bot.says("nobody", "x").await?;
    customer.says("Tea").await?;
    assert_eq!(customer.receives(1).await?, ["Echo: Tea"]);
    let id = alex.conversation_with("Tea").await?.id;
    assert_eq!(bot.says(customer.id(), "Offer").await?, "0");
    assert_eq!(customer.receives(2).await?, ["Echo: Tea", "Offer"]);

    customer.says("/live_agent").await?;
    alex.sees_status(&id, "waiting").await?;
    customer.receives(3).await?;
    assert_eq!(bot.says(customer.id(), "Refused").await?, "10");
    customer.says("Is anybody there?").await?;
    alex.sees(&id, "the question", |all| all.iter().any(|it| it.text() == "Is anybody there?"))
        .await?;
    assert_eq!(bot.says(customer.id(), "Refused").await?, "10");
    assert_eq!(customer.receives(3).await?.last().map(String::as_str), Some(shop::ONE_MOMENT));

    alex.does(&id, "return-to-bot").await?;
    alex.sees_status(&id, "bot").await?;
    customer.says("Coffee").await?;
    assert_eq!(customer.receives(4).await?.last().map(String::as_str), Some("Echo: Coffee"));
    let bots = alex.transcript(&id).await?.into_iter().filter(|line| line.author.kind == "bot");
    assert_eq!(bots.count(), 3, "all that it said is in the transcript, and nothing else");
    Ok(())
}

macro_rules! bots {
    ($($name:ident: $kind:expr, $driver:literal, $account:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() -> Outcome {
            let world = World::embedded(env!("CARGO_BIN_EXE_switchboard-under-test")).await?;
            let outcome = lives(&world, $kind, $driver, $account).await;
            world.conclude(outcome)
        }
    )+};
}

bots! {
    bot_on_bootbot: Kind::Node, "bootbot_bot.mjs", PAGE;
    bot_on_messenger_bot: Kind::Node, "messenger_bot_bot.mjs", PAGE;
    bot_on_fbmessenger: Kind::Python, "fbmessenger_bot.py", PAGE;
    bot_on_pymessenger: Kind::Python, "pymessenger_bot.py", PAGE;
    bot_on_pywa: Kind::Python, "pywa_bot.py", WHATSAPP;
    bot_on_heyoo: Kind::Python, "heyoo_bot.py", WHATSAPP;
}
