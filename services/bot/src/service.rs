//! Starting and stopping.

use std::{net::SocketAddr, sync::Arc};

use actix_web::web::Data;
use switchboard_chassis::{
    health::Health,
    http::{self, BindError, Server},
};
use switchboard_media::MediaStore;
use switchboard_outside::Client;
use switchboard_queue::{Health as QueueHealth, QueueError, SharedQueue, SubscribeOptions, Topic};
use switchboard_store::{Store, seal::Keyring};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    catalogue::Catalogue,
    consume::Consumer,
    door::{self, Door},
    measures::Measures,
    news::{self, Teller},
    reach::Reach,
    turn::Worker,
};

/// What the bots run on.
#[derive(Clone)]
pub struct Settings {
    /// Where turns come from and answers go.
    pub queue: SharedQueue,
    /// Where the bots' settings are; only read.
    pub store: Store,
    /// What bots outside are asked with.
    pub outside: Client,
    /// Where files of conversations are, for bots that ask for them and upload theirs.
    pub files: MediaStore,
    /// The largest file that is kept, in bytes.
    pub largest_file: u64,
    /// Opens the bots' secrets; `None`: bots that have one do not work.
    pub keys: Option<Arc<Keyring>>,
    /// Where health, metrics and the door for bots are served; port 0 takes any free port.
    pub listen: SocketAddr,
    /// Turns at once, at least 1.
    pub concurrency: u16,
    /// Names this replica to operators.
    pub replica: String,
}

/// Why the bots did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// They cannot listen.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// They cannot receive turns.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// Bots at work.
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    consuming: JoinHandle<()>,
    telling: JoinHandle<()>,
    serving: JoinHandle<()>,
}

impl Running {
    /// Where all that is served, with the port it got.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more turns and waits a little for those in hand.
    pub async fn stop(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until the token that they were started with has stopped them.
    pub async fn ended(self) {
        let _ = tokio::join!(self.consuming, self.telling, self.serving);
    }
}

/// Subscribes to the turns and begins to take them.
///
/// # Errors
/// [`Error`].
pub async fn start(settings: Settings, stop: &CancellationToken) -> Result<Running, Error> {
    let stop = stop.child_token();
    let Settings { queue, store, outside, files, largest_file, keys, listen, concurrency, replica } =
        settings;
    let concurrency = concurrency.max(1);
    let options = SubscribeOptions { prefetch: concurrency, priority: 0, consumer: replica };
    let of_news = SubscribeOptions { prefetch: news::IN_HAND, ..options.clone() };
    let subscription = queue.subscribe(Topic::BotTurns, options).await?;
    let of_news = queue.subscribe(Topic::BotNews, of_news).await?;
    let (health, reach) = (checks(&queue), Reach { client: outside, keys });
    let door = Data::new(Door::new((&queue, &store), reach.clone(), (files, largest_file)));
    let server = http::serve(listen, move |app| {
        health.mount(app);
        door::mount(&door, app);
    })?;
    let address = server.address();
    let catalogue = Catalogue::new(store, reach);
    let worker = Arc::new(Worker { queue, catalogue, measures: Measures::new() });
    let teller = Arc::new(Teller::new(Arc::clone(&worker)));
    let consumer = Consumer { subscription, worker, concurrency };
    let consuming = tokio::spawn(consumer.run(stop.clone()));
    let teller = Consumer { subscription: of_news, worker: teller, concurrency: news::IN_HAND };
    let telling = tokio::spawn(teller.run(stop.clone()));
    let serving = tokio::spawn(serve_until(server, stop.clone()));
    Ok(Running { address, stop, consuming, telling, serving })
}

fn checks(queue: &SharedQueue) -> Health {
    let health = Health::new();
    health.watch("queue", queue.health(), |state| match state {
        QueueHealth::Up => Ok(()),
        QueueHealth::Down(why) => Err(why.clone()),
    });
    health
}

async fn serve_until(server: Server, stop: CancellationToken) {
    stop.cancelled().await;
    server.stop().await;
}
