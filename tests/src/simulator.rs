//! Those on the other side of Meta: customers with their phones, through the simulator's control
//! interface (`services/simulator/README.md`).

use std::collections::BTreeMap;

use reqwest::{Client, Method};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Outcome, http, shop::Account, wait};

/// How long one call waits for an event, in milliseconds; then it is asked again.
const LONG_POLL: u32 = 5_000;

/// The simulator.
#[derive(Debug, Clone)]
pub struct Simulator {
    url: String,
    http: Client,
}

/// A message on a customer's phone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PhoneMessage {
    /// The platform's id.
    pub id: String,
    /// `customer` or `business`.
    pub from: String,
    /// What it says, where it is a text.
    pub text: Option<String>,
    /// How far it got: sent, delivered, read, failed.
    pub status: String,
    /// Our marker.
    pub marker: Option<String>,
}

impl PhoneMessage {
    /// The first line of its text.
    #[must_use]
    pub fn first_line(&self) -> &str {
        self.text.as_deref().and_then(|text| text.lines().next()).unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<PhoneMessage>,
}

#[derive(Deserialize)]
struct Played {
    id: String,
}

#[derive(Deserialize)]
struct Markers {
    markers: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Idle {
    pending: usize,
}

#[derive(Deserialize)]
struct Violations {
    count: u64,
}

impl Simulator {
    /// At its control URL.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn new(control_url: &str) -> Outcome<Self> {
        Ok(Self { url: control_url.to_owned(), http: http::client()? })
    }

    /// A customer of an account; known to the simulator with their first act.
    #[must_use]
    pub fn customer(&self, account: Account, id: &str) -> Customer {
        Customer { simulator: self.clone(), account, id: id.to_owned() }
    }

    /// The address of a picture that customers can send.
    #[must_use]
    pub fn picture(&self) -> String {
        format!("{}/sample.png", self.url)
    }

    /// What is at an address on a customer's phone; one without a host is the simulator's own.
    ///
    /// # Errors
    /// What the server says.
    pub async fn bytes(&self, url: &str) -> Outcome<Vec<u8>> {
        let root = self.url.trim_end_matches("/_sim");
        let url = if url.starts_with('/') { format!("{root}{url}") } else { url.to_owned() };
        Ok(http::call(self.http.get(url)).await?.bytes().await?.to_vec())
    }

    /// Asks the control interface.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Outcome<T> {
        http::json(self.http.get(format!("{}/{path}", self.url))).await
    }

    /// Changes something through the control interface.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn change(&self, method: Method, path: &str, body: &Value) -> Outcome<Value> {
        http::json(self.http.request(method, format!("{}/{path}", self.url)).json(body)).await
    }

    /// How often each marker reached a customer.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn markers(&self) -> Outcome<BTreeMap<String, u64>> {
        Ok(self.get::<Markers>("markers").await?.markers)
    }

    /// Calls over one of Meta's limits.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn violations(&self) -> Outcome<u64> {
        Ok(self.get::<Violations>("violations").await?.count)
    }

    /// Waits until no webhook is queued or under way.
    ///
    /// # Errors
    /// When some stay.
    pub async fn idle(&self) -> Outcome {
        let path = format!("idle?wait_ms={LONG_POLL}");
        wait::until("all webhooks are delivered", async || {
            match self.get::<Idle>(&path).await?.pending {
                0 => Ok(()),
                pending => Err(format!("{pending} webhooks are pending").into()),
            }
        })
        .await
    }

    /// Takes the rights from a token: Meta answers 190 from now on, or no more with `None`.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn add_token(&self, token: &str, account: Account, revoked: Option<i64>) -> Outcome {
        let (kind, subject) = match account.channel {
            switchboard_domain::Channel::WhatsApp => ("SYSTEM_USER", "1"),
            _ => ("PAGE", account.sender_id),
        };
        let assets = [account.external_id, account.sender_id, crate::shop::WABA];
        let body = json!({
            "token": token, "app_id": crate::shop::META_APP_ID, "kind": kind,
            "subject": subject, "assets": assets, "revoked_subcode": revoked,
        });
        self.change(Method::POST, "tokens", &body).await.map(drop)
    }
}

/// Somebody who writes to an account.
#[derive(Debug, Clone)]
pub struct Customer {
    simulator: Simulator,
    account: Account,
    id: String,
}

