//! A bot that was written for Meta's platform, set up behind the product; and a double of one, which
//! knows Meta's webhooks and Graph API and nothing of us.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Data},
};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{
    Client, Method,
    multipart::{Form, Part},
};
use serde_json::Value;
use sha2::Sha256;
use switchboard_chassis::http::{self as server, Server};

use crate::{Outcome, World, http, shop::Account, wait};

/// What webhooks are signed with.
pub const SECRET: &str = "the-secret-of-the-bot";

/// What the bot confirms its webhook by.
pub const VERIFY: &str = "the-token-of-the-bot";

/// Adds a bot whose webhook is there, makes it the account's assistant, and gives the token that it
/// calls us with.
///
/// # Errors
/// What the command line says.
pub fn set_up(world: &World, account: Account, webhook: &str) -> Outcome<String> {
    let settings = format!("webhook: {webhook}\nverify_token: {VERIFY}\n");
    set_up_as(world, &format!("Bot of {}", account.external_id), account, &settings)
}

/// As [`set_up`], by that name and with those settings.
///
/// # Errors
/// What the command line says.
pub fn set_up_as(world: &World, name: &str, account: Account, settings: &str) -> Outcome<String> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bot.yaml");
    std::fs::write(&file, settings)?;
    let file = file.display().to_string();
    let add = ["bots", "add", "--name", name, "--kind", "meta", "--secret", &file];
    world.command(&add, SECRET)?;
    let (channel, id) = (account.channel.as_str(), account.external_id);
    let give = ["account", "bot", "--channel", channel, "--external-id", id, "--bot", name];
    world.command(&give, "")?;
    let token = world.command(&["bots", "token", "--bot", name, "--account", id], "")?;
    Ok(token.trim().to_owned())
}

/// The double.
#[derive(Debug)]
pub struct MetaBot {
    server: Server,
    heard: Arc<Mutex<Heard>>,
    http: Client,
}

#[derive(Debug, Default)]
struct Heard {
    confirmed: usize,
    forged: usize,
    bodies: Vec<Value>,
}

impl MetaBot {
    /// Listens for webhooks.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn start() -> Outcome<Self> {
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let shared = Data::from(Arc::clone(&heard));
        let server = server::serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), move |app| {
            app.app_data(shared.clone())
                .route("/webhook", web::get().to(confirm))
                .route("/webhook", web::post().to(hear));
        })?;
        Ok(Self { server, heard, http: http::client()? })
    }

    /// Where its webhook is.
    #[must_use]
    pub fn webhook(&self) -> String {
        format!("{}/webhook", self.server.url())
    }

    /// Waits until it has heard so many messages of customers; all that it has heard of them.
    ///
    /// # Errors
    /// When it does not, when one was not signed, or when nobody asked it to confirm.
    pub async fn hears(&self, count: usize) -> Outcome<Vec<Value>> {
        wait::until(&format!("the bot hears {count} messages"), async || {
            let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            let bodies: Vec<_> = heard.bodies.iter().filter(|it| is_message(it)).cloned().collect();
            match bodies.len() >= count && heard.confirmed > 0 && heard.forged == 0 {
                true => Ok(bodies),
                false => Err(format!("it has heard {heard:?}").into()),
            }
        })
        .await
    }

    /// Waits until it has heard something: the first value that is found in a webhook.
    ///
    /// # Errors
    /// When it does not.
    pub async fn hears_of<T>(&self, what: &str, find: impl Fn(&Value) -> Option<T>) -> Outcome<T> {
        wait::until(&format!("the bot hears of {what}"), async || {
            let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            let found = heard.bodies.iter().find_map(&find).filter(|_| heard.forged == 0);
            found.ok_or_else(|| format!("it has heard {heard:?}").into())
        })
        .await
    }

    /// Calls an address of the Graph API; the status and the answer.
    ///
    /// # Errors
    /// When there is no answer, or none in JSON.
    pub async fn calls(
        &self,
        method: Method,
        url: &str,
        (token, body): (&str, &Value),
    ) -> Outcome<(u16, Value)> {
        let request = self.http.request(method, url).bearer_auth(token).json(body);
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }
}

/// The item of Messenger's or Instagram's webhook, or WhatsApp's value.
#[must_use]
pub fn item(body: &Value) -> Option<&Value> {
    body.pointer("/entry/0/messaging/0").or_else(|| body.pointer("/entry/0/changes/0/value"))
}

fn is_message(body: &Value) -> bool {
    let Some(item) = item(body) else { return false };
    let message = item.get("message").filter(|message| message.get("is_echo").is_none());
    message.is_some() || item.get("postback").is_some() || item.get("messages").is_some()
}

impl MetaBot {
    /// Posts a form in parts, with one file; the status and the answer.
    ///
    /// # Errors
    /// When there is no answer, or none in JSON.
    pub async fn uploads(
        &self,
        (url, token): (&str, &str),
        fields: &[(&'static str, String)],
        (name, file): (&'static str, Vec<u8>),
    ) -> Outcome<(u16, Value)> {
        let part = Part::bytes(file).file_name("picture.png").mime_str("image/png")?;
        let form =
            fields.iter().fold(Form::new(), |form, (key, value)| form.text(*key, value.clone()));
        let form = form.part(name, part);
        let answer = self.http.post(url).bearer_auth(token).multipart(form).send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }

    /// Reads what is at an address; the status and the bytes.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn reads(&self, url: &str, token: &str) -> Outcome<(u16, Vec<u8>)> {
        let answer = self.http.get(url).bearer_auth(token).send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.bytes().await?.to_vec()))
    }
}

async fn confirm(request: HttpRequest, heard: Data<Mutex<Heard>>) -> HttpResponse {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let query = query.map(web::Query::into_inner).unwrap_or_default();
    let of = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    if of("hub.mode").as_deref() != Some("subscribe")
        || of("hub.verify_token").as_deref() != Some(VERIFY)
    {
        return HttpResponse::Forbidden().finish();
    }
    heard.lock().unwrap_or_else(PoisonError::into_inner).confirmed += 1;
    HttpResponse::Ok().body(of("hub.challenge").unwrap_or_default())
}

async fn hear(request: HttpRequest, body: Bytes, heard: Data<Mutex<Heard>>) -> HttpResponse {
    let header = request.headers().get("x-hub-signature-256");
    let signature = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    match (is_signed(signature, &body), serde_json::from_slice(&body)) {
        (true, Ok(body)) => {
            heard.bodies.push(body);
            HttpResponse::Ok().body("EVENT_RECEIVED")
        }
        _ => {
            heard.forged += 1;
            HttpResponse::Forbidden().finish()
        }
    }
}

fn is_signed(header: &str, body: &[u8]) -> bool {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else { return false };
    let digest = mac.chain_update(body).finalize().into_bytes();
    header == format!("sha256={}", hex::encode(digest))
}
