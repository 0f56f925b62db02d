//! A desk of its own for each test.

use std::time::Duration;

use bytes::Bytes;
use switchboard_backend::Backend;
use switchboard_chassis::{clock, settings::Settings, shutdown::Shutdown};
use switchboard_contract::{Body, Envelope, convert::account_shard, decode, wire};
use switchboard_desk::{BadSettings, BotKind, BotKinds, CheckSettings, Running, Tuning};
use switchboard_domain::{Content, ids::AccountId};
use switchboard_queue::{SubscribeOptions, Subscription, Topic};
use switchboard_store::{
    Db, Store,
    errands::{self, Errand, Progress},
    users::{self, Particulars, Role},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::{client::Client, mailing, seed::Tenant};

pub(crate) struct World {
    pub(crate) backend: Backend,
    pub(crate) desk: Running,
    pub(crate) here: Tenant,
    pub(crate) there: Tenant,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With settings, by the end of their variable's name.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::tuned(settings, quick()).await
    }

    /// The same, with other timings.
    pub(crate) async fn tuned(settings: &[(&str, &str)], tuning: Tuning) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixed =
            [("DATA_DIR", folder.path().to_str().unwrap()), ("DESK__LISTEN", "127.0.0.1:0")];
        let all = fixed.iter().chain(settings);
        let env = all.map(|(key, value)| (format!("SWITCHBOARD__{key}"), (*value).to_owned()));
        let settings = Settings::from_sources(None, env.collect::<Vec<_>>()).unwrap();
        let backend = Backend::open(settings, "test").await.unwrap();
        let (here, there) = (Tenant::new("here"), Tenant::new("there"));
        here.plant(&backend.store, clock::now()).await;
        there.plant(&backend.store, clock::now()).await;
        for tenant in [&here, &there] {
            let mut file =
                backend.media().unwrap().write(tenant.workspace, tenant.media(), 1_000_000);
            file.put(Bytes::from_static(Tenant::FILE)).await.unwrap();
            file.finish().await.unwrap();
        }
        let desk = start(&backend, tuning).await;
        Self { backend, desk, here, there, _folder: folder }
    }

    /// Logged in as someone of `here`.
    pub(crate) async fn as_user(&self, who: &str) -> Client {
        Client::login(&self.desk.url(), &self.here.email(who)).await
    }

    pub(crate) async fn subscribe(&self, topic: Topic) -> Inbox {
        let options = SubscribeOptions { prefetch: 100, priority: 0, consumer: "test".into() };
        Inbox(self.backend.queue.subscribe(topic, options).await.unwrap())
    }

    /// How many messages wait.
    pub(crate) async fn depth(&self, topic: Topic) -> u64 {
        self.backend.queue.depth(topic).await.unwrap()
    }

    pub(crate) async fn publish(&self, topic: Topic, id: &str, body: Body) {
        let envelope = Envelope { id: id.into(), body: Some(body), ..Envelope::default() };
        let payload: Bytes = switchboard_contract::encode(vec![envelope]);
        let message = switchboard_queue::Message { id: id.into(), topic, payload };
        self.backend.queue.publish(vec![message]).await.unwrap();
    }

    /// Plays outbound for an account: does every errand, except those of a customer named so.
    pub(crate) async fn outbound(&self, account: AccountId) -> JoinHandle<()> {
        let mut inbox = self.subscribe(Topic::Outbound(account_shard(account))).await;
        let store = self.backend.store.clone();
        tokio::spawn(async move {
            loop {
                inbox.does_errand(&store, account).await;
            }
        })
    }

    /// Plays the services that the desk waits for, until it is dropped.
    pub(crate) async fn others(&self) -> Others {
        // What concerns no account goes to the shard of the workspace.
        let nobody = AccountId::new(self.here.workspace.uuid());
        let mut others = vec![self.bots().await];
        for account in [self.here.account("page"), self.here.account("number"), nobody] {
            others.push(self.outbound(account).await);
        }
        Others(others)
    }

    /// Plays the bots: whoever tries one hears what they said.
    async fn bots(&self) -> JoinHandle<()> {
        let mut inbox = self.subscribe(Topic::BotTurns).await;
        let store = self.backend.store.clone();
        tokio::spawn(async move {
            loop {
                if let Some(Body::BotTrial(trial)) = inbox.next().await.body {
                    does_trial(&store, trial).await;
                }
            }
        })
    }

    /// Says at another desk what someone of `here` may do, and whether they may come in.
    pub(crate) async fn change(&self, who: &str, role: Role, active: bool) {
        let (workspace, id) = (self.here.workspace, self.here.user(who));
        let (email, name) = (self.here.email(who), who.to_owned());
        let to = Particulars { email, name, role, active };
        let change = move |db: &mut Db| users::change(db, workspace, id, &to);
        self.backend.store.write(change).await.unwrap();
    }

    pub(crate) async fn stop(self) {
        self.desk.stop().await;
        self.backend.close().await;
    }
}

