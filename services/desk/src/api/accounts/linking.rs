//! Account linking: how an account asks its customers who they are, and what agents do about it.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_chassis::{clock, problem::Problem};
use switchboard_contract::wire::{
    Empty,
    agent_action::{Action, Reply},
};
use switchboard_domain::{
    Channel, Content,
    content::Button,
    ids::{AccountId, ConversationId, MessageId},
};
use switchboard_store::{
    accounts::{self, Account},
    inbox::Summary,
    linking::{self, Linking, Method, Texts},
};
use switchboard_verifier::{Fault as VerifierFault, endpoint};
use utoipa::ToSchema;

use crate::{
    api::{
        accepted,
        conversations::{composer, listing::find, replies},
    },
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue, errand,
    fault::{self, Fault},
};

/// How an account asks its customers who they are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "enabled": false, "method": null,
    "texts": {
        "log_in": "Please log in, so that we know who you are.",
        "linked": "Thank you, {name}. You are logged in as customer {customer_number}.",
        "unlinked": "You are logged out. We no longer connect this chat with your customer account."
    },
    "page_url": "http://127.0.0.1:42001/meta/link/b5f58ed1-fa49-58a6-b82f-87cfe924b574",
    "redirect_uri": "http://127.0.0.1:42001/meta/link/callback"
}))]
pub(crate) struct LinkingView {
    /// Whether it asks at all.
    enabled: bool,
    /// kind: http (url), oidc (issuer, client_id, scopes, customer_claim, name_claim)
    #[schema(value_type = Option<Object>)]
    method: Option<Method>,
    /// log_in, linked, unlinked: what customers read
    #[schema(value_type = Object)]
    texts: Texts,
    /// The page where customers log in.
    page_url: String,
    /// Where an OpenID Connect provider sends customers back to: register it there.
    redirect_uri: String,
    /// The signing secret that was just made for the endpoint; shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_secret: Option<String>,
}

/// How it is to ask.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "method": {"kind": "http", "url": "https://shop.example/log-in"},
    "texts": {"log_in": "Please log in."}
}))]
pub(crate) struct LinkingBody {
    /// kind: http (url), oidc (issuer, client_id, scopes, customer_claim, name_claim)
    #[schema(value_type = Object)]
    method: Method,
    /// The endpoint's signing secret (whsec_...), or the client's secret at the provider. When absent
    /// the one before stays; an endpoint without one gets a new one.
    #[schema(value_type = Option<String>)]
    secret: Option<SecretString>,
    /// log_in, linked, unlinked: what customers read; the usual words where absent
    #[serde(default)]
    #[schema(value_type = Object)]
    texts: Texts,
}

/// What stands above the log-in button.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Log in to see your orders."}))]
pub(crate) struct LogInBody {
    /// The account's own words when absent.
    text: Option<String>,
}

/// How an account asks its customers who they are. For administrators.
#[utoipa::path(
    get, path = "/accounts/{id}/linking", tag = "connections",
    params(("id" = String, Path)),
    responses((status = 200, body = LinkingView), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<Json<LinkingView>, Fault> {
    caller.require(Permission::ManageLinking)?;
    let account = account(&desk, &caller, *id).await?;
    let linking = current(&desk, &account).await?;
    Ok(Json(view(&desk, &account, linking, None)))
}

/// Says how an account is to ask its customers. For administrators.
#[utoipa::path(
    put, path = "/accounts/{id}/linking", tag = "connections",
    params(("id" = String, Path)),
    request_body = LinkingBody,
    responses(
        (status = 200, body = LinkingView), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn set(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    body: Json<LinkingBody>,
) -> Result<Json<LinkingView>, Fault> {
    caller.require(Permission::ManageLinking)?;
    let account = account(&desk, &caller, *id).await?;
    let LinkingBody { method, secret, texts } = body.into_inner();
    check(&desk, &account, &method)?;
    let before = current(&desk, &account).await?;
    let (sealed, new_secret) = sealed(&desk, &account, &method, (secret, before))?;
    let linking = Linking {
        account: account.id,
        workspace: account.workspace,
        method,
        secret: sealed,
        texts,
    };
    let kept = linking.clone();
    desk.store.write(move |db| linking::set(db, &kept, clock::now())).await?;
    Ok(Json(view(&desk, &account, Some(linking), new_secret)))
}

/// Ends it: customers are not asked any more; who is known stays known. For administrators.
#[utoipa::path(
    delete, path = "/accounts/{id}/linking", tag = "connections",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLinking)?;
    let account = account(&desk, &caller, *id).await?;
    if current(&desk, &account).await?.is_some() {
        let (workspace, id) = (account.workspace, account.id);
        desk.store.write(move |db| linking::remove(db, workspace, id)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Sends the customer a log-in button.
#[utoipa::path(
    post, path = "/conversations/{id}/login-button", tag = "conversations",
    params(("id" = String, Path)),
    request_body = LogInBody,
    responses(
        (status = 202, body = replies::AcceptedMessage), (status = 401), (status = 403),
        (status = 404), (status = 409), (status = 422), (status = 503)
    ),
)]
pub(crate) async fn send_button(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<LogInBody>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let linking = require(&desk, &caller, conversation.account).await?;
    let text = body.into_inner().text.filter(|text| !text.trim().is_empty());
    let text = text.unwrap_or(linking.texts.log_in);
    let content = Content::Prompt { text, buttons: vec![Button::LogIn { url: None }] };
    composer::check(&desk, &conversation, &content)?;
    let message = MessageId::new(caller.fresh_id());
    let reply =
        Reply { message_id: message.to_string(), content: Some(content.into()), reply_to: None };
    let envelope = format!("reply/{message}");
    enqueue::action(&desk, envelope, &caller.user, &conversation, Action::Reply(reply)).await?;
    Ok(HttpResponse::Accepted().json(replies::AcceptedMessage::new(message)))
}

/// Disconnects the customer from their account, here and at Meta.
#[utoipa::path(
    post, path = "/conversations/{id}/unlink", tag = "conversations",
    params(("id" = String, Path)),
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 502), (status = 503), (status = 504)
    ),
)]
pub(crate) async fn unlink(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let psid = psid(&conversation)?;
    let whose = (&caller, conversation.account);
    errand::run(&desk, whose, "unlink", &json!({ "psid": psid })).await?;
    let action = Action::Unlink(Empty {});
    enqueue::action(&desk, enqueue::action_id(&caller), &caller.user, &conversation, action)
        .await?;
    Ok(accepted())
}

