//! WhatsApp's numbers: facts, health, registration, business profiles.
//!
//! Sources: WhatsApp Business Management API "Phone numbers", "Health status"; Cloud API
//! "Registration", "Business profiles".

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Auth, List};
use crate::{GraphClient, GraphFault, Host};

/// What is asked for of a number.
const FIELDS: &str = "id,display_phone_number,verified_name,status,quality_rating,name_status,\
                      code_verification_status,platform_type,account_mode,throughput,\
                      whatsapp_business_manager_messaging_limit,webhook_configuration";

/// A number; each fact may be withheld.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Number {
    /// Meta's id of it: what webhooks call it.
    pub id: String,
    /// As people write it.
    pub display_phone_number: Option<String>,
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// `CONNECTED`, `PENDING`, `DISCONNECTED`, `BANNED`, `FLAGGED`...
    pub status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// `APPROVED`, `PENDING_REVIEW`, `DECLINED`...
    pub name_status: Option<String>,
    /// `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`.
    pub code_verification_status: Option<String>,
    /// `CLOUD_API`, `ON_PREMISE`, `NOT_APPLICABLE`.
    pub platform_type: Option<String>,
    /// `LIVE` or `SANDBOX`.
    pub account_mode: Option<String>,
    /// How many messages a second.
    pub throughput: Option<Throughput>,
    /// How many people a day it may write to first: `TIER_250`...
    pub whatsapp_business_manager_messaging_limit: Option<String>,
    /// Where its webhooks go.
    pub webhook_configuration: Callbacks,
}

/// Where a number's webhooks go; the first that is there counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Callbacks {
    /// The number's own callback.
    pub phone_number: Option<String>,
}

/// How many messages a second.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Throughput {
    /// `STANDARD` or `HIGH`.
    pub level: String,
}

/// Whether messages can be sent, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct HealthStatus {
    /// `AVAILABLE`, `LIMITED` or `BLOCKED`.
    pub can_send_message: String,
    /// What was looked at.
    pub entities: Vec<HealthEntity>,
}

/// One thing that messages need.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct HealthEntity {
    /// `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP`, `MESSAGE_TEMPLATE`.
    pub entity_type: String,
    /// Its id.
    pub id: String,
    /// `AVAILABLE`, `LIMITED` or `BLOCKED`.
    pub can_send_message: String,
    /// What is wrong.
    pub errors: Vec<HealthError>,
    /// What else Meta says.
    pub additional_info: Vec<String>,
}

/// What is wrong, in Meta's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct HealthError {
    /// Meta's code.
    pub error_code: i64,
    /// What.
    pub error_description: String,
    /// What Meta advises.
    pub possible_solution: String,
}

#[derive(Deserialize)]
struct WithHealth {
    #[serde(default)]
    health_status: HealthStatus,
}

impl GraphClient {
    /// The numbers of a business account.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn numbers(
        &self,
        business_id: &str,
        auth: Auth<'_>,
    ) -> Result<Vec<Number>, GraphFault> {
        let query = [("fields", FIELDS), ("limit", "100")];
        let path = [business_id, "phone_numbers"];
        let list: List<Number> = self.read(Host::Facebook, &path, &query, auth).await?;
        Ok(list.data)
    }

    /// The facts of a number.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn number(&self, id: &str, auth: Auth<'_>) -> Result<Number, GraphFault> {
        self.read(Host::Facebook, &[id], &[("fields", FIELDS)], auth).await
    }

    /// Whether a number, a business account or a template can send: Meta's own diagnosis.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn health_status(
        &self,
        node: &str,
        auth: Auth<'_>,
    ) -> Result<HealthStatus, GraphFault> {
        let query = [("fields", "health_status")];
        let found: WithHealth = self.read(Host::Facebook, &[node], &query, auth).await?;
        Ok(found.health_status)
    }

    /// Registers a number for the Cloud API with its two-step PIN.
    ///
    /// # Errors
    /// [`GraphFault`]; at most ten times in 72 hours (133016).
    pub async fn register_number(
        &self,
        id: &str,
        pin: &str,
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        let body = json!({ "messaging_product": "whatsapp", "pin": pin });
        self.write((Method::POST, Host::Facebook), &[id, "register"], &body, auth).await
    }

    /// What customers see of the business.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn business_profile(&self, id: &str, auth: Auth<'_>) -> Result<Value, GraphFault> {
        let fields = "about,address,description,email,profile_picture_url,websites,vertical";
        let path = [id, "whatsapp_business_profile"];
        let list: List<Value> =
            self.read(Host::Facebook, &path, &[("fields", fields)], auth).await?;
        Ok(list.data.into_iter().next().unwrap_or_else(|| json!({})))
    }

    /// Writes fields of what customers see of the business; the others stay.
    ///
    /// # Errors
    /// [`GraphFault`].
    pub async fn set_business_profile(
        &self,
        id: &str,
        profile: &Value,
        auth: Auth<'_>,
    ) -> Result<(), GraphFault> {
        let mut body = profile.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("messaging_product".into(), "whatsapp".into());
        }
        let path = [id, "whatsapp_business_profile"];
        self.write((Method::POST, Host::Facebook), &path, &body, auth).await
    }
}
