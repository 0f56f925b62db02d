//! Idempotency: what a request makes is named by the client's Idempotency-Key, so that a repeat makes
//! the same thing once. Effects derive their ids from it, and whoever does them knows a repeat.
//!
//! Source: IETF HTTPAPI "The Idempotency-Key HTTP Header Field".

use actix_web::HttpRequest;
use switchboard_chassis::problem::Problem;
use switchboard_domain::ids::UserId;
use uuid::Uuid;

use crate::fault;

/// The longest key, in characters.
const LONGEST: usize = 128;

/// How a request names what it makes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Naming(Option<String>);

impl Naming {
    /// Reads the key; the same key for another operation names another thing.
    ///
    /// # Errors
    /// 422 when it is not one.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let Some(key) = request.headers().get("idempotency-key") else { return Ok(Self(None)) };
        let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= LONGEST);
        let wrong = || fault::invalid("An Idempotency-Key has 1 to 128 visible ASCII characters.");
        let key = key.ok_or_else(wrong)?;
        Ok(Self(Some(format!("{} {} {key}", request.method(), request.path()))))
    }

    /// The id of what the user's request makes.
    pub(super) fn fresh_id(&self, by: UserId) -> Uuid {
        match &self.0 {
            Some(key) => {
                let name = format!("desk/{by}/{key}");
                Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
            }
            None => Uuid::now_v7(),
        }
    }
}
