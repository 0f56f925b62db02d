//! Message templates of WhatsApp and Messenger, as Meta listed them last.

use actix_web::web::{Data, Json, Path};
use serde::Serialize;
use serde_json::{Value, json};
use switchboard_domain::{Channel, Timestamp, ids::AccountId};
use switchboard_meta::template::{Definition, Places};
use switchboard_store::{
    accounts::{self, Account},
    templates::{self, Template},
};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    errand,
    fault::{self, Fault},
};

/// A template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "order_ready", "language": "en_US", "status": "APPROVED", "category": "UTILITY",
    "places": {"header": null, "body": ["1"], "buttons": []},
    "components": [{"type": "BODY", "text": "Hello {{1}}, your order is ready."}],
    "synced_at": 1795788829120_i64
}))]
pub(crate) struct TemplateView {
    name: String,
    /// Such as en_US.
    language: String,
    /// Meta's word: APPROVED, PENDING, REJECTED, PAUSED, DISABLED... Only the first can be sent.
    status: String,
    /// MARKETING, UTILITY, AUTHENTICATION
    category: String,
    /// header, body (the names, in order), buttons: what a message has to fill in
    #[schema(value_type = Object)]
    places: Places,
    /// Its parts as Meta wrote them.
    #[schema(value_type = Vec<Object>)]
    components: Vec<Value>,
    /// When Meta listed it.
    synced_at: i64,
}

/// What was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"templates": 12}))]
pub(crate) struct Synced {
    /// How many templates Meta lists.
    templates: u64,
}

/// The templates of a number's WhatsApp business account, or the utility templates of a Page; none for
/// Instagram.
#[utoipa::path(
    get, path = "/accounts/{id}/templates", tag = "connections",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<TemplateView>), (status = 401), (status = 404)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<Json<Vec<TemplateView>>, Fault> {
    let account = account(&desk, &caller, *id).await?;
    let Some(owner) = account.template_owner().map(str::to_owned) else {
        return Ok(Json(Vec::new()));
    };
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| templates::list(db, workspace, &owner)).await?;
    let view = |template| view(account.channel, template);
    Ok(Json(all.into_iter().filter_map(view).collect()))
}

/// Reads the templates from Meta now; otherwise that is done each day, and when Meta says that one
/// changed. For administrators.
#[utoipa::path(
    post, path = "/accounts/{id}/templates/sync", tag = "connections",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = Synced), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 502), (status = 503), (status = 504)
    ),
)]
pub(crate) async fn sync(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<Json<Synced>, Fault> {
    caller.require(Permission::ManageAccounts)?;
    let account = account(&desk, &caller, *id).await?;
    if account.template_owner().is_none() {
        let none =
            "Only Pages, and WhatsApp numbers whose business account is known, have templates.";
        return Err(fault::conflict(none).into());
    }
    let done = errand::run(&desk, (&caller, account.id), "sync_templates", &json!({})).await?;
    let templates = done.get("templates").and_then(Value::as_u64).unwrap_or_default();
    Ok(Json(Synced { templates }))
}

async fn account(desk: &Desk, caller: &Caller, id: AccountId) -> Result<Account, Fault> {
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    Ok(found.ok_or_else(|| fault::not_found("account"))?)
}

fn view(channel: Channel, template: Template) -> Option<TemplateView> {
    let definition = Definition::read(template.definition).ok()?;
    Some(TemplateView {
        places: definition.places(channel),
        components: definition.components,
        name: template.name,
        language: template.language,
        status: template.status,
        category: template.category,
        synced_at: Timestamp::as_millis(template.synced_at),
    })
}
