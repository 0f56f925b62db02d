//! What an app subscribes to: the first of the two levels that webhooks need.
//!
//! Source: Graph API "Application subscriptions".

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{Auth, List};
use crate::{GraphClient, GraphFault, Host};

/// A subscription of an app to the webhooks of a product.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AppSubscription {
    /// `page`, `instagram` or `whatsapp_business_account`.
    pub object: String,
    /// Where webhooks go.
    #[serde(default)]
    pub callback_url: String,
    /// Whether Meta sends any.
    #[serde(default)]
    pub active: bool,
    /// The fields.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// A field of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
}

/// An app that a Page or a business account sends webhooks to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subscribed {
    /// Meta's id of the app.
    pub app_id: String,
    /// The fields; empty for WhatsApp, where it is all.
    pub fields: Vec<String>,
    /// WhatsApp: webhooks of this business account go here and not to the app's callback.
    pub override_url: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    subscribed_fields: Vec<String>,
    #[serde(default)]
    whatsapp_business_api_data: Option<RawId>,
    #[serde(default)]
    override_callback_uri: Option<String>,
}

#[derive(Deserialize)]
struct RawId {
    id: String,
}

impl From<Raw> for Subscribed {
    fn from(raw: Raw) -> Self {
        let id = raw.id.or_else(|| raw.whatsapp_business_api_data.map(|data| data.id));
        Self {
            app_id: id.unwrap_or_default(),
            fields: raw.subscribed_fields,
            override_url: raw.override_callback_uri,
        }
    }
}

impl GraphClient {
    /// What the app subscribes to. Needs the app's own token, `APPID|SECRET`.
    ///
    /// # Errors
    /// [`GraphFault`]; Meta refuses a wrong app secret.
    pub async fn app_subscriptions(
        &self,
        app_id: &str,
        auth: Auth<'_>,
    ) -> Result<Vec<AppSubscription>, GraphFault> {
        let list: List<AppSubscription> =
            self.read(Host::Facebook, &[app_id, "subscriptions"], &[], auth).await?;
        Ok(list.data)
    }

    /// Subscribes the app to a product's webhooks. Meta asks the callback URL to prove itself
    /// before it answers.
    ///
    /// # Errors
    /// [`GraphFault`]; Meta refuses a callback that it cannot reach or that does not prove itself.
    pub async fn subscribe_app(
        &self,
        app_id: &str,
        object: &str,
        (callback_url, verify_token): (&str, &str),
        fields: &[&str],
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        let body = json!({
            "object": object, "callback_url": callback_url, "verify_token": verify_token,
            "fields": fields.join(","), "include_values": true,
        });
        self.write((Method::POST, Host::Facebook), &[app_id, "subscriptions"], &body, auth).await
    }

    /// Ends the app's subscription to a product's webhooks.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn unsubscribe_app(
        &self,
        app_id: &str,
        object: &str,
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        let (to, body) = ((Method::DELETE, Host::Facebook), json!({ "object": object }));
        self.write(to, &[app_id, "subscriptions"], &body, auth).await
    }

    /// The apps that a Page, an Instagram account or a WhatsApp business account sends webhooks
    /// to, as far as the token may know.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn subscribed_apps(
        &self,
        (host, node): (Host, &str),
        auth: Auth<'_>,
    ) -> Result<Vec<Subscribed>, GraphFault> {
        let list: List<Raw> = self.read(host, &[node, "subscribed_apps"], &[], auth).await?;
        Ok(list.data.into_iter().map(Subscribed::from).collect())
    }

    /// Subscribes the token's app to a node. The list of fields replaces the one before; WhatsApp
    /// has none.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn subscribe_node(
        &self,
        (host, node): (Host, &str),
        fields: &[&str],
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        let body = match fields {
            [] => json!({}),
            fields => json!({ "subscribed_fields": fields.join(",") }),
        };
        self.write((Method::POST, host), &[node, "subscribed_apps"], &body, auth).await
    }

    /// Ends the subscription of the token's app to a node.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn unsubscribe_node(
        &self,
        (host, node): (Host, &str),
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        self.write((Method::DELETE, host), &[node, "subscribed_apps"], &json!({}), auth).await
    }
}
