//! Labels: the words that conversations are sorted by.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::ids::{ConversationId, LabelId};
use switchboard_store::labels::{self, Label};
use utoipa::ToSchema;

use crate::{
    api::{conversations::listing::find, named},
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// The colours that the page has, light and dark.
const COLOURS: [&str; 8] = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple"];

/// Labels of one conversation at most.
const MOST: usize = 20;

/// A label.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01a21d5b-6816-732d-8767-dbbb15824a90", "name": "Delivery", "colour": "blue"}))]
pub(crate) struct LabelView {
    #[schema(value_type = String, format = "uuid")]
    id: LabelId,
    name: String,
    /// grey, red, orange, yellow, green, teal, blue, purple
    colour: String,
}

/// A label to be, or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Refund", "colour": "orange"}))]
pub(crate) struct NewLabel {
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// Grey when absent.
    #[schema(pattern = "^(grey|red|orange|yellow|green|teal|blue|purple)$")]
    colour: Option<String>,
}

/// The labels that a conversation is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"label_ids": ["01a21d5b-6816-732d-8767-dbbb15824a90"]}))]
pub(crate) struct WantedLabels {
    #[schema(value_type = Vec<uuid::Uuid>)]
    label_ids: Vec<LabelId>,
}

/// All labels, by name.
#[utoipa::path(
    get, path = "/labels", tag = "labels",
    responses((status = 200, body = Vec<LabelView>), (status = 401)),
)]
pub(crate) async fn list(desk: Data<Desk>, caller: Caller) -> Result<Json<Vec<LabelView>>, Fault> {
    let workspace = caller.workspace();
    let all = desk.store.read(move |db| labels::list(db, workspace)).await?;
    Ok(Json(all.into_iter().map(view).collect()))
}

/// Makes a label. For supervisors.
#[utoipa::path(
    post, path = "/labels", tag = "labels",
    request_body = NewLabel,
    responses(
        (status = 201, body = LabelView), (status = 401), (status = 403), (status = 409),
        (status = 422)
    ),
)]
pub(crate) async fn add(
    desk: Data<Desk>,
    caller: Caller,
    body: Json<NewLabel>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let label = read(LabelId::new(caller.fresh_id()), body.into_inner())?;
    let (workspace, made) = (caller.workspace(), label.clone());
    let add = move |db: &mut _| {
        let again = labels::list(db, workspace)?.iter().any(|known| known.id == label.id);
        if again { Ok(()) } else { labels::add(db, workspace, &label, clock::now()) }
    };
    desk.store.write(add).await?;
    Ok(HttpResponse::Created().json(view(made)))
}

/// Changes a label, wherever it is. For supervisors.
#[utoipa::path(
    put, path = "/labels/{id}", tag = "labels",
    params(("id" = String, Path)),
    request_body = NewLabel,
    responses(
        (status = 200, body = LabelView), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)
    ),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<LabelId>,
    body: Json<NewLabel>,
) -> Result<Json<LabelView>, Fault> {
    caller.require(Permission::ManageLabels)?;
    let label = read(*id, body.into_inner())?;
    let (workspace, changed) = (caller.workspace(), label.clone());
    desk.store.write(move |db| labels::change(db, workspace, &label)).await?;
    Ok(Json(view(changed)))
}

/// Takes a label away, from all conversations too. For supervisors.
#[utoipa::path(
    delete, path = "/labels/{id}", tag = "labels",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn remove(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<LabelId>,
) -> Result<HttpResponse, Fault> {
    caller.require(Permission::ManageLabels)?;
    let (workspace, id) = (caller.workspace(), *id);
    desk.store.write(move |db| labels::remove(db, workspace, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a conversation exactly these labels.
#[utoipa::path(
    put, path = "/conversations/{id}/labels", tag = "labels",
    params(("id" = String, Path)),
    request_body = WantedLabels,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn put(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<WantedLabels>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let wanted = body.into_inner().label_ids;
    if wanted.len() > MOST {
        let many = format!("A conversation has {MOST} labels at most.");
        return Err(fault::invalid(many).into());
    }
    let (workspace, id) = (caller.workspace(), conversation.id);
    desk.store.write(move |db| labels::put(db, workspace, id, &wanted)).await?;
    enqueue::conversation_changed(&desk, &caller.user, &conversation).await;
    Ok(HttpResponse::NoContent().finish())
}

fn read(id: LabelId, new: NewLabel) -> Result<Label, Fault> {
    let colour = new.colour.unwrap_or_else(|| "grey".to_owned());
    if !COLOURS.contains(&colour.as_str()) {
        let words = COLOURS.join(", ");
        return Err(fault::invalid(format!("A colour is one of {words}.")).into());
    }
    Ok(Label { id, name: named(new.name)?, colour })
}

fn view(label: Label) -> LabelView {
    LabelView { id: label.id, name: label.name, colour: label.colour }
}
