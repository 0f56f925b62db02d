//! A router with a shop: one Page and one WhatsApp number, a bot, and an agent.

use std::{cell::Cell, collections::VecDeque, sync::Arc, time::Duration};

use serde_json::Value;
use switchboard_contract::{Body, Envelope, decode, encode, wire};
use switchboard_domain::{
    Channel, Timestamp,
    conversation::Status,
    dispatch::{EventKind, Presence, Talents},
    ids::{
        AccountId, AppId, BotId, ConversationId, MessageId, SendId, TeamId, UserId, WorkspaceId,
    },
    shard::ConversationShard,
};
use switchboard_meta::{marker, webhook};
use switchboard_queue::{Delivery, Message, SharedQueue, SubscribeOptions, Subscription, Topic};
use switchboard_queue_sqlite::SqliteQueue;
use switchboard_router::{Running, Settings};
use switchboard_store::{
    Db, Store, StoreError, StoreSettings,
    accounts::{self, Account, AccountSettings},
    apps::{self, App},
    conversations::{self, Record},
    messages,
    seal::Keyring,
    teams, unrouted,
    users::{self, Role, User},
    workspaces,
};
use switchboard_testkit::{Shared, postgres};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::bodies::{echo, messaging, says, whatsapp, whatsapp_change};

pub(crate) const PAGE: &str = "101";
pub(crate) const NUMBER: &str = "106";
/// The WhatsApp business account of the number.
pub(crate) const WABA: &str = "102";
const MARKER_KEY: &[u8] = b"a key of the tests";

thread_local! {
    /// What the clock of this test's router says: each test has a thread of its own, on which all
    /// of its tasks run.
    static NOW: Cell<i64> = const { Cell::new(1_790_000_000_000_000) };
}

pub(crate) fn clock() -> Timestamp {
    Timestamp::from_micros(NOW.get())
}

pub(crate) fn pass(time: Duration) {
    NOW.set(NOW.get() + i64::try_from(time.as_micros()).unwrap());
}

/// Seals the codes of log-ins.
pub(crate) fn linking_keys() -> Arc<Keyring> {
    Arc::new(Keyring::new(vec![("k".into(), vec![7; 32])]).unwrap())
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::derive("shop")
}

pub(crate) fn ann() -> UserId {
    UserId::derive("ann")
}

fn team() -> TeamId {
    TeamId::derive("team")
}

pub(crate) fn account_id(channel: Channel) -> AccountId {
    AccountId::derive(channel.as_str())
}

fn router(store: &Store, queue: &SharedQueue) -> Running {
    let settings = Settings {
        store: store.clone(),
        queue: Arc::clone(queue),
        replica: "test".into(),
        batch: 50,
        turn_timeout: Duration::from_secs(10),
        grace: Duration::from_secs(60),
        marker_key: MARKER_KEY.to_vec(),
        linking_keys: Some(linking_keys()),
        clock,
    };
    switchboard_router::start(&settings, &CancellationToken::new())
}

