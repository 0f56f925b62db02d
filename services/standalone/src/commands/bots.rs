//! `switchboard bots`.

use std::{fs, path::Path};

use switchboard_bot::rules;
use switchboard_chassis::clock;
use switchboard_domain::ids::BotId;
use switchboard_store::{
    Store,
    bots::{self, Bot},
};
use uuid::Uuid;

use super::{Error, say, target};
use crate::cli;

pub(super) async fn run(store: &Store, command: cli::Bots) -> Result<(), Error> {
    match command {
        cli::Bots::Check { file } => check(&file),
        cli::Bots::Add { workspace, name, file } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            let settings = read(&file)?;
            let id = BotId::new(Uuid::now_v7());
            let bot = Bot { id, workspace, name, kind: "rules".into(), settings };
            store.write(move |db| bots::add(db, &bot, clock::now())).await?;
            say(&id.to_string())
        }
        cli::Bots::List { workspace } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            for bot in store.read(move |db| bots::list(db, workspace)).await? {
                say(&format!("{}\t{}\t{}", bot.id, bot.kind, bot.name))?;
            }
            Ok(())
        }
    }
}

pub(super) fn check(file: &Path) -> Result<(), Error> {
    read(file)?;
    say(&format!("{}: the rules can be used", file.display()))
}

/// The text of a file of rules that can be used.
fn read(file: &Path) -> Result<String, Error> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Error::Usage(format!("{shown} cannot be read: {error}")))?;
    rules::check(&text).map_err(|error| Error::Usage(format!("{shown}: {error}")))?;
    Ok(text)
}
