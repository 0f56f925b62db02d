//! Who calls: token, `appsecret_proof`, scopes, and reach.

use super::error::{GraphError, GraphResult};
use super::request::Call;
use crate::config::TokenKind;
use crate::state::directory::Account;
use crate::state::tokens::{Dead, Token};
use crate::state::{Channel, World};
use crate::webhooks::sign::hmac_sha256;

/// The token of a call, if it is alive and its proof is right.
pub(crate) fn authenticate(world: &World, call: &Call, now_ms: i64) -> GraphResult<Token> {
    let Some(value) = call.token.as_deref() else {
        return Err(GraphError {
            status: 401,
            ..GraphError::new(104, None, "An access token is required to request this resource.")
        });
    };
    let token = lookup(world, value).ok_or_else(|| {
        GraphError::token(None, "Invalid OAuth access token - Cannot parse access token")
    })?;
    if let Some(dead) = token.dead(now_ms) {
        return Err(dead_error(dead));
    }
    check_proof(world, call, &token)?;
    Ok(token)
}

/// A token by its text; `APPID|SECRET` is an app token.
pub(crate) fn lookup(world: &World, value: &str) -> Option<Token> {
    if let Some(token) = world.directory.tokens.get(value) {
        return Some(token.clone());
    }
    let (id, secret) = value.split_once('|')?;
    let app = world.directory.apps.get(id)?;
    (app.secret == secret).then(|| Token {
        value: value.to_owned(),
        app_id: app.id.clone(),
        kind: TokenKind::App,
        subject: app.id.clone(),
        assets: Vec::new(),
        scopes: Vec::new(),
        expires_at: 0,
        issued_at: 0,
        revoked_subcode: None,
        tasks: Vec::new(),
    })
}

/// Error 190 for a dead token.
pub(crate) fn dead_error(dead: Dead) -> GraphError {
    match dead {
        Dead::Expired => {
            GraphError::token(Some(463), "Error validating access token: Session has expired.")
        }
        Dead::Revoked(0) => GraphError::token(None, "Invalid OAuth access token."),
        Dead::Revoked(subcode) => GraphError::token(
            Some(subcode),
            "Error validating access token: The session has been invalidated.",
        ),
    }
}

fn check_proof(world: &World, call: &Call, token: &Token) -> GraphResult<()> {
    let Some(app) = world.directory.apps.get(&token.app_id) else {
        return Ok(());
    };
    match &call.proof {
        Some(proof) if *proof == hmac_sha256(&app.secret, token.value.as_bytes()) => Ok(()),
        Some(_) => {
            Err(GraphError::new(100, None, "Invalid appsecret_proof provided in the API argument"))
        }
        None if app.require_proof => Err(GraphError::new(
            100,
            None,
            "API calls from the server require an appsecret_proof argument",
        )),
        None => Ok(()),
    }
}

/// Whether the token reaches an account, directly or through its parent.
pub(crate) fn reaches(world: &World, token: &Token, account: &Account) -> bool {
    let mut ids = vec![account.id.as_str()];
    ids.extend(account.parent.as_deref());
    ids.extend(world.directory.instagram_of(&account.id).map(|ig| ig.id.as_str()));
    token.reaches(&ids)
}

/// A Page call needs a Page token (or, for an Instagram account, the token of its
/// own login) and one of the scopes.
pub(crate) fn page_scope(token: &Token, account: &Account, scopes: &[&str]) -> GraphResult<()> {
    let own_login = account.channel == Channel::Instagram && token.subject == account.id;
    if token.kind != TokenKind::Page && !own_login {
        return Err(GraphError::token(None, "This method must be called with a Page Access Token"));
    }
    if scopes.iter().any(|scope| token.has(scope)) {
        return Ok(());
    }
    Err(GraphError::new(
        200,
        None,
        &format!("Requires {} permission to manage the object", scopes.join(" or ")),
    ))
}

/// A call to a Page needs a token whose owner may do that task there.
pub(crate) fn page_task(token: &Token, account: &Account, task: &str) -> GraphResult<()> {
    let own_login = account.channel == Channel::Instagram && token.subject == account.id;
    if own_login || token.may(task) {
        return Ok(());
    }
    Err(GraphError::new(200, None, &format!("Requires the task {task} on the Page.")))
}

/// A WhatsApp call needs a scope.
pub(crate) fn whatsapp_scope(token: &Token, scope: &str) -> GraphResult<()> {
    if token.has(scope) {
        return Ok(());
    }
    Err(GraphError::whatsapp(10, &format!("The token lacks the {scope} permission.")))
}
