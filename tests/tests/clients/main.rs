//! Public clients of Meta's API, as they come from their registries, against the simulator: what
//! they send it must take, and what it says they must understand.
//!
//! None of them is told where the simulator is. They call Meta by name, and a proxy in the
//! environment leads the name here (`proxy`). What they are and in which versions stands in
//! `drivers/requirements.txt` and `drivers/package.json`; they are installed outside of the project
//! (`tools`). A driver for each lies in `drivers`: it plays a customer, uses the client, and looks
//! at the customer's phone. Public bots run behind the whole product: frameworks with small bots of
//! ours (`bots`), and samples as they were published (`samples`). Schemathesis tries the desk's own
//! API (`api`), libraries for Standard Webhooks take what it posts (`receivers`), and llama.cpp's
//! server is the language model behind a bot (`models`).

#[cfg(test)]
mod absent;
#[cfg(test)]
mod api;
#[cfg(test)]
mod bots;
#[cfg(test)]
mod models;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod receivers;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tools;

#[cfg(test)]
mod suite {
    use std::{fs, time::Duration};

    use serde_json::Value;
    use switchboard_simulator::SimulatorConfig;
    use switchboard_tests::{Outcome, ports};

    use crate::{
        proxy::Proxy,
        tools::{self, Kind},
    };

    /// How long a driver may take; most take seconds.
    const DEADLINE: Duration = Duration::from_secs(100);

    /// Runs a driver. `refused` is how many of its sends are to be refused.
    async fn drive(kind: Kind, driver: &str, refused: u64) -> Outcome {
        let Some(installed) = tokio::task::spawn_blocking(move || tools::install(kind)).await??
        else {
            return Ok(());
        };
        let world = fs::read_to_string(tools::drivers().join("world.json"))?;
        let config: SimulatorConfig = serde_json::from_str(&world)?;
        let simulator = switchboard_simulator::start(config).await?;
        let folder = tempfile::tempdir()?;
        let proxy = Proxy::start(simulator.addr(), folder.path()).await?;
        let mut command = tokio::process::Command::from(installed.command(driver, folder.path())?);
        command
            .current_dir(folder.path())
            .env("SIMULATOR", simulator.url())
            .env("HOOK_PORT", ports::free(1)?.to_string())
            .env("HTTPS_PROXY", format!("http://{}", proxy.address))
            .env("NO_PROXY", "127.0.0.1")
            .envs(tools::AUTHORITY.map(|name| (name, &proxy.authority)))
            .kill_on_drop(true);
        let output = tokio::time::timeout(DEADLINE, command.output())
            .await
            .map_err(|_| format!("{driver} is not done after {DEADLINE:?}"))??;
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        let success = output.status.success();
        assert!(success, "{driver}: {}\n{said}{errors}", output.status);
        assert!(proxy.connections() > 0 || kind == Kind::ByOption, "{driver} never called Meta");
        let received = format!("{}/_sim/received", simulator.url());
        let received: Value = reqwest::get(received).await?.json().await?;
        let found = received.get("refused").and_then(Value::as_u64);
        assert_eq!(found, Some(refused), "sends that were refused: {received}");
        simulator.stop().await?;
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn pywa() -> Outcome {
        drive(Kind::Python, "pywa_driver.py", 0).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn heyoo() -> Outcome {
        drive(Kind::Python, "heyoo_driver.py", 0).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn pymessenger() -> Outcome {
        drive(Kind::Python, "pymessenger_driver.py", 0).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn fbmessenger() -> Outcome {
        drive(Kind::Python, "fbmessenger_driver.py", 0).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whatsapp_api_js() -> Outcome {
        drive(Kind::Node, "whatsapp_api_js_driver.mjs", 1).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn messaging_api_messenger() -> Outcome {
        drive(Kind::ByOption, "messaging_api_messenger_driver.mjs", 0).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn metas_own_node_sdk() -> Outcome {
        drive(Kind::Node, "whatsapp_driver.mjs", 0).await
    }
}