pub(crate) struct Rig {
    pub(crate) queue: SharedQueue,
    pub(crate) store: Store,
    router: Option<Running>,
    _folder: TempDir,
    _server: Option<Shared>,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        Self::start_on(folder, url, None).await
    }

    /// With the store on PostgreSQL.
    pub(crate) async fn start_on_postgres() -> Self {
        let server = postgres::shared().await.unwrap();
        let url = postgres::fresh_database(server.url()).await.unwrap();
        Self::start_on(tempfile::tempdir().unwrap(), url, Some(server)).await
    }

    async fn start_on(folder: TempDir, url: String, server: Option<Shared>) -> Self {
        let path = folder.path().join("queue.db");
        let queue: SharedQueue = Arc::new(SqliteQueue::open(&path).unwrap());
        let acquire_timeout = Duration::from_secs(10);
        let settings = StoreSettings { url: url.into(), pool_size: 4, acquire_timeout };
        let store = Store::open(&settings).unwrap();
        store.migrate().unwrap();
        store.write(seed).await.unwrap();
        let router = Some(router(&store, &queue));
        Self { queue, store, router, _folder: folder, _server: server }
    }

    /// Another router goes on where this one stops.
    pub(crate) async fn restart(&mut self) {
        if let Some(before) = self.router.take() {
            before.stop().await;
        }
        self.router = Some(router(&self.store, &self.queue));
    }

    pub(crate) async fn stop(self) {
        if let Some(router) = self.router {
            router.stop().await;
        }
        self.queue.close().await;
    }

    /// Puts a webhook's events on the queue, as ingress does.
    pub(crate) async fn webhook(&self, body: &Value) {
        for event in webhook::split(body.to_string().as_bytes()).unwrap() {
            let (channel, account) = (event.channel, event.account.clone().unwrap_or_default());
            let channel = channel.map(|channel| channel.to_string()).unwrap_or_default();
            let shard = ConversationShard::of(&event.routing_key());
            let id = format!("{channel}:{account}:{}", event.dedupe_key);
            let platform = wire::PlatformEvent {
                app_key: "shop".into(),
                channel,
                account,
                customer: event.customer.unwrap_or_default(),
                kind: event.kind,
                dedupe_key: event.dedupe_key,
                at_us: event.at.as_micros(),
                raw: event.raw,
            };
            self.publish(Topic::Inbound(shard), &id, Body::Platform(platform)).await;
        }
    }

    /// Waits until every lane of conversations is empty.
    pub(crate) async fn drain(&self) {
        let drained = async {
            for shard in ConversationShard::all() {
                while self.queue.depth(Topic::Inbound(shard)).await.unwrap() > 0 {
                    tokio::task::yield_now().await;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), drained).await.expect("lanes run empty");
    }

    /// Connects another account, unless it is.
    pub(crate) async fn connect(&self, channel: Channel, external_id: &str) {
        let account = Account {
            id: AccountId::derive(&format!("{channel}/{external_id}")),
            ..account(channel, external_id)
        };
        let add = move |db: &mut Db| match accounts::add(db, &account, clock()) {
            Err(StoreError::Exists(_)) => Ok(()),
            other => other,
        };
        self.store.write(add).await.unwrap();
    }

    pub(crate) async fn publish(&self, topic: Topic, id: &str, body: Body) {
        let created_at_us = clock().as_micros();
        let envelope =
            Envelope { id: id.into(), created_at_us, body: Some(body), ..Envelope::default() };
        let payload = encode(vec![envelope]);
        let id = MessageId::derive(id).to_string();
        self.queue.publish(vec![Message { id, topic, payload }]).await.unwrap();
    }

    pub(crate) async fn agent(&self, presence: Presence, capacity: u32) {
        self.agent_of(team(), presence, capacity).await;
    }

    /// She is in this team only.
    pub(crate) async fn agent_of(&self, team: TeamId, presence: Presence, capacity: u32) {
        let (teams, talents) = (vec![team], Talents::default());
        let event = EventKind::Agent { agent: ann(), presence, capacity, teams, talents };
        let kind = Some(event.into());
        let workspace_id = workspace().to_string();
        let body = Body::Dispatch(wire::DispatchEvent { workspace_id, kind });
        self.publish(Topic::Dispatch, &format!("presence {}", clock().as_micros()), body).await;
    }

    pub(crate) async fn agent_action(
        &self,
        record: &Record,
        id: &str,
        action: wire::agent_action::Action,
    ) {
        let body = Body::AgentAction(wire::AgentAction {
            workspace_id: workspace().to_string(),
            conversation_id: record.state.id.to_string(),
            agent_id: ann().to_string(),
            action: Some(action),
        });
        self.publish(Topic::Inbound(record.shard), id, body).await;
    }

    pub(crate) async fn listen(&self, topic: Topic) -> Listener {
        let options = SubscribeOptions { prefetch: 100, priority: 0, consumer: "test".into() };
        let subscription = self.queue.subscribe(topic, options).await.unwrap();
        Listener { subscription, held: VecDeque::new() }
    }

    /// Waits until something of the store is so.
    pub(crate) async fn until<T, F>(&self, what: &str, look: F) -> T
    where
        T: Send + 'static,
        F: Fn(&mut Db) -> Result<Option<T>, StoreError> + Clone + Send + 'static,
    {
        let found = async {
            loop {
                if let Some(found) = self.store.read(look.clone()).await.unwrap() {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(30), found).await;
        found.unwrap_or_else(|_| panic!("in vain: {what}"))
    }

    /// The conversation of a customer, once it is as wanted.
    pub(crate) async fn conversation(
        &self,
        channel: Channel,
        customer: &str,
        wanted: fn(&Record) -> bool,
    ) -> Record {
        let contact = format!("{}/{customer}", account_id(channel));
        let contact = switchboard_domain::ids::ContactId::derive(&contact);
        let id = ConversationId::derive(&contact.to_string());
        let look = move |db: &mut Db| Ok(conversations::load(db, id)?.filter(wanted));
        self.until("a conversation", look).await
    }

    /// The transcript once it has so many messages.
    pub(crate) async fn transcript(&self, record: &Record, count: usize) -> Vec<messages::Message> {
        let id = record.state.id;
        self.until("a transcript", move |db| {
            let page = messages::page(db, workspace(), id, None, 100)?;
            Ok((page.len() >= count).then_some(page))
        })
        .await
    }

    pub(crate) async fn unrouted(&self, count: usize) -> Vec<unrouted::Unrouted> {
        self.until("unrouted events", move |db| {
            let page = unrouted::page(db, workspace(), Timestamp::from_secs(i64::MAX >> 24), 100)?;
            Ok((page.len() >= count).then_some(page))
        })
        .await
    }
}

/// Receives what the router publishes.
pub(crate) struct Listener {
    subscription: Box<dyn Subscription>,
    /// Received and not yet asked for.
    held: VecDeque<Envelope>,
}

impl Listener {
    /// The next envelope that is no question who a customer is.
    pub(crate) async fn next(&mut self) -> Envelope {
        loop {
            let envelope = self.next_of_all().await;
            if !matches!(envelope.body, Some(Body::ProfileRequest(_))) {
                return envelope;
            }
        }
    }

    /// The next envelope.
    pub(crate) async fn next_of_all(&mut self) -> Envelope {
        loop {
            if let Some(envelope) = self.held.pop_front() {
                return envelope;
            }
            let received = tokio::time::timeout(Duration::from_secs(30), self.subscription.next(1));
            let deliveries: Vec<Delivery> =
                received.await.expect("something is published").unwrap();
            for delivery in deliveries {
                self.subscription.ack(&[delivery.tag]).await.unwrap();
                self.held.extend(decode(delivery.payload).unwrap());
            }
        }
    }

    pub(crate) async fn next_turn(&mut self) -> wire::BotTurn {
        match self.next().await.body {
            Some(Body::BotTurn(turn)) => turn,
            other => panic!("no turn: {other:?}"),
        }
    }

    pub(crate) async fn next_send(&mut self) -> wire::SendRequest {
        loop {
            match self.next().await.body {
                Some(Body::SendRequest(send)) => return send,
                // Signs of life go the same way.
                Some(Body::Signal(_)) => {}
                other => panic!("no send: {other:?}"),
            }
        }
    }
}

pub(crate) fn our_marker(send: &wire::SendRequest) -> String {
    marker::make(MARKER_KEY, send.send_id.parse::<SendId>().unwrap(), 1)
}

pub(crate) fn with_ann(record: &Record) -> bool {
    record.state.status == (Status::Agent { agent: ann() })
}

fn seed(db: &mut Db) -> Result<(), StoreError> {
    let (now, workspace, app) = (clock(), workspace(), AppId::derive("app"));
    workspaces::add(db, &workspaces::Workspace { id: workspace, name: "Shop".into() }, now)?;
    teams::add(db, &teams::Team { id: team(), workspace, name: "Service".into() }, now)?;
    let user = User {
        id: ann(),
        workspace,
        email: "ann@shop.example".into(),
        name: "Ann".into(),
        role: Role::Agent,
        capacity: 1,
        active: true,
        chosen_presence: Presence::Online,
    };
    users::add(db, &user, "no hash", now)?;
    let (key, meta_app_id) = ("shop".to_owned(), "77".to_owned());
    let (secret, verify_token) = ("sealed".to_owned(), "sealed".to_owned());
    let row =
        App { id: app, workspace, key, meta_app_id, secret, previous_secret: None, verify_token };
    apps::add(db, &row, now)?;
    let bot = BotId::derive("bot");
    let row = switchboard_store::bots::Bot {
        id: bot,
        workspace,
        name: "Bot".into(),
        kind: "rules".into(),
        settings: String::new(),
        secret: None,
    };
    switchboard_store::bots::add(db, &row, now)?;
    for (channel, external) in [(Channel::Messenger, PAGE), (Channel::WhatsApp, NUMBER)] {
        accounts::add(db, &account(channel, external), now)?;
    }
    Ok(())
}

pub(crate) fn outbound(channel: Channel) -> Topic {
    Topic::Outbound(switchboard_contract::convert::account_shard(account_id(channel)))
}

pub(crate) fn account(channel: Channel, external_id: &str) -> Account {
    Account {
        id: account_id(channel),
        workspace: workspace(),
        app: AppId::derive("app"),
        channel,
        external_id: external_id.into(),
        sender_id: external_id.into(),
        business_id: (channel == Channel::WhatsApp).then(|| WABA.into()),
        name: "Shop".into(),
        token: "sealed".into(),
        bot: Some(BotId::derive("bot")),
        team: team(),
        settings: AccountSettings::default(),
        disconnected_at: None,
    }
}