fn psid(conversation: &Summary) -> Result<String, Problem> {
    let psid = conversation.contact_platform_id.clone();
    psid.filter(|_| conversation.channel == Channel::Messenger).ok_or_else(only_messenger)
}

fn only_messenger() -> Problem {
    fault::invalid("Account linking is Messenger's; this is another channel.")
}

/// How the account asks its customers who they are.
///
/// # Errors
/// 409 when it does not.
pub(crate) async fn require(
    desk: &Desk,
    caller: &Caller,
    account: AccountId,
) -> Result<Linking, Fault> {
    let workspace = caller.workspace();
    let linking = desk.store.read(move |db| linking::of(db, workspace, account)).await?;
    let none = "This account does not ask its customers to log in; set that up first.";
    Ok(linking.ok_or_else(|| fault::conflict(none))?)
}

/// The page where an account's customers log in; ingress serves it.
pub(crate) fn page_url(desk: &Desk, account: AccountId) -> String {
    let root = desk.linking.public_url.as_str().trim_end_matches('/');
    format!("{root}/meta/link/{account}")
}

async fn account(desk: &Desk, caller: &Caller, id: AccountId) -> Result<Account, Fault> {
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    Ok(found.ok_or_else(|| fault::not_found("account"))?)
}

async fn current(desk: &Desk, account: &Account) -> Result<Option<Linking>, Fault> {
    let (workspace, id) = (account.workspace, account.id);
    Ok(desk.store.read(move |db| linking::of(db, workspace, id)).await?)
}

fn check(desk: &Desk, account: &Account, method: &Method) -> Result<(), Problem> {
    if account.channel != Channel::Messenger {
        return Err(only_messenger());
    }
    let address = match method {
        Method::Http { url } => url,
        Method::Oidc { issuer, client_id, customer_claim, .. } => {
            if client_id.is_empty() || customer_claim.is_empty() {
                return Err(fault::invalid("A provider needs a client_id and a customer_claim."));
            }
            issuer
        }
    };
    desk.linking.client.check(address).map(|_| ()).map_err(|error| refused(&error.into()))
}

fn refused(error: &VerifierFault) -> Problem {
    fault::invalid(format!("Sorry: {error}."))
}

/// The secret as it is kept, and in the clear if it was made just now.
fn sealed(
    desk: &Desk,
    account: &Account,
    method: &Method,
    (given, before): (Option<SecretString>, Option<Linking>),
) -> Result<(String, Option<String>), Problem> {
    let keys = desk.linking.keys.as_ref();
    let keys =
        keys.ok_or_else(|| fault::conflict("Account linking is off: keys.linking is missing."))?;
    let is_endpoint = matches!(method, Method::Http { .. });
    let kept = before.filter(|before| matches!(before.method, Method::Http { .. }) == is_endpoint);
    let (secret, is_new) = match (given, kept) {
        (None, Some(kept)) => return Ok((kept.secret, None)),
        (None, None) if is_endpoint => (endpoint::new_secret(), true),
        (given, _) => (given.unwrap_or_default(), false),
    };
    if is_endpoint {
        endpoint::check_secret(&secret).map_err(|error| refused(&error))?;
    }
    let row = account.id.to_string();
    let sealed = keys.seal(Linking::secret_place(account.workspace, &row), &secret);
    let sealed = sealed.map_err(|error| fault::conflict(format!("{error}.")))?;
    Ok((sealed, is_new.then(|| secret.expose_secret().to_owned())))
}

fn view(
    desk: &Desk,
    account: &Account,
    linking: Option<Linking>,
    new_secret: Option<String>,
) -> LinkingView {
    let root = desk.linking.public_url.as_str().trim_end_matches('/');
    let (enabled, page_url) = (linking.is_some(), page_url(desk, account.id));
    let (method, texts) = match linking {
        Some(linking) => (Some(linking.method), linking.texts),
        None => (None, Texts::default()),
    };
    let redirect_uri = format!("{root}/meta/link/callback");
    LinkingView { enabled, method, texts, page_url, redirect_uri, new_secret }
}
