//! The business's side of a log-in: the endpoint that checks a name and a password, and an OpenID
//! Connect provider with keys and tokens of its own. Both know the same customers.

mod endpoint;
mod provider;

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::{App, HttpServer, dev::ServerHandle, web::Data};
use provider::Provider;

use crate::{TestkitError, error::io};

/// A customer who knows their password, and what the business says of them.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    /// As whom they log in.
    pub username: &'static str,
    /// What proves it.
    pub password: &'static str,
    /// The business's number for them.
    pub number: &'static str,
    /// What the business calls them.
    pub name: &'static str,
}

/// Someone who exists.
pub const ADA: Customer =
    Customer { username: "ada", password: "correct horse", number: "C-1001", name: "Ada Lovelace" };

/// Someone whom the business refuses in its own words.
pub const CLOSED: &str = "closed";

/// Someone over whom the endpoint breaks.
pub const BROKEN: &str = "broken";

/// What requests are signed with.
pub const SECRET: &str = "whsec_c3dpdGNoYm9hcmQtdGVzdHMtc2lnbi13aXRoLXRoaXM=";

/// What we are called at the provider, and what proves it.
pub const CLIENT: (&str, &str) = ("shop:1", "client s3cret/+");

/// The business, at work on a free port of this machine.
pub struct Business {
    address: SocketAddr,
    server: ServerHandle,
    shared: Arc<Shared>,
}

/// What its handlers share.
struct Shared {
    /// Names that the endpoint was asked about, in order.
    asked: Mutex<Vec<String>>,
    provider: Provider,
}

impl Business {
    /// Opens.
    ///
    /// # Errors
    /// [`TestkitError`] when it cannot listen or make its key.
    pub async fn start() -> Result<Self, TestkitError> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(io("listen as the business"))?;
        let address = listener.local_addr().map_err(io("listen as the business"))?;
        let provider = Provider::new(format!("http://{address}"))?;
        let shared = Arc::new(Shared { asked: Mutex::default(), provider });
        let data = Data::from(Arc::clone(&shared));
        let serve = move || {
            App::new().app_data(data.clone()).configure(endpoint::mount).configure(provider::mount)
        };
        let server = HttpServer::new(serve).workers(1).disable_signals().shutdown_timeout(1);
        let server = server.listen(listener).map_err(io("serve as the business"))?.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { address, server: handle, shared })
    }

    /// Where name and password are checked.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}/check", self.address)
    }

    /// The provider's issuer.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The names that the endpoint was asked about, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        lock(&self.shared.asked).clone()
    }

    /// From now on the provider's tokens are wrong in this way.
    pub fn spoil(&self, spoiled: Spoiled) {
        self.shared.provider.spoil(spoiled);
    }

    /// Closes, and can be asked nothing more.
    pub async fn close(&self) {
        self.server.stop(false).await;
    }

    /// Closes for good.
    pub async fn stop(self) {
        self.close().await;
    }
}

/// Ways in which the provider's tokens can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoiled {
    /// Signed with a key that is not among the provider's.
    Key,
    /// For another client.
    Audience,
    /// Of another log-in.
    Nonce,
    /// Over.
    Expired,
    /// Without the customer number.
    Nameless,
}

fn known(username: &str, password: &str) -> Option<Customer> {
    let same = username.eq_ignore_ascii_case(ADA.username) && password == ADA.password;
    same.then_some(ADA)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