/// As fast as tests want it; but it waits as long as any for agents to come back.
pub(crate) fn quick() -> Tuning {
    Tuning {
        offline_after: Duration::from_millis(50),
        look: Duration::from_millis(200),
        heartbeat: Duration::from_millis(200),
        hold: Duration::from_secs(3),
        clock: mailing::now,
        ..Tuning::default()
    }
}

/// Another desk on the same backend.
pub(crate) async fn start(backend: &Backend, tuning: Tuning) -> Running {
    switchboard_desk::start_tuned(backend, &Shutdown::new(), bot_kinds(), tuning).await.unwrap()
}

/// Bots as they would be: those of one kind need a secret, and settings with a tab are wrong there.
fn bot_kinds() -> BotKinds {
    let all = ["rules", "http"].map(|name| BotKind { name, example: "rules: []" });
    let check: CheckSettings = |kind, settings, secret| {
        let bad = |sentence: &str, line, column| {
            Err(BadSettings { sentence: sentence.into(), line, column })
        };
        let place =
            settings.lines().zip(1..).find_map(|(text, line)| Some((line, text.find('\t')?)));
        match (kind, place, secret) {
            ("rules" | "http", Some((line, column)), _) => {
                let sentence = format!("line {line}, column {}: a tab", column + 1);
                bad(&sentence, Some(line), Some(column + 1))
            }
            ("http", _, Some(None)) => bad("a secret is needed", None, None),
            ("rules" | "http", ..) => Ok(()),
            _ => bad("there is no such kind", None, None),
        }
    };
    BotKinds { all: all.to_vec(), check }
}

/// Services that are played.
pub(crate) struct Others(Vec<JoinHandle<()>>);

impl Drop for Others {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

async fn does_trial(store: &Store, trial: wire::BotTrial) {
    let id = trial.errand_id.parse().unwrap();
    let said: Vec<Content> =
        trial.messages.into_iter().map(|one| Content::try_from(one).unwrap()).collect();
    let heard = serde_json::json!({
        "outcome": "answered", "replies": said, "note": trial.channel, "memory": trial.memory,
        "sources": [],
    });
    let workspace = trial.workspace_id.parse().unwrap();
    let row = Errand { id, workspace, account: None, kind: "bot_trial".into() };
    let work = move |db: &mut Db| {
        errands::begin(db, &row, clock::now())?;
        errands::end(db, id, &Progress::Done(heard), clock::now())
    };
    store.write(work).await.unwrap();
}

/// What arrives at a topic.
pub(crate) struct Inbox(Box<dyn Subscription>);

impl Inbox {
    pub(crate) async fn next(&mut self) -> Envelope {
        let delivery = self.0.next(1).await.unwrap().remove(0);
        self.0.ack(&[delivery.tag]).await.unwrap();
        decode(delivery.payload).unwrap().remove(0)
    }

    /// Does the next errand, and tells its id.
    pub(crate) async fn does_errand(&mut self, store: &Store, account: AccountId) -> String {
        let errand = loop {
            if let Some(Body::Errand(errand)) = self.next().await.body {
                break errand;
            }
        };
        let id = errand.errand_id.parse().unwrap();
        let done = match errand.input.contains("bobs") {
            true => Progress::Failed("Meta says no.".into()),
            false => Progress::Done(serde_json::Value::Null),
        };
        let workspace = errand.workspace_id.parse().unwrap();
        let row = Errand { id, workspace, account: Some(account), kind: errand.kind };
        let work = move |db: &mut Db| {
            errands::begin(db, &row, clock::now())?;
            errands::end(db, id, &done, clock::now())
        };
        store.write(work).await.unwrap();
        errand.errand_id
    }
}
