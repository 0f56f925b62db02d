//! `switchboard demo`: everything in one process.

use std::path::Path;

use serde::Deserialize;

use super::{
    Sites,
    run::{Environment, data_folder, pair},
};
use crate::{
    Outcome, ports,
    process::{Launch, Process},
    wait,
};

/// The ports that a demo uses in a row.
const PORTS: u16 = 6;

#[derive(Debug)]
pub(super) struct Embedded {
    process: Process,
    environment: Environment,
}

/// What the demo announces, as far as it is used.
#[derive(Deserialize)]
struct Announcement {
    desk_url: String,
    webhook_url: String,
    ingress_url: String,
    control_url: String,
    graph_url: String,
    app: App,
}

#[derive(Deserialize)]
struct App {
    secret: String,
}

impl Embedded {
    pub(super) async fn start(
        binary: &str,
        folder: &Path,
        mut environment: Environment,
    ) -> Outcome<(Self, Sites)> {
        let first = ports::free(PORTS)?;
        let (data, first) = (data_folder(folder), first.to_string());
        let arguments = ["demo", "--json", "--data", &data, "--port-base", &first];
        let launch = Launch {
            program: binary.into(),
            arguments: arguments.map(Into::into).into(),
            environment: environment.clone(),
        };
        environment.push(pair("DATA_DIR", data.clone()));
        let process = Process::start("demo", launch, folder)?;
        let mut embedded = Self { process, environment };
        let found = embedded.ready().await?;
        // What the demo sets for itself, commands beside it have to be told.
        let simulator = found.control_url.trim_end_matches("/_sim");
        embedded.environment.extend([
            pair("OUTBOUND__GRAPH_URL", simulator),
            pair("OUTBOUND__INSTAGRAM_GRAPH_URL", simulator),
            pair("INGRESS__PUBLIC_URL", &*found.ingress_url),
        ]);
        let sites = Sites {
            desk: found.desk_url,
            webhook: found.webhook_url,
            control: found.control_url,
            door: found.graph_url.trim_end_matches("/graph").to_owned(),
            secret: found.app.secret,
        };
        Ok((embedded, sites))
    }

    pub(super) async fn crash(&mut self) -> Outcome {
        self.process.start_again()?;
        self.ready().await.map(drop)
    }

    /// For commands beside it.
    pub(super) fn environment(&self) -> Environment {
        self.environment.clone()
    }

    pub(super) fn processes(&self) -> Vec<&Process> {
        vec![&self.process]
    }

    async fn ready(&mut self) -> Outcome<Announcement> {
        let process = &mut self.process;
        wait::until("the demo is ready", async || {
            // Once it ended there is nothing to wait for.
            if let Err(ended) = process.must_run() {
                return Ok(Err(ended));
            }
            let output = process.output();
            let line = output.split_once('\n').map(|(line, _)| line);
            line.map(|line| Ok(line.to_owned())).ok_or("it has announced nothing yet".into())
        })
        .await?
        .and_then(|line| Ok(serde_json::from_str(&line)?))
    }
}
