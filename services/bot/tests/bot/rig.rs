//! A temporary installation with bots in it, and the two ends of a turn.

use std::time::Duration;

use switchboard_backend::Backend;
use switchboard_bot::Running;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_contract::{
    Body, Envelope, decode, encode,
    wire::{self, BotReply, BotTurn, bot_turn::Said},
};
use switchboard_domain::{
    Content,
    ids::{BotId, ConversationId, DocumentId, MessageId, TurnId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_outside::{Client, Reach};
use switchboard_queue::{Message, SharedQueue, SubscribeOptions, Subscription, Topic};
use switchboard_store::{
    bots::{self, Bot},
    documents::{self, Document},
    workspaces::{self, Workspace},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const RULES: &str = "
rules:
  - { when: { keywords: [hello] }, reply: [{ text: Hi }] }
  - { when: { keywords: [person] }, reply: [{ text: One moment }], then: hand_off }
";

pub(crate) struct Rig {
    pub(crate) backend: Backend,
    pub(crate) shard: ConversationShard,
    replies: Box<dyn Subscription>,
    _folder: TempDir,
}

impl Rig {
    /// With three bots: `rules`, `broken` and `strange`.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let env = [("DATA_DIR", folder.path().to_str().unwrap()), ("BOT__LISTEN", "127.0.0.1:0")];
        let env = env.map(|(key, value)| (format!("SWITCHBOARD__{key}"), value.to_owned()));
        let settings = Settings::from_sources(None, env).unwrap();
        let backend = Backend::open(settings, "bot-test").await.unwrap();
        let workspace = workspace();
        let tenant = Workspace { id: workspace, name: "Test".into() };
        let bot = |name: &str, kind: &str, settings: &str| Bot {
            id: BotId::derive(name),
            workspace,
            name: name.into(),
            kind: kind.into(),
            settings: settings.into(),
            secret: None,
        };
        let bots = [
            bot("rules", "rules", RULES),
            bot("broken", "rules", "rules: 7"),
            bot("strange", "of tomorrow", ""),
        ];
        let fill = move |db: &mut _| {
            workspaces::add(db, &tenant, clock::now())?;
            bots.iter().try_for_each(|bot| bots::add(db, bot, clock::now()))
        };
        backend.store.write(fill).await.unwrap();
        let shard = ConversationShard::of("messenger:page:customer");
        let replies = subscribe(&backend.queue, Topic::Inbound(shard)).await;
        Self { backend, shard, replies, _folder: folder }
    }

    /// Adds a bot with a secret.
    pub(crate) async fn add(&self, name: &str, kind: &str, settings: String, secret: &str) {
        let id = BotId::derive(name);
        let keys = self.backend.keys.bots().unwrap();
        let secret = Some(Bot::seal(&keys, (workspace(), id), &secret.into()).unwrap());
        let (name, kind) = (name.to_owned(), kind.to_owned());
        let bot = Bot { id, workspace: workspace(), name, kind, settings, secret };
        self.backend.store.write(move |db| bots::add(db, &bot, clock::now())).await.unwrap();
    }

    /// Teaches a bot a document.
    pub(crate) async fn teach(&self, bot: &str, name: &str, text: &str) {
        let passages = switchboard_knowledge::read(name, text.into()).unwrap().passages;
        let passages = switchboard_knowledge::passages_to_json(&passages);
        let document = Document {
            id: DocumentId::derive(&format!("{bot}/{name}")),
            name: name.to_owned(),
            media_type: "text/plain".into(),
            passages: 1,
            bytes: 1,
            hash: format!("{name}/{passages}"),
            updated_at: clock::now(),
        };
        let whose = (workspace(), BotId::derive(bot));
        let put = move |db: &mut _| documents::put(db, whose, &document, &passages);
        self.backend.store.write(put).await.unwrap();
    }

    /// A replica on this queue, which may be something around the real one.
    pub(crate) async fn replica(&self, queue: SharedQueue, concurrency: u16) -> Running {
        let settings = self.settings(queue, concurrency);
        switchboard_bot::start(settings, &CancellationToken::new()).await.unwrap()
    }

    pub(crate) fn settings(
        &self,
        queue: SharedQueue,
        concurrency: u16,
    ) -> switchboard_bot::Settings {
        let reach = Reach {
            trusted_hosts: vec!["127.0.0.1".into()],
            setting: "bot.trusted_hosts",
            timeout: Duration::from_secs(30),
            proxy: None,
        };
        switchboard_bot::Settings {
            queue,
            outside: Client::new(&reach).unwrap(),
            files: self.backend.media().unwrap(),
            largest_file: self.backend.settings.media.max_bytes,
            keys: self.backend.keys.bots(),
            store: self.backend.store.clone(),
            listen: self.backend.settings.bot.listen,
            concurrency,
            replica: "test".into(),
        }
    }

    pub(crate) async fn start(&self) -> Running {
        self.replica(self.backend.queue.clone(), 4).await
    }

    /// What the router sends for a turn of this name.
    pub(crate) fn turn(&self, name: &str, bot: &str, said: &[&str]) -> Envelope {
        let turn = TurnId::derive(name);
        let message = |text: &&str| Said {
            message_id: MessageId::derive(text).to_string(),
            content: Some(Content::text(*text).into()),
        };
        let body = BotTurn {
            workspace_id: workspace().to_string(),
            conversation_id: ConversationId::derive("conversation").to_string(),
            conversation_shard: self.shard.number().into(),
            bot_id: BotId::derive(bot).to_string(),
            turn_id: turn.to_string(),
            attempt: 1,
            channel: "messenger".into(),
            messages: said.iter().map(message).collect(),
            deadline_us: clock::now().plus(Duration::from_secs(60)).as_micros(),
            memory: None,
        };
        Envelope {
            id: format!("{turn}:1"),
            created_at_us: clock::now().as_micros(),
            body: Some(Body::BotTurn(body)),
            ..Envelope::default()
        }
    }

    /// Publishes envelopes to the bots, in one message.
    pub(crate) async fn ask(&self, envelopes: Vec<Envelope>) {
        self.send(encode(envelopes)).await;
    }

    pub(crate) async fn send(&self, payload: bytes::Bytes) {
        let id = Uuid::now_v7().to_string();
        let message = Message { id, topic: Topic::BotTurns, payload };
        self.backend.queue.publish(vec![message]).await.unwrap();
    }

    /// The next answers on their way to the router.
    pub(crate) async fn replies(&mut self, count: usize) -> Vec<(Envelope, BotReply)> {
        let envelopes = self.envelopes(count).await;
        envelopes
            .into_iter()
            .map(|envelope| match envelope.body.clone() {
                Some(Body::BotReply(reply)) => (envelope, reply),
                other => panic!("no reply: {other:?}"),
            })
            .collect()
    }

    /// The next envelopes on their way to the router.
    pub(crate) async fn envelopes(&mut self, count: usize) -> Vec<Envelope> {
        take(&mut *self.replies, count).await
    }

    /// Waits until every turn is acked.
    pub(crate) async fn all_done(&self) {
        while self.backend.queue.depth(Topic::BotTurns).await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::derive("test")
}

pub(crate) fn texts(reply: &BotReply) -> Vec<String> {
    let text = |content: &wire::Content| {
        let content = Content::try_from(content.clone()).unwrap();
        content.as_words().unwrap().to_owned()
    };
    reply.replies.iter().map(text).collect()
}

pub(crate) async fn subscribe(queue: &SharedQueue, topic: Topic) -> Box<dyn Subscription> {
    let options = SubscribeOptions { prefetch: 2_000, priority: 0, consumer: "test".into() };
    queue.subscribe(topic, options).await.unwrap()
}

/// The next envelopes of a topic, acked.
pub(crate) async fn take(subscription: &mut dyn Subscription, count: usize) -> Vec<Envelope> {
    let mut envelopes = Vec::new();
    while envelopes.len() < count {
        for delivery in subscription.next(2_000).await.unwrap() {
            envelopes.extend(decode(delivery.payload).unwrap());
            subscription.ack(&[delivery.tag]).await.unwrap();
        }
    }
    assert_eq!(envelopes.len(), count);
    envelopes
}
