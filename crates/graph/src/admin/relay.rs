//! Calls that somebody else made, handed on as they are.

use reqwest::Method;
use serde_json::{Map, Value};

use super::Auth;
use crate::{GraphClient, Host, Outcome, client::finish};

impl GraphClient {
    /// Makes a call with these parameters, and tells what Meta answered, whatever it is. They stand in
    /// the query of a GET, else in the body.
    pub async fn relay(
        &self,
        (method, host): (&str, Host),
        path: &[&str],
        parameters: &Map<String, Value>,
        (token, proof): Auth<'_>,
    ) -> Outcome {
        let Ok(method) = method.parse::<Method>() else {
            return Outcome::NotSent(format!("{method} is no method"));
        };
        let reads = method == Method::GET;
        let request = match self.request(method, host, path, token, proof) {
            Ok(request) if reads => request.query(&query(parameters)),
            Ok(request) => request.json(parameters),
            Err(fault) => return Outcome::NotSent(fault.to_string()),
        };
        finish(request).await
    }
}

/// Lists and objects stand in a query as JSON.
fn query(parameters: &Map<String, Value>) -> Vec<(&str, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    parameters.iter().map(|(name, value)| (name.as_str(), text(value))).collect()
}
