//! `switchboard account linking`.

use secrecy::{ExposeSecret, SecretString};
use switchboard_backend::Keys;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_domain::Channel;
use switchboard_store::{
    Store,
    accounts::{self, Account},
    linking::{self, Linking, Method, Texts},
};
use switchboard_verifier::endpoint;

use super::{Error, read_secret, say};
use crate::cli;

pub(super) async fn run(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    command: cli::Linking,
) -> Result<(), Error> {
    match command {
        cli::Linking::Http { page, url, secret } => {
            let page = find(store, page).await?;
            let method = Method::Http { url };
            let (secret, is_new) = match secret {
                true => (read_secret("the signing secret")?, false),
                false => (endpoint::new_secret(), true),
            };
            endpoint::check_secret(&secret).map_err(refused)?;
            set(settings, store, keys, (&page, method, &secret)).await?;
            if is_new {
                say(&format!("signing secret, shown this once: {}", secret.expose_secret()))?;
            }
            say(&format!("customers log in at {}", page_url(settings, &page)))
        }
        cli::Linking::Oidc { page, issuer, client_id, scopes, customer_claim, name_claim } => {
            let page = find(store, page).await?;
            let method = Method::Oidc { issuer, client_id, scopes, customer_claim, name_claim };
            let secret = read_secret("the client's secret")?;
            set(settings, store, keys, (&page, method, &secret)).await?;
            say(&format!(
                "redirect address for the provider: {}/meta/link/callback",
                root(settings)
            ))?;
            say(&format!("customers log in at {}", page_url(settings, &page)))
        }
        cli::Linking::Show { page } => {
            let page = find(store, page).await?;
            show(settings, store, &page).await
        }
        cli::Linking::Off { page } => {
            let page = find(store, page).await?;
            let (workspace, id) = (page.workspace, page.id);
            store.write(move |db| linking::remove(db, workspace, id)).await?;
            say("this Page asks nobody to log in any more")
        }
    }
}

async fn find(store: &Store, page: String) -> Result<Account, Error> {
    let wanted = page.clone();
    let read = move |db: &mut _| accounts::by_external_id(db, Channel::Messenger, &wanted);
    store.read(read).await?.ok_or_else(|| {
        Error::Usage(format!("no Page {page} is connected; see `switchboard account list`"))
    })
}

/// The texts that customers read stay as they are.
async fn set(
    settings: &Settings,
    store: &Store,
    keys: &Keys,
    (page, method, secret): (&Account, Method, &SecretString),
) -> Result<(), Error> {
    let client = switchboard_verifier::client(&switchboard_verifier::Settings {
        trusted_hosts: settings.linking.trusted_hosts.clone(),
        timeout: settings.linking.timeout,
    });
    let address = match &method {
        Method::Http { url } => url,
        Method::Oidc { issuer, .. } => issuer,
    };
    client.map_err(refused)?.check(address).map_err(|fault| refused(fault.into()))?;
    let keys = keys.linking().ok_or_else(|| {
        Error::Usage("keys.linking is missing; make a key with `openssl rand -base64 32`".into())
    })?;
    let (workspace, account, row) = (page.workspace, page.id, page.id.to_string());
    let secret = keys.seal(Linking::secret_place(workspace, &row), secret)?;
    let work = move |db: &mut _| {
        let texts = linking::of(db, workspace, account)?.map(|before| before.texts);
        let texts: Texts = texts.unwrap_or_default();
        linking::set(db, &Linking { account, workspace, method, secret, texts }, clock::now())
    };
    Ok(store.write(work).await?)
}

async fn show(settings: &Settings, store: &Store, page: &Account) -> Result<(), Error> {
    let (workspace, id) = (page.workspace, page.id);
    let found = store.read(move |db| linking::of(db, workspace, id)).await?;
    let Some(found) = found else { return say("this Page asks nobody to log in") };
    match found.method {
        Method::Http { url } => say(&format!("name and password are checked by {url}"))?,
        Method::Oidc { issuer, client_id, customer_claim, .. } => say(&format!(
            "customers log in at {issuer}, where we are {client_id:?}; their number is the claim \
             {customer_claim:?}"
        ))?,
    }
    say(&format!("customers log in at {}", page_url(settings, page)))
}

fn page_url(settings: &Settings, page: &Account) -> String {
    format!("{}/meta/link/{}", root(settings), page.id)
}

fn root(settings: &Settings) -> &str {
    settings.ingress.public_url.as_str().trim_end_matches('/')
}

fn refused(error: switchboard_verifier::Fault) -> Error {
    Error::Usage(error.to_string())
}
