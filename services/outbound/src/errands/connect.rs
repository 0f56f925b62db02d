//! Errand `connect`: connects an account at Meta. The desk stores what comes of it: the token comes back
//! sealed for the account's row.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use switchboard_domain::ids::{AccountId, AppId};
use switchboard_store::{
    accounts::{self, Account},
    apps,
    errands::Errand,
};
use uuid::Uuid;

use super::Failure;
use crate::{
    context::Context,
    setup::connect::{Connection, Outcome, Secrets, Wish, connect},
};

/// What it needs.
#[derive(Deserialize)]
pub(super) struct Input {
    /// Our id of the app.
    app_id: AppId,
    wish: Wish,
    /// [`Sealed`], for the errand's id, with the key of app secrets.
    secrets: String,
}

/// What is sealed in the input.
#[derive(Deserialize)]
struct Sealed {
    token: SecretString,
    pin: Option<SecretString>,
}

/// What is to be stored.
#[derive(Serialize)]
struct Stored {
    account_id: AccountId,
    external_id: String,
    sender_id: String,
    business_id: Option<String>,
    name: String,
    /// Sealed for the account's row.
    token: String,
    messenger_profile: Map<String, Value>,
}

pub(super) async fn run(
    context: &Context,
    errand: &Errand,
    input: Input,
) -> Result<Value, Failure> {
    let secrets = open(context, errand, &input.secrets)?;
    let (workspace, app) = (errand.workspace, input.app_id);
    let app = context.store.read(move |db| apps::by_id(db, workspace, app)).await?;
    let app = app.ok_or_else(|| Failure::new("The app is not known here any more."))?;
    let outcome = connect(&context.site(), app, &secrets, &input.wish).await;
    let Outcome { findings, choices, connection } = outcome;
    let stored = match connection {
        Some(connection) => Some(seal(context, errand, connection).await?),
        None => None,
    };
    Ok(json!({ "findings": findings, "choices": choices, "connection": stored }))
}

fn open(context: &Context, errand: &Errand, sealed: &str) -> Result<Secrets, Failure> {
    let id = errand.id.to_string();
    let place = Errand::input_place(errand.workspace, &id);
    let opened = context.vault.apps.open(place, sealed);
    let opened = opened.map_err(|_| Failure::new("The token cannot be opened; enter it again."))?;
    let sealed: Sealed = serde_json::from_str(opened.expose_secret())
        .map_err(|_| Failure::new("The token cannot be read; enter it again."))?;
    Ok(Secrets { token: sealed.token, pin: sealed.pin })
}

/// An account that was connected before keeps its id, and with it its history.
async fn seal(
    context: &Context,
    errand: &Errand,
    connection: Connection,
) -> Result<Stored, Failure> {
    let (channel, external_id) = (connection.channel, connection.external_id.clone());
    let known = context.store.read(move |db| accounts::known(db, channel, &external_id)).await?;
    if known.as_ref().is_some_and(|known| known.workspace != errand.workspace) {
        let why = "The account is connected to another workspace of this installation.";
        return Err(Failure::new(why));
    }
    let account_id = known.map_or_else(|| AccountId::new(Uuid::now_v7()), |known| known.id);
    let row = account_id.to_string();
    let place = Account::token_place(errand.workspace, &row);
    let token = context.vault.tokens.seal(place, &connection.token);
    let token =
        token.map_err(|error| Failure::new(format!("The token cannot be kept: {error}.")))?;
    let Connection { external_id, sender_id, business_id, name, messenger_profile, .. } =
        connection;
    let stored =
        Stored { account_id, external_id, sender_id, business_id, name, token, messenger_profile };
    Ok(stored)
}
