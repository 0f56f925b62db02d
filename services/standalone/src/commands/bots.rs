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
    Db, Store,
    bots::{self, Bot},
};
use uuid::Uuid;

use super::{Error, bot_tokens, lessons, read_secret, say, target};
use crate::cli::{self, AddBot, ChangeBot};

pub(super) async fn run(store: &Store, keys: &Keys, command: cli::Bots) -> Result<(), Error> {
    match command {
        cli::Bots::Check { kind, file } => check(&kind, &file),
        cli::Bots::Try { file } => talk(&file),
        cli::Bots::Add(options) => add(store, keys, options).await,
        cli::Bots::Change(options) => change(store, keys, options).await,
        cli::Bots::Remove { bot, workspace } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?;
            let bot = target::bot(store, &workspace, &bot).await?;
            store.write(move |db| bots::remove(db, bot.workspace, bot.id)).await?;
            say("the assistant is removed")
        }
        cli::Bots::Token { workspace, bot, account } => {
            bot_tokens::make(store, workspace.as_deref(), (&bot, &account)).await
        }
        cli::Bots::Tokens { workspace, bot } => {
            bot_tokens::list(store, workspace.as_deref(), &bot).await
        }
        cli::Bots::Revoke { workspace, bot, token } => {
            bot_tokens::end(store, workspace.as_deref(), (&bot, &token)).await
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

async fn add(store: &Store, keys: &Keys, options: AddBot) -> Result<(), Error> {
    let workspace = target::workspace(store, options.workspace.as_deref()).await?.id;
    let (id, AddBot { name, kind, file, secret, .. }) = (BotId::new(Uuid::now_v7()), options);
    let settings = read(&kind, &file)?;
    let secret = if secret { Some(read_secret("the bot's secret")?) } else { None };
    usable(&kind, &settings, Some(secret.as_ref()))?;
    let secret = secret.map(|secret| sealed(keys, (workspace, id), &secret)).transpose()?;
    let bot = Bot { id, workspace, name, kind, settings, secret };
    let work = move |db: &mut Db| {
        bots::refuse_namesake(db, &bot)?;
        bots::add(db, &bot, clock::now())
    };
    store.write(work).await?;
    say(&id.to_string())
}

async fn change(store: &Store, keys: &Keys, options: ChangeBot) -> Result<(), Error> {
    let workspace = target::workspace(store, options.workspace.as_deref()).await?;
    let bot = target::bot(store, &workspace, &options.bot).await?;
    let name = options.name.unwrap_or_else(|| bot.name.clone());
    let settings = match &options.file {
        Some(file) => read(&bot.kind, file)?,
        None => bot.settings.clone(),
    };
    let kept = if options.no_secret { None } else { bot.secret.clone() };
    let secret = match (options.secret, &kept) {
        (true, _) => Some(read_secret("the bot's secret")?),
        (false, Some(_)) => bot.open(keys.bots().ok_or_else(no_key)?.as_ref())?,
        (false, None) => None,
    };
    usable(&bot.kind, &settings, Some(secret.as_ref()))?;
    let whose = (bot.workspace, bot.id);
    let secret = secret.map(|secret| sealed(keys, whose, &secret)).transpose()?;
    let bot = Bot { name, settings, secret, ..bot };
    let work = move |db: &mut Db| {
        bots::refuse_namesake(db, &bot)?;
        bots::change(db, &bot)
    };
    store.write(work).await?;
    say("the assistant is changed; it answers so within seconds")
}

fn usable(kind: &str, settings: &str, secret: Option<Option<&SecretString>>) -> Result<(), Error> {
    let checked = switchboard_bot::check(kind, settings, secret);
    checked.map_err(|error| Error::Usage(error.to_string()))
}

pub(super) fn check(kind: &str, file: &Path) -> Result<(), Error> {
    read(kind, file)?;
    say(&format!("{}: these settings can be used", file.display()))
}

fn sealed(
    keys: &Keys,
    whose: (WorkspaceId, BotId),
    secret: &SecretString,
) -> Result<String, Error> {
    let keys = keys.bots().ok_or_else(no_key)?;
    Ok(Bot::seal(&keys, whose, secret)?)
}

fn no_key() -> Error {
    let missing = "keys.bots is missing; make a key with `openssl rand -base64 32` and give it to \
                   the desk and the bot service too";
    Error::Usage(missing.into())
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
            AfterTurn::Stay | AfterTurn::Retry | AfterTurn::Await => {}
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
