//! What a bot calls with its app's own token, `APP_ID|APP_SECRET`: its `app_id:` here, and its secret. It
//! can ask for that token, set up where its webhooks go, which is settled here already, and look at its
//! tokens.
//!
//! Source: Facebook Login "App access tokens", "Long-lived tokens"; Graph API
//! "/{app-id}/subscriptions", "Debug a token".

use actix_web::http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use switchboard_meta::{subscriptions, webhook::fields};
use switchboard_store::{
    accounts::{self, Account},
    bot_tokens,
    bots::{self, Bot},
};

use super::{Door, call::Call, fault::Fault, profile};
use crate::meta_bot::{self, Settings};

/// A bot as its app.
pub(super) struct App {
    id: String,
    bot: Bot,
    settings: Settings,
}

/// The id and the secret, if it is an app's token.
pub(super) fn parts(token: Option<&SecretString>) -> Option<(String, SecretString)> {
    let (id, secret) = token?.expose_secret().split_once('|')?;
    Some((id.to_owned(), secret.into()))
}

/// `/oauth/access_token`: the app's own token, or one of ours in exchange for itself: ours last.
pub(super) async fn token(door: &Door, call: &Call) -> Result<Value, Fault> {
    let missing = || Fault::parameter("(#100) client_id and client_secret are required");
    let id = call.text("client_id").ok_or_else(missing)?;
    let secret = call.text("client_secret").ok_or_else(missing)?;
    let own = format!("{id}|{secret}");
    App::let_in(door, (id, secret.into())).await?;
    let exchanged = call.text("fb_exchange_token");
    Ok(json!({ "access_token": exchanged.unwrap_or(own), "token_type": "bearer" }))
}

impl App {
    /// Lets a bot in whose settings name that app and whose secret is that one.
    pub(super) async fn let_in(
        door: &Door,
        (id, secret): (String, SecretString),
    ) -> Result<Self, Fault> {
        let bots = door.store.read(|db| bots::of_kind(db, meta_bot::KIND)).await?;
        let is_it = |bot: Bot| {
            let settings = meta_bot::check(&bot.settings).ok()?;
            let own = door.reach.secret(&bot).ok().flatten()?;
            let same = own.expose_secret().as_bytes().ct_eq(secret.expose_secret().as_bytes());
            let is_it = settings.app_id.as_ref() == Some(&id) && bool::from(same);
            is_it.then(|| Self { id: id.clone(), bot, settings })
        };
        bots.into_iter().find_map(is_it).ok_or_else(Fault::token)
    }

    /// What it calls.
    pub(super) async fn answer(&self, door: &Door, call: &Call) -> Result<Value, Fault> {
        let node = call.node.as_str();
        match (&call.method, call.edge.as_deref()) {
            (&Method::GET, None) if node == "debug_token" => self.token(door, call).await,
            (&Method::GET, None) if [self.id.as_str(), "app"].contains(&node) => {
                Ok(json!({ "id": self.id, "name": self.bot.name }))
            }
            (&Method::GET, Some("subscriptions")) if node == self.id => {
                self.subscriptions(door).await
            }
            // Its webhooks go where its settings say.
            (_, Some("subscriptions")) if node == self.id => Ok(json!({ "success": true })),
            (_, edge) => Err(Fault::no_such(&format!("{node}/{}", edge.unwrap_or_default()))),
        }
    }

    /// What it is told, for each kind of account that it answers.
    async fn subscriptions(&self, door: &Door) -> Result<Value, Fault> {
        let (workspace, bot) = (self.bot.workspace, self.bot.id);
        let accounts = door.store.read(move |db| accounts::list(db, workspace)).await?;
        let own =
            |account: &&Account| account.bot == Some(bot) && account.disconnected_at.is_none();
        let mut objects: Vec<&str> = accounts
            .iter()
            .filter(own)
            .map(|account| subscriptions::object(account.channel))
            .collect();
        objects.sort_unstable();
        objects.dedup();
        let told = fields::told(self.settings.fields.as_deref());
        let fields: Vec<Value> =
            told.iter().map(|name| json!({ "name": name, "version": "v25.0" })).collect();
        let subscription = |object: &str| {
            let webhook = &self.settings.webhook;
            json!({ "object": object, "callback_url": webhook, "active": true, "fields": fields })
        };
        let data: Vec<Value> = objects.into_iter().map(subscription).collect();
        Ok(json!({ "data": data }))
    }

    /// What a token is that it was given.
    async fn token(&self, door: &Door, call: &Call) -> Result<Value, Fault> {
        let missing = || Fault::parameter("(#100) The parameter input_token is required");
        let input: SecretString = call.text("input_token").ok_or_else(missing)?.into();
        let bot = self.bot.id;
        let found = door.store.read(move |db| {
            let Some(token) = bot_tokens::find(db, &input)? else { return Ok(None) };
            let account = accounts::by_id(db, token.workspace, token.account)?;
            Ok(account.filter(|_| token.bot == bot))
        });
        Ok(match found.await? {
            Some(account) => profile::token(&account, &self.id),
            None => json!({ "data": { "app_id": self.id, "is_valid": false, "scopes": [] } }),
        })
    }
}
