//! Administration: tokens, Pages, numbers, subscriptions, profiles. What connecting an account and
//! the doctor need.
//!
//! Every call answers in seconds and can be repeated: none of them sends anything to customers.

mod app;
mod page;
mod relay;
mod token;
mod whatsapp;

pub use app::{AppSubscription, Subscribed};
pub use page::{LinkedInstagram, OwnInstagram, Page};
use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
pub use token::Granular;
pub use whatsapp::{HealthEntity, HealthStatus, Number};

use crate::{
    GraphClient, GraphFault, Host,
    client::finish,
    lookup::{Answered, answer},
};

/// What a call is authorised by: the token, and the app's proof where it has a secret.
pub type Auth<'a> = (&'a SecretString, Option<&'a str>);

/// A list as Meta wraps it.
#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    data: Vec<T>,
}

impl GraphClient {
    async fn read<T: DeserializeOwned>(
        &self,
        host: Host,
        path: &[&str],
        query: &[(&str, &str)],
        (token, proof): Auth<'_>,
    ) -> Result<T, GraphFault> {
        let request = self.request(Method::GET, host, path, token, proof)?;
        answer(finish(request.query(query)).await)
    }

    async fn write(
        &self,
        (method, host): (Method, Host),
        path: &[&str],
        body: &Value,
        (token, proof): Auth<'_>,
    ) -> Result<(), GraphFault> {
        let request = self.request(method, host, path, token, proof)?;
        answer::<Answered>(finish(request.json(body)).await).map(drop)
    }
}
