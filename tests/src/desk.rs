//! People at the desk, through its REST API as the agents' page uses it: a session's cookie, and the
//! CSRF token with every write.

use reqwest::{
    Client, Method, RequestBuilder,
    header::{CONTENT_TYPE, SET_COOKIE},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Outcome, http, shop, socket::Page, wait};

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Their id.
    pub id: String,
    url: String,
    cookie: String,
    csrf: String,
    http: Client,
}

#[derive(Deserialize)]
struct Me {
    id: String,
    csrf: String,
}

/// A conversation as the desk shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Conversation {
    /// Names it.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// bot, waiting, agent, resolved.
    pub status: String,
    /// Who answers it.
    pub agent_id: Option<String>,
    /// How it waits.
    pub waiting: Option<Waiting>,
    /// Grows with each change.
    pub revision: u64,
}

/// How a conversation waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Waiting {
    /// Since when.
    pub since: i64,
    /// In the line of its team, from 1.
    pub place: u32,
}

/// A message of a transcript.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Message {
    /// Names it.
    pub id: String,
    /// Its place, from 1.
    pub seq: u64,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub content: Value,
    /// received, pending, uncertain, sent, delivered, read, failed.
    pub status: String,
    /// The file that it came or goes out with.
    pub file: Option<File>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct File {
    /// Names it.
    pub id: String,
    /// wanted, stored, failed.
    pub state: String,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Author {
    /// customer, bot, system, agent, elsewhere.
    pub kind: String,
}

impl Message {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.content.get("text").and_then(Value::as_str).unwrap_or_default()
    }

    /// The first line of its text.
    #[must_use]
    pub fn first_line(&self) -> &str {
        self.text().lines().next().unwrap_or_default()
    }

    /// Who wrote it and what.
    #[must_use]
    pub fn line(&self) -> (&str, &str) {
        (&self.author.kind, self.text())
    }

    /// Whether the customer wrote it.
    #[must_use]
    pub fn is_customers(&self) -> bool {
        self.author.kind == "customer"
    }
}

/// A connected account.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// Names it.
    pub id: String,
    /// What webhooks call it.
    pub external_id: String,
    /// Whether it sends.
    pub health: Health,
}

/// Whether an account sends.
#[derive(Debug, Clone, Deserialize)]
pub struct Health {
    /// It does.
    pub sending: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// An event that belongs to no conversation.
#[derive(Debug, Clone, Deserialize)]
pub struct Unrouted {
    /// The account it names.
    pub account: String,
    /// Its kind.
    pub kind: String,
    /// Why no conversation got it.
    pub reason: String,
    /// The event as Meta sent it.
    pub raw: String,
}

#[derive(Deserialize)]
struct ConversationPage {
    conversations: Vec<Conversation>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Transcript {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

#[derive(Deserialize)]
struct Team {
    id: String,
}

impl Agent {
    /// Logs in at the desk.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn log_in(desk_url: &str, email: &str) -> Outcome<Self> {
        let (url, http) = (format!("{desk_url}/api/v1"), http::client()?);
        let login = json!({ "email": email, "password": shop::PASSWORD });
        let answer = http::call(http.post(format!("{url}/login")).json(&login)).await?;
        let cookie = answer.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next());
        let cookie = cookie.ok_or("the login set no cookie")?.to_owned();
        let Me { id, csrf } = serde_json::from_slice(&answer.bytes().await?)?;
        Ok(Self { id, url, cookie, csrf, http })
    }

    /// Opens the agents' page as far as the desk notices: a WebSocket, which makes the agent
    /// present. Closed when dropped.
    ///
    /// # Errors
    /// When the desk refuses.
    pub async fn open_page(&self) -> Outcome<Page> {
        let (url, cookie) = self.socket();
        Page::open(&url, &cookie).await
    }

    /// Where the desk's WebSocket is, and the cookie that opens it.
    pub(crate) fn socket(&self) -> (String, String) {
        (format!("{}/ws", self.url), self.cookie.clone())
    }

    /// Chooses a presence: online, busy, away, offline.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn is(&self, presence: &str) -> Outcome {
        self.write(Method::PUT, "me/presence", &json!({ "presence": presence })).await
    }

