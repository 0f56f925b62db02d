//! The broker and the database under a distributed world.

use switchboard_testkit::{
    Shared,
    postgres::{self, Postgres},
    rabbitmq::{self, Rabbit},
};
use uuid::Uuid;

use crate::Outcome;

/// RabbitMQ and PostgreSQL, with a namespace and a database of the world's own.
#[derive(Debug)]
pub struct Servers {
    pub(super) queue_url: String,
    pub(super) namespace: String,
    pub(super) store_url: String,
    kept: Kept,
}

/// What keeps the servers running.
#[derive(Debug)]
enum Kept {
    Shared { _servers: [Shared; 2] },
    Own(Box<(Rabbit, Postgres)>),
}

impl Servers {
    pub(super) async fn shared() -> Outcome<Self> {
        let (rabbit, postgres) = tokio::try_join!(rabbitmq::shared(), postgres::shared())?;
        let queue_url = rabbit.url().to_owned();
        let store_url = postgres::fresh_database(postgres.url()).await?;
        let kept = Kept::Shared { _servers: [rabbit, postgres] };
        Ok(Self { queue_url, namespace: fresh_namespace(), store_url, kept })
    }

    pub(super) async fn own() -> Outcome<Self> {
        let (rabbit, postgres) = tokio::try_join!(Rabbit::start(), Postgres::start())?;
        let store_url = postgres::fresh_database(&postgres.url()).await?;
        let (queue_url, kept) = (rabbit.url(), Kept::Own(Box::new((rabbit, postgres))));
        Ok(Self { queue_url, namespace: fresh_namespace(), store_url, kept })
    }

    /// The broker, to be killed.
    ///
    /// # Errors
    /// When others use it as well.
    pub fn broker(&mut self) -> Outcome<&mut Rabbit> {
        match &mut self.kept {
            Kept::Own(own) => Ok(&mut own.0),
            Kept::Shared { .. } => Err("the broker is not this world's own".into()),
        }
    }

    /// The database, to be killed.
    ///
    /// # Errors
    /// When others use it as well.
    pub fn database(&mut self) -> Outcome<&mut Postgres> {
        match &mut self.kept {
            Kept::Own(own) => Ok(&mut own.1),
            Kept::Shared { .. } => Err("the database is not this world's own".into()),
        }
    }
}

fn fresh_namespace() -> String {
    let id = Uuid::now_v7().simple().to_string();
    // The end is what differs; a namespace has at most 32 characters.
    format!("e2e-{}", id.get(12..).unwrap_or_default())
}