impl Customer {
    /// The platform's id of them.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Is known to the simulator before they write: for webhooks posted by hand, which it does not
    /// see.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn is_known(&self) -> Outcome {
        let customer = json!({ "account": self.account.external_id, "id": self.id });
        self.simulator.change(Method::POST, "customers", &customer).await.map(drop)
    }

    /// Writes a text; its id at the platform.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn says(&self, text: &str) -> Outcome<String> {
        self.plays(&json!({ "text": text })).await
    }

    /// Looks at the phone: all that is on it is read.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn looks(&self) -> Outcome {
        let path = format!("customers/{}/{}/read", self.account.external_id, self.id);
        self.simulator.change(Method::POST, &path, &json!({})).await.map(drop)
    }

    /// Taps the Log In button that the business sent last: the address that the browser opens.
    ///
    /// # Errors
    /// When there is none.
    pub async fn taps_log_in(&self) -> Outcome<String> {
        let (account, id) = (self.account.external_id, &self.id);
        let path = format!("messages?account={account}&customer={id}&from=business");
        let button = wait::until("a Log In button is on the phone", async || {
            let shown: Value = self.simulator.get(&path).await?;
            let all = shown.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
            let buttons = all.iter().filter_map(|message| message.get("buttons")?.as_array());
            let mut found = buttons.flatten().filter_map(|button| button.get("login")?.as_str());
            found.next_back().map(str::to_owned).ok_or_else(|| format!("there is {all:?}").into())
        })
        .await?;
        let path = format!("customers/{account}/{id}/login");
        let opened = self.simulator.change(Method::POST, &path, &json!({ "url": button })).await?;
        let url = opened.get("url").and_then(Value::as_str);
        Ok(url.ok_or("the simulator opens nothing")?.to_owned())
    }

    /// Does anything that customers can do.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn plays(&self, act: &Value) -> Outcome<String> {
        let path = format!("customers/{}/{}/messages", self.account.external_id, self.id);
        let played: Value = self.simulator.change(Method::POST, &path, act).await?;
        Ok(serde_json::from_value::<Played>(played)?.id)
    }

    /// Does what leaves no message of its own: edits, takes back, reacts.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn changes(&self, act: &Value) -> Outcome {
        let path = format!("customers/{}/{}/messages", self.account.external_id, self.id);
        self.simulator.change(Method::POST, &path, act).await.map(drop)
    }

    /// Writes a text that no other message has, through crashes of the simulator: again if the
    /// phone does not show it.
    ///
    /// # Errors
    /// When the simulator stays away.
    pub async fn says_surely(&self, text: &str) -> Outcome {
        wait::until("the customer's message is on the phone", async || {
            let on_phone = self.messages(None, 0).await?;
            if on_phone.iter().any(|message| message.text.as_deref() == Some(text)) {
                return Ok(());
            }
            self.says(text).await.map(drop)
        })
        .await
    }

    /// What the business wrote to the phone so far, in order.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn phone(&self) -> Outcome<Vec<PhoneMessage>> {
        self.messages(Some("business"), 0).await
    }

    /// What the phone shows of what the business wrote, with all that belongs to each message.
    ///
    /// # Errors
    /// What the simulator says.
    pub async fn shown(&self) -> Outcome<Vec<Value>> {
        let (account, id) = (self.account.external_id, &self.id);
        let path = format!("messages?account={account}&customer={id}&from=business");
        let shown: Value = self.simulator.get(&path).await?;
        Ok(shown.get("messages").and_then(Value::as_array).cloned().unwrap_or_default())
    }

    /// Waits until the business has written so many messages, and no more: the first line of each.
    /// (Below it WhatsApp shows, as a numbered list, what are buttons elsewhere.)
    ///
    /// # Errors
    /// When there are fewer or more.
    pub async fn receives(&self, count: usize) -> Outcome<Vec<String>> {
        let what = format!("{count} messages reach customer {}", self.id);
        let found = wait::until(&what, async || {
            let found = self.messages(Some("business"), count).await?;
            let texts: Vec<_> = found.iter().map(|message| message.text.as_deref()).collect();
            if found.len() < count { Err(format!("there are {texts:?}").into()) } else { Ok(found) }
        })
        .await?;
        let texts: Vec<String> =
            found.iter().map(|message| message.first_line().to_owned()).collect();
        if texts.len() > count {
            return Err(format!("{count} messages are expected, not {texts:?}").into());
        }
        Ok(texts)
    }

    async fn messages(&self, from: Option<&str>, min: usize) -> Outcome<Vec<PhoneMessage>> {
        let (account, id) = (self.account.external_id, &self.id);
        let from = from.map(|side| format!("&from={side}")).unwrap_or_default();
        let wait = if min == 0 { 0 } else { LONG_POLL };
        let path =
            format!("messages?account={account}&customer={id}{from}&min={min}&wait_ms={wait}");
        Ok(self.simulator.get::<Messages>(&path).await?.messages)
    }
}