    /// All conversations the caller sees that fit the query, such as `status=waiting`.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn conversations(&self, query: &str) -> Outcome<Vec<Conversation>> {
        let mut all = Vec::new();
        let mut next = Some(String::new());
        while let Some(cursor) = next {
            let path = format!("conversations?limit=100{cursor}&{query}");
            let page: ConversationPage = self.read(path.trim_end_matches('&')).await?;
            all.extend(page.conversations);
            next = page.next.map(|next| format!("&cursor={next}"));
        }
        Ok(all)
    }

    /// A conversation as it is now.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn conversation(&self, id: &str) -> Outcome<Conversation> {
        self.read(&format!("conversations/{id}")).await
    }

    /// A conversation's transcript, oldest first.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn transcript(&self, id: &str) -> Outcome<Vec<Message>> {
        let path = format!("conversations/{id}/messages?limit=200");
        Ok(self.read::<Transcript>(&path).await?.messages)
    }

    /// Waits for the conversation in which a customer wrote exactly that.
    ///
    /// # Errors
    /// When there is none.
    pub async fn conversation_with(&self, text: &str) -> Outcome<Conversation> {
        wait::until(&format!("a conversation with {text:?} is at the desk"), async || {
            for conversation in self.conversations("").await? {
                let transcript = self.transcript(&conversation.id).await?;
                let written = |message: &Message| message.is_customers() && message.text() == text;
                if transcript.iter().any(written) {
                    return Ok(conversation);
                }
            }
            Err("no conversation has it".into())
        })
        .await
    }

    /// Waits until the conversation has that status.
    ///
    /// # Errors
    /// When it never has.
    pub async fn sees_status(&self, id: &str, status: &str) -> Outcome<Conversation> {
        wait::until(&format!("conversation {id} is {status}"), async || {
            let conversation = self.conversation(id).await?;
            if conversation.status == status {
                Ok(conversation)
            } else {
                Err(format!("it is {conversation:?}").into())
            }
        })
        .await
    }

    /// Waits until the transcript fits.
    ///
    /// # Errors
    /// When it never does; with the transcript.
    pub async fn sees(
        &self,
        id: &str,
        what: &str,
        fits: impl Fn(&[Message]) -> bool,
    ) -> Outcome<Vec<Message>> {
        wait::until(what, async || {
            let transcript = self.transcript(id).await?;
            if fits(&transcript) {
                Ok(transcript)
            } else {
                Err(format!("the transcript is {transcript:#?}").into())
            }
        })
        .await
    }

    /// Writes to the customer.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn replies(&self, conversation: &str, text: &str) -> Outcome {
        let path = format!("conversations/{conversation}/messages");
        self.write(Method::POST, &path, &json!({ "text": text })).await
    }

    /// Sends anything to the API, and gives its answer; null where it has none.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn sends(&self, method: Method, path: &str, body: &Value) -> Outcome<Value> {
        let answer = http::call(self.request(method, path).json(body)).await?;
        Ok(serde_json::from_slice(&answer.bytes().await?).unwrap_or_default())
    }

    /// Does something to a conversation: resolve, return-to-bot, unassign, reopen.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn does(&self, conversation: &str, action: &str) -> Outcome {
        self.write(Method::POST, &format!("conversations/{conversation}/{action}"), &json!({}))
            .await
    }

    /// The connected account of that external id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn account(&self, external_id: &str) -> Outcome<Account> {
        let all: Vec<Account> = self.read("accounts").await?;
        let found = all.into_iter().find(|account| account.external_id == external_id);
        found.ok_or_else(|| format!("no account {external_id} is connected").into())
    }

    /// Events that belong to no conversation. For administrators.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn unrouted(&self) -> Outcome<Vec<Unrouted>> {
        self.read("unrouted").await
    }

    /// Adds an agent to the first team. For administrators.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn hires(&self, email: &str, capacity: u32) -> Outcome {
        let person = json!({
            "email": email, "name": email, "password": shop::PASSWORD, "role": "agent",
            "capacity": capacity,
        });
        let request = self.request(Method::POST, "users").json(&person);
        let Created { id } = http::json(request).await?;
        let teams: Vec<Team> = self.read("teams").await?;
        let team = &teams.first().ok_or("there is no team")?.id;
        self.write(Method::PUT, &format!("teams/{team}/members/{id}"), &json!({})).await
    }

    /// Reads anything of the API.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Outcome<T> {
        http::json(self.request(Method::GET, path)).await
    }

    /// Reads a file of the API: what kind it is, and its bytes.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn reads_bytes(&self, path: &str) -> Outcome<(String, Vec<u8>)> {
        let answer = http::call(self.request(Method::GET, path)).await?;
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        Ok((kind, answer.bytes().await?.to_vec()))
    }

    /// Uploads a file to the API, and gives its answer.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn uploads(&self, path: &str, file: Vec<u8>) -> Outcome<Value> {
        http::json(self.request(Method::POST, path).body(file)).await
    }

    /// Changes anything of the API.
    ///
    /// # Errors
    /// What the desk says.
    pub async fn write(&self, method: Method, path: &str, body: &Value) -> Outcome {
        http::call(self.request(method, path).json(body)).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/{path}", self.url))
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf)
    }
}
