//! Tokens as objects: `debug_token` and `oauth/access_token`.

use serde_json::{Value, json};

use super::auth;
use super::error::{GraphError, GraphResult};
use super::request::Call;
use crate::config::TokenKind;
use crate::state::World;
use crate::state::tokens::Token;

/// `GET /debug_token?input_token=…&access_token=…`.
pub(crate) fn debug(world: &World, call: &Call, now_ms: i64) -> GraphResult<Value> {
    let caller = auth::authenticate(world, call, now_ms)?;
    let input = call.need("input_token")?;
    let Some(token) = auth::lookup(world, input) else {
        return Ok(json!({"data": {
            "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
            "is_valid": false,
            "scopes": [],
        }}));
    };
    if caller.app_id != token.app_id {
        return Err(GraphError::parameter(
            "You must provide an app access token, or a user access token that is an owner or \
             developer of the app",
        ));
    }
    Ok(json!({"data": describe(world, &token, now_ms)}))
}

fn describe(world: &World, token: &Token, now_ms: i64) -> Value {
    let dead = token.dead(now_ms).map(auth::dead_error);
    let app = world.directory.apps.get(&token.app_id);
    let mut data = json!({
        "app_id": token.app_id,
        "type": token.kind,
        "application": app.map(|app| app.name.clone()),
        "expires_at": token.expires_at,
        "data_access_expires_at": 0,
        "is_valid": dead.is_none(),
        "issued_at": token.issued_at,
        "scopes": token.scopes,
        "granular_scopes": token.scopes.iter().map(|scope| granular(token, scope)).collect::<Vec<_>>(),
    });
    if let Some(map) = data.as_object_mut() {
        match token.kind {
            TokenKind::Page => map.insert("profile_id".into(), token.subject.clone().into()),
            _ => map.insert("user_id".into(), token.subject.clone().into()),
        };
        if let Some(error) = dead {
            let error = json!({
                "code": error.code,
                "subcode": error.subcode,
                "message": error.message,
            });
            map.insert("error".into(), error);
        }
    }
    data
}

fn granular(token: &Token, scope: &str) -> Value {
    if token.assets.is_empty() {
        return json!({"scope": scope});
    }
    json!({"scope": scope, "target_ids": token.assets})
}

/// `GET /oauth/access_token`: an app token, or a long-lived user token.
pub(crate) fn issue(world: &mut World, call: &Call, now_ms: i64) -> GraphResult<Value> {
    let id = call.need("client_id")?;
    let secret = call.need("client_secret")?;
    let value = format!("{id}|{secret}");
    if auth::lookup(world, &value).is_none() {
        return Err(GraphError::new(1, None, "Error validating client secret."));
    }
    match call.need("grant_type")? {
        "client_credentials" => Ok(json!({"access_token": value, "token_type": "bearer"})),
        "fb_exchange_token" => {
            let old = call.need("fb_exchange_token")?;
            let Some(mut token) = auth::lookup(world, old) else {
                return Err(GraphError::token(None, "Invalid OAuth access token."));
            };
            if let Some(dead) = token.dead(now_ms) {
                return Err(auth::dead_error(dead));
            }
            let lives = 5_183_944_i64;
            token.value = format!("long-{}", crate::ids::secret());
            token.expires_at = now_ms.div_euclid(1000) + lives;
            let value = token.value.clone();
            world.directory.tokens.insert(value.clone(), token);
            Ok(json!({"access_token": value, "token_type": "bearer", "expires_in": lives}))
        }
        _ => Err(GraphError::parameter("Unsupported grant_type.")),
    }
}
