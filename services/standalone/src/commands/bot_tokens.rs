//! `switchboard bots token`, `tokens` and `revoke`.

use secrecy::ExposeSecret;
use switchboard_chassis::clock;
use switchboard_domain::ids::{BadId, BotTokenId};
use switchboard_store::{
    Store, accounts,
    bot_tokens::{self, BotToken},
};
use uuid::Uuid;

use super::{Error, say, target};

/// Makes a token for a bot and an account, and tells it.
pub(super) async fn make(
    store: &Store,
    workspace: Option<&str>,
    (bot, account): (&str, &str),
) -> Result<(), Error> {
    let workspace = target::workspace(store, workspace).await?;
    let bot = target::bot(store, &workspace, bot).await?.id;
    let account = target::account(store, &workspace, account).await?.id;
    let id = BotTokenId::new(Uuid::now_v7());
    let (token, secret) = BotToken::draw(id, (workspace.id, bot, account), clock::now());
    let told = secret.expose_secret().to_owned();
    store.write(move |db| bot_tokens::add(db, &token, &secret)).await?;
    say(&told)
}

/// Lists the tokens of a bot.
pub(super) async fn list(store: &Store, workspace: Option<&str>, bot: &str) -> Result<(), Error> {
    let workspace = target::workspace(store, workspace).await?;
    let (id, bot) = (workspace.id, target::bot(store, &workspace, bot).await?.id);
    let all = store.read(move |db| accounts::list(db, id)).await?;
    for token in store.read(move |db| bot_tokens::list(db, id, bot)).await? {
        let account = all.iter().find(|account| account.id == token.account);
        let account = account.map(|account| account.name.as_str()).unwrap_or_default();
        let state = if token.revoked_at.is_some() { "ended" } else { "lets in" };
        say(&format!("{}\t{}\u{2026}\t{account}\t{state}", token.id, token.hint))?;
    }
    Ok(())
}

/// Ends a token.
pub(super) async fn end(
    store: &Store,
    workspace: Option<&str>,
    (bot, token): (&str, &str),
) -> Result<(), Error> {
    let workspace = target::workspace(store, workspace).await?;
    let bot = target::bot(store, &workspace, bot).await?.id;
    let token = token.parse().map_err(|error: BadId| Error::Usage(error.to_string()))?;
    let whose = (workspace.id, bot);
    store.write(move |db| bot_tokens::revoke(db, whose, token, clock::now())).await?;
    say("the token is ended; what the bot calls with it is refused")
}
