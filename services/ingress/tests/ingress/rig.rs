//! An ingress on a temporary installation, and a client that signs like Meta.

use reqwest::{Client, RequestBuilder, Response};
use switchboard_backend::Backend;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_contract::{Body, Envelope, decode, wire::PlatformEvent};
use switchboard_domain::{
    ids::{AppId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_ingress::Running;
use switchboard_meta::signature;
use switchboard_queue::{SubscribeOptions, Topic};
use switchboard_store::{
    apps::{self, App},
    workspaces::{self, Workspace},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const KEY: &str = "shop";
pub(crate) const SECRET: &str = "app-s3cr3t-0001";
pub(crate) const TOKEN: &str = "verify t0k3n 0002";

pub(crate) struct Rig {
    pub(crate) backend: Backend,
    pub(crate) http: Client,
    running: Running,
    pub(crate) workspace: WorkspaceId,
    _folder: TempDir,
}

/// An event found on the queue.
pub(crate) struct Found {
    pub(crate) shard: ConversationShard,
    pub(crate) id: String,
    pub(crate) traceparent: String,
    pub(crate) event: PlatformEvent,
}

impl Rig {
    /// With one app: [`KEY`], [`SECRET`], [`TOKEN`].
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let env = [
            ("DATA_DIR", folder.path().to_str().unwrap()),
            ("INGRESS__LISTEN", "127.0.0.1:0"),
            ("STORE__POOL_SIZE", "1"),
            ("LINKING__TRUSTED_HOSTS", "127.0.0.1"),
        ];
        let env = env.map(|(key, value)| (format!("SWITCHBOARD__{key}"), value.to_owned()));
        let settings = Settings::from_sources(None, env).unwrap();
        let backend = Backend::open(settings, "ingress-test").await.unwrap();
        let workspace = WorkspaceId::derive("test");
        let tenant = Workspace { id: workspace, name: "Test".into() };
        backend.store.write(move |db| workspaces::add(db, &tenant, clock::now())).await.unwrap();
        let running = serve(&backend).await;
        let rig = Self { backend, http: Client::new(), running, workspace, _folder: folder };
        rig.add_app(KEY, SECRET, TOKEN).await;
        rig
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
        self.backend.close().await;
    }

    pub(crate) async fn add_app(&self, key: &str, secret: &str, token: &str) {
        let (id, workspace) = (AppId::derive(key), self.workspace);
        let (keys, row) = (self.backend.keys.apps().unwrap(), id.to_string());
        let app = App {
            id,
            workspace,
            key: key.into(),
            meta_app_id: "1".into(),
            secret: keys.seal(App::secret_place(workspace, &row), &secret.into()).unwrap(),
            previous_secret: None,
            verify_token: keys
                .seal(App::verify_token_place(workspace, &row), &token.into())
                .unwrap(),
        };
        self.backend.store.write(move |db| apps::add(db, &app, clock::now())).await.unwrap();
    }

    pub(crate) async fn rotate_secret(&self, key: &str, secret: &str) {
        let (id, workspace) = (AppId::derive(key), self.workspace);
        let keys = self.backend.keys.apps().unwrap();
        let place = id.to_string();
        let sealed = keys.seal(App::secret_place(workspace, &place), &secret.into()).unwrap();
        let rotate = move |db: &mut _| apps::rotate_secret(db, workspace, id, &sealed);
        self.backend.store.write(rotate).await.unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr())
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// A post without any signature.
    pub(crate) fn post(&self, key: &str, body: impl Into<Vec<u8>>) -> RequestBuilder {
        self.http
            .post(self.url(&format!("/meta/webhooks/{key}")))
            .header("content-type", "application/json")
            .body(body.into())
    }

    /// The status of a post signed with this secret.
    pub(crate) async fn signed(&self, secret: &str, body: impl Into<Vec<u8>>) -> u16 {
        let body = body.into();
        let signature = signature::sign(secret.as_bytes(), &body);
        let post = self.post(KEY, body).header("x-hub-signature-256", signature);
        post.send().await.unwrap().status().as_u16()
    }

    /// Everything on the queue, in order within each shard. What was answered is there already.
    pub(crate) async fn found(&self) -> Vec<Found> {
        let mut found = Vec::new();
        for shard in ConversationShard::all() {
            let envelopes = self.drain(Topic::Inbound(shard)).await;
            found.extend(envelopes.into_iter().map(|envelope| {
                assert!(envelope.created_at_us > 0);
                match envelope.body {
                    Some(Body::Platform(event)) => {
                        Found { shard, id: envelope.id, traceparent: envelope.traceparent, event }
                    }
                    other => panic!("not from a platform: {other:?}"),
                }
            }));
        }
        found
    }

    pub(crate) async fn drain(&self, topic: Topic) -> Vec<Envelope> {
        let queue = &self.backend.queue;
        let mut left = queue.depth(topic).await.unwrap();
        let mut envelopes = Vec::new();
        if left == 0 {
            return envelopes;
        }
        let options = SubscribeOptions { prefetch: 2_000, priority: 0, consumer: "test".into() };
        let mut subscription = queue.subscribe(topic, options).await.unwrap();
        while left > 0 {
            for delivery in subscription.next(2_000).await.unwrap() {
                assert!(Uuid::parse_str(&delivery.id).is_ok());
                envelopes.extend(decode(delivery.payload).unwrap());
                subscription.ack(&[delivery.tag]).await.unwrap();
                left -= 1;
            }
        }
        envelopes
    }
}

pub(crate) async fn serve(backend: &Backend) -> Running {
    let settings = switchboard_ingress::Settings {
        queue: backend.queue.clone(),
        store: backend.store.clone(),
        keys: backend.keys.apps().unwrap(),
        linking_keys: backend.keys.linking(),
        linking: backend.settings.linking.clone(),
        public_url: backend.settings.ingress.public_url.clone(),
        files: backend.media().unwrap(),
        listen: backend.settings.ingress.listen,
    };
    switchboard_ingress::start(settings, &CancellationToken::new()).await.unwrap()
}
