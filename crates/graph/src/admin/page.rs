//! Pages, the Instagram accounts linked to them, and messenger profiles.
//!
//! Sources: Pages API "accounts"; Instagram API "instagram_business_account", "me"; Messenger
//! Platform "Messenger profile".

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Auth, List};
use crate::{GraphClient, GraphFault, Host};

/// A Page that a user token reaches.
#[derive(Debug, Clone, Deserialize)]
pub struct Page {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The Page's own token.
    #[serde(default)]
    pub access_token: Option<SecretString>,
    /// What the user may do there: `MESSAGING`, `MODERATE`...
    #[serde(default)]
    pub tasks: Vec<String>,
}

/// The Instagram account that is linked to a Page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LinkedInstagram {
    /// Its id: what webhooks call it.
    pub id: String,
    /// Its user name.
    #[serde(default)]
    pub username: Option<String>,
}

/// The Instagram account of an Instagram-login token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OwnInstagram {
    /// The app-scoped id.
    #[serde(default)]
    pub id: Option<String>,
    /// The professional account's id: what webhooks call it.
    #[serde(default)]
    pub user_id: Option<String>,
    /// Its user name.
    #[serde(default)]
    pub username: Option<String>,
}

#[derive(Deserialize)]
struct WithInstagram {
    #[serde(default)]
    instagram_business_account: Option<LinkedInstagram>,
}

impl GraphClient {
    /// The Pages that a user or system-user token reaches, each with a token of its own.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn pages(&self, auth: Auth<'_>) -> Result<Vec<Page>, GraphFault> {
        let query = [("fields", "id,name,access_token,tasks"), ("limit", "100")];
        let list: List<Page> = self.read(Host::Facebook, &["me", "accounts"], &query, auth).await?;
        Ok(list.data)
    }

    /// The Instagram account linked to a Page.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn instagram_of(
        &self,
        page: &str,
        auth: Auth<'_>,
    ) -> Result<Option<LinkedInstagram>, GraphFault> {
        let query = [("fields", "instagram_business_account{id,username}")];
        let found: WithInstagram = self.read(Host::Facebook, &[page], &query, auth).await?;
        Ok(found.instagram_business_account)
    }

    /// The Instagram account whose owner logged in with Instagram.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn own_instagram(&self, auth: Auth<'_>) -> Result<OwnInstagram, GraphFault> {
        let query = [("fields", "user_id,username")];
        self.read(Host::Instagram, &["me"], &query, auth).await
    }

    /// What the messenger profile says about these fields. Of a Page's Instagram account the platform,
    /// `instagram`, is named.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn messenger_profile(
        &self,
        (host, node): (Host, &str),
        fields: &str,
        platform: Option<&str>,
        auth: Auth<'_>,
    ) -> Result<Value, GraphFault> {
        let mut query = vec![("fields", fields)];
        query.extend(platform.map(|platform| ("platform", platform)));
        let list: List<Value> = self.read(host, &[node, "messenger_profile"], &query, auth).await?;
        Ok(list.data.into_iter().next().unwrap_or_else(|| json!({})))
    }

    /// Writes fields of the messenger profile; the others stay.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn set_messenger_profile(
        &self,
        (host, node): (Host, &str),
        profile: &Value,
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        self.write((Method::POST, host), &[node, "messenger_profile"], profile, auth).await
    }

    /// Deletes fields of the messenger profile; the platform as in [`Self::messenger_profile`].
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn delete_messenger_profile(
        &self,
        (host, node): (Host, &str),
        fields: &[&str],
        platform: Option<&str>,
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        let mut body = json!({ "fields": fields });
        if let (Some(platform), Some(body)) = (platform, body.as_object_mut()) {
            body.insert("platform".into(), platform.into());
        }
        self.write((Method::DELETE, host), &[node, "messenger_profile"], &body, auth).await
    }
}
