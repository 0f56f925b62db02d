//! The suite that every queue must pass, on a broker that all tests share, each in a namespace of
//! its own.

use std::sync::Arc;

use async_trait::async_trait;
use switchboard_queue::{
    SharedQueue,
    conformance::{Failure, Rig, bounds},
    conformance_suite,
};
use switchboard_queue_rabbitmq::{RabbitQueue, RabbitSettings};
use switchboard_testkit::rabbitmq::{self, Rabbit};
use uuid::Uuid;

fn settings(url: &str) -> Result<RabbitSettings, Failure> {
    let namespace = format!("test-{}", Uuid::now_v7().simple());
    let new = RabbitSettings::new(url.parse()?, "conformance");
    Ok(RabbitSettings { namespace, bounds, ..new })
}

struct SharedRig {
    queue: Arc<RabbitQueue>,
    _broker: switchboard_testkit::Shared,
}

async fn shared() -> Result<SharedRig, Failure> {
    let broker = rabbitmq::shared().await?;
    let queue = Arc::new(RabbitQueue::connect(settings(broker.url())?).await?);
    Ok(SharedRig { queue, _broker: broker })
}

#[async_trait]
impl Rig for SharedRig {
    fn queue(&self) -> SharedQueue {
        self.queue.clone()
    }

    async fn restart(&mut self) -> Result<(), Failure> {
        Err("a shared broker is not restarted".into())
    }
}

struct OwnRig {
    queue: Arc<RabbitQueue>,
    broker: Rabbit,
}

async fn own() -> Result<OwnRig, Failure> {
    let broker = Rabbit::start().await?;
    let queue = Arc::new(RabbitQueue::connect(settings(&broker.url())?).await?);
    Ok(OwnRig { queue, broker })
}

#[async_trait]
impl Rig for OwnRig {
    fn queue(&self) -> SharedQueue {
        self.queue.clone()
    }

    async fn restart(&mut self) -> Result<(), Failure> {
        self.broker.kill9();
        Ok(self.broker.start_again().await?)
    }
}

conformance_suite! { rig: shared, restartable: own }
