//! `switchboard app`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use switchboard_backend::Keys;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_domain::ids::{AppId, WorkspaceId};
use switchboard_store::{
    Store,
    apps::{self, App},
};
use uuid::Uuid;

use super::{Error, read_secret, say, target};
use crate::cli;

pub(super) async fn run(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    command: cli::App,
) -> Result<(), Error> {
    match command {
        cli::App::Add { workspace, key, meta_app_id } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            let secret = read_secret("the app secret")?;
            let verify_token = new_verify_token();
            let named = Named { workspace, key: check_key(key)?, meta_app_id };
            let app = sealed(keys, named, &secret, &verify_token)?;
            let callback = callback_url(settings, &app.key);
            store.write(move |db| apps::add(db, &app, clock::now())).await?;
            say(&format!("Callback URL: {callback}"))?;
            say(&format!("Verify token: {}", verify_token.expose_secret()))
        }
        cli::App::RotateSecret { key } => {
            let app = target::app(store, &key).await?;
            let secret = read_secret("the new app secret")?;
            let id = app.id.to_string();
            let sealed = keys.apps()?.seal(App::secret_place(app.workspace, &id), &secret)?;
            store.write(move |db| apps::rotate_secret(db, app.workspace, app.id, &sealed)).await?;
            say("webhooks signed with the new secret or the one before are accepted")
        }
        cli::App::List { workspace } => {
            let workspace = target::workspace(store, workspace.as_deref()).await?.id;
            for app in store.read(move |db| apps::list(db, workspace)).await? {
                let callback = callback_url(settings, &app.key);
                say(&format!("{}\t{}\t{callback}", app.key, app.meta_app_id))?;
            }
            Ok(())
        }
    }
}

/// A new app, with a verify token of its own.
pub(super) fn new(
    keys: &Keys,
    (workspace, key, meta_app_id): (WorkspaceId, String, String),
    secret: &SecretString,
) -> Result<App, Error> {
    let named = Named { workspace, key: check_key(key)?, meta_app_id };
    sealed(keys, named, secret, &new_verify_token())
}

/// What names an app.
pub(crate) struct Named {
    pub(crate) workspace: WorkspaceId,
    pub(crate) key: String,
    pub(crate) meta_app_id: String,
}

/// An app with its secrets sealed for it.
pub(crate) fn sealed(
    keys: &Keys,
    Named { workspace, key, meta_app_id }: Named,
    secret: &SecretString,
    verify_token: &SecretString,
) -> Result<App, Error> {
    let ring = keys.apps()?;
    let id = AppId::new(Uuid::now_v7());
    let row = id.to_string();
    Ok(App {
        id,
        workspace,
        key,
        meta_app_id,
        secret: ring.seal(App::secret_place(workspace, &row), secret)?,
        previous_secret: None,
        verify_token: ring.seal(App::verify_token_place(workspace, &row), verify_token)?,
    })
}

/// 256 random bits that survive being copied by hand into a form.
pub(crate) fn new_verify_token() -> SecretString {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()).into()
}

fn callback_url(settings: &Settings, key: &str) -> String {
    let base = settings.ingress.public_url.as_str().trim_end_matches('/').to_owned();
    format!("{base}/meta/webhooks/{key}")
}

fn check_key(key: String) -> Result<String, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if key.is_empty() || key.len() > 64 || !key.chars().all(plain) {
        let what = "--key is part of a URL: use up to 64 letters, digits, - and _";
        return Err(Error::Usage(what.into()));
    }
    Ok(key)
}
