//! Where a provider's parts are. (OpenID Connect Discovery 1.0)

use serde::Deserialize;

use crate::{
    Client, Fault,
    http::{finish, json},
};

/// The parts of a provider.
#[derive(Debug, Deserialize)]
pub(super) struct Discovered {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Discovered {
    /// Asks the provider.
    pub(super) async fn fetch(client: &Client, issuer: &str) -> Result<Self, Fault> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let (http, url) = client.to(&address)?;
        let (status, body) = finish(http.get(url)).await?;
        if status != 200 {
            return Err(Fault::Wrong(format!("its description is not there: status {status}")));
        }
        let found: Self = json(&body, "the provider's description")?;
        // Else one provider could speak for another (Discovery 1.0, 4.3).
        if found.issuer != issuer {
            let told = "the provider calls itself by another issuer than the settings do";
            return Err(Fault::Wrong(told.into()));
        }
        Ok(found)
    }

    /// Whether the client proves itself in the header, which is the usual way.
    pub(super) fn takes_basic(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}
