//! Macros: several steps under one name, for what agents often do.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::ids::{ConversationId, MacroId};
use switchboard_store::{
    StoreError,
    macros::{self, Macro},
};
use utoipa::ToSchema;

use crate::{
    api::{
        accepted,
        conversations::{
            listing::find,
            steps::{self, Step},
        },
        named,
    },
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// Several steps under one name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a21d5b-7003-72eb-a6fa-f5d80654476e", "name": "Done",
    "steps": [{"do": "reply", "text": "Thank you!"}, {"do": "resolve"}]
}))]
pub(crate) struct MacroView {
    #[schema(value_type = String, format = "uuid")]
    id: MacroId,
    name: String,
    steps: Vec<Step>,
}

/// A macro to be, or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Thank and close", "steps": [
    {"do": "reply", "text": "Thank you, goodbye!"}, {"do": "resolve"}
]}))]
pub(crate) struct NewMacro {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// Taken in order; what cannot be done stops the rest.
    steps: Vec<Step>,
}

/// All macros, by name.
#[utoipa::path(
    get, path = "/macros", tag = "macros",
    responses((status = 200, body = Vec<MacroView>), (status = 401)),
)]
pub(crate) async fn list(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<MacroView>>, Fault> {
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| macros::list(db, workspace)).await?;
    Ok(Json(all.into_iter().filter_map(view).collect()))
}

/// Makes a macro. For supervisors.
#[utoipa::path(
    post, path = "/macros", tag = "macros",
    request_body = NewMacro,
    responses(
        (status = 201, body = MacroView), (status = 401), (status = 403), (status = 409),
        (status = 422)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewMacro>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let made = read(MacroId::new(caller.fresh_id()), body.into_inner())?;
    let (workspace, kept) = (caller.workspace(), made.clone());
    let add = move |db: &mut _| {
        // The same Idempotency-Key again.
        let again = macros::list(db, workspace)?.iter().any(|known| known.id == kept.id);
        if again { Ok(()) } else { macros::put(db, workspace, &kept, clock::now()) }
    };
    desk.store.write(add).await?;
    Ok(HttpResponse::Created().json(view(made)))
}

/// Changes a macro. For supervisors.
#[utoipa::path(
    put, path = "/macros/{id}", tag = "macros",
    params(("id" = String, Path)),
    request_body = NewMacro,
    responses(
        (status = 204), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)
    ),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<MacroId>,
    body: Json<NewMacro>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let changed = read(*id, body.into_inner())?;
    let workspace = caller.workspace();
    let put = move |db: &mut _| {
        let known = macros::list(db, workspace)?.iter().any(|known| known.id == changed.id);
        if !known {
            return Err(StoreError::NotFound("macro"));
        }
        macros::put(db, workspace, &changed, clock::now())
    };
    desk.store.write(put).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a macro away. For supervisors.
#[utoipa::path(
    delete, path = "/macros/{id}", tag = "macros",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<MacroId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let (workspace, id) = (caller.workspace(), *id);
    desk.store.write(move |db| macros::remove(db, workspace, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Runs a macro on a conversation, in order; what cannot be done stops the rest, and is told.
#[utoipa::path(
    post, path = "/conversations/{id}/macros/{mid}", tag = "macros",
    params(("id" = String, Path), ("mid" = String, Path)),
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn run(
    desk: Data<Desk>,
    caller: Caller,
    path: Path<(ConversationId, MacroId)>,
) -> Result<HttpResponse, Fault> {
    let (id, wanted) = path.into_inner();
    let conversation = find(&desk, &caller, id).await?;
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| macros::list(db, workspace)).await?;
    let found = all.into_iter().find(|known| known.id == wanted).and_then(view);
    let found = found.ok_or_else(|| fault::not_found("macro"))?;
    let request = caller.fresh_id();
    for (place, step) in found.steps.iter().enumerate() {
        let name = format!("{request}/{place}");
        steps::take(&desk, &caller, &conversation, (&name, step)).await?;
    }
    Ok(accepted())
}

fn read(id: MacroId, new: NewMacro) -> Result<Macro, Fault> {
    steps::check(&new.steps)?;
    let steps = serde_json::to_value(&new.steps)
        .map_err(|error| fault::invalid(format!("The steps cannot be kept: {error}.")))?;
    Ok(Macro { id, name: named(new.name)?, steps })
}

/// What another version wrote and this one does not know is left out.
fn view(of: Macro) -> Option<MacroView> {
    let steps = serde_json::from_value(of.steps).ok()?;
    Some(MacroView { id: of.id, name: of.name, steps })
}
