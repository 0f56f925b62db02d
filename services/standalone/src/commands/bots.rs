//! `switchboard bots`.

use std::{
    fs,
    io::{self, BufRead},
    path::Path,
};

use secrecy::SecretString;
use switchboard_backend::Keys;
use switchboard_bot::rules;
use switchboard_chassis::clock;
use switchboard_domain::{
    Content,
    content::{Button, Media},
    conversation::AfterTurn,
    ids::{BotId, WorkspaceId},
};
use switchboard_store::{
    Store,
    bots::{self, Bot},
};
use uuid::Uuid;

use super::{Error, lessons, read_secret, say, target};
use crate::cli;

pub(super) async fn run(store: &Store, keys: &Keys, command: cli::Bots) -> Result<(), Error> {
    match command {
        cli::Bots::Check { kind, file } => check(&kind, &file),
        cli::Bots::Try { file } => talk(&file),
        cli::Bots::Add { workspace, name, kind, secret, file } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            let id = BotId::new(Uuid::now_v7());
            let settings = read(&kind, &file)?;
            let secret = if secret { Some(read_secret("the bot's secret")?) } else { None };
            let told = |error| Error::Usage(format!("{}: {error}", file.display()));
            switchboard_bot::check(&kind, &settings, Some(secret.as_ref())).map_err(told)?;
            let secret = secret.map(|secret| sealed(keys, workspace, id, &secret)).transpose()?;
            let bot = Bot { id, workspace, name, kind, settings, secret };
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
        cli::Bots::Lessons(command) => lessons::run(store, command).await,
    }
}

pub(super) fn check(kind: &str, file: &Path) -> Result<(), Error> {
    read(kind, file)?;
    say(&format!("{}: these settings can be used", file.display()))
}

fn sealed(
    keys: &Keys,
    workspace: WorkspaceId,
    id: BotId,
    secret: &SecretString,
) -> Result<String, Error> {
    let missing = "keys.bots is missing; make a key with `openssl rand -base64 32` and give it to \
                   the bot service too";
    let keys = keys.bots().ok_or_else(|| Error::Usage(missing.into()))?;
    Ok(keys.seal(Bot::secret_place(workspace, &id.to_string()), secret)?)
}

/// Plays the bot; the customer is at the terminal.
pub(super) fn talk(file: &Path) -> Result<(), Error> {
    let rules =
        rules::check(&read(rules::KIND, file)?).map_err(|error| Error::Usage(error.to_string()))?;
    let (mut memory, mut offered) = (None, Vec::new());
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            return Ok(());
        }
        let said = pressed(&offered, &line).unwrap_or_else(|| Content::text(line));
        let answer = rules.answer(&[said], memory.as_deref());
        let answer = answer.map_err(|failure| Error::Usage(failure.to_string()))?;
        offered.clear();
        for reply in &answer.replies {
            show(reply, &mut offered)?;
        }
        match answer.then {
            AfterTurn::HandOff(_) => {
                let note = answer.note.map(|note| format!(": {note}")).unwrap_or_default();
                say(&format!("-- handed off to your team{note}"))?;
            }
            AfterTurn::Resolve => say("-- resolved")?,
            AfterTurn::Stay | AfterTurn::Retry => {}
        }
        memory = answer.memory;
    }
    Ok(())
}

/// The button that a number presses.
fn pressed(offered: &[Button], line: &str) -> Option<Content> {
    let number: usize = line.trim().parse().ok()?;
    match offered.get(number.checked_sub(1)?)? {
        Button::Reply { title, payload } => {
            Some(Content::Choice { title: title.clone(), payload: payload.clone() })
        }
        _ => None,
    }
}

fn show(reply: &Content, offered: &mut Vec<Button>) -> Result<(), Error> {
    let words = reply.as_words().unwrap_or_else(|| reply.noun());
    say(&format!("bot: {words}"))?;
    if let Content::Media(Media { url: Some(url), .. }) = reply {
        say(&format!("     {url}"))?;
    }
    if let Content::Prompt { buttons, .. } = reply {
        for button in buttons {
            offered.push(button.clone());
            say(&format!("     {}. {}", offered.len(), button.title()))?;
        }
    }
    Ok(())
}

/// The text of a file of settings that can be used.
fn read(kind: &str, file: &Path) -> Result<String, Error> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Error::Usage(format!("{shown} cannot be read: {error}")))?;
    switchboard_bot::check(kind, &text, None)
        .map_err(|error| Error::Usage(format!("{shown}: {error}")))?;
    Ok(text)
}
