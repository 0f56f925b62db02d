//! What the business knows about a customer beside what Meta tells.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::ids::ConversationId;
use switchboard_store::attributes;
use utoipa::ToSchema;

use crate::api::conversations::listing::find;
use crate::{
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// The longest name of an attribute, in characters.
const LONGEST_NAME: usize = 60;

/// The longest value, in characters.
const LONGEST_VALUE: usize = 1000;

/// Attributes of one customer at most.
const MOST: usize = 100;

/// What is known, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Attributes {
    attributes: BTreeMap<String, String>,
}

/// What is to be known: null takes an attribute away, what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"attributes": {"shoe size": "42", "old address": null}}))]
pub(crate) struct ChangedAttributes {
    attributes: BTreeMap<String, Option<String>>,
}

/// The attributes of a conversation's customer.
#[utoipa::path(
    get, path = "/conversations/{id}/attributes", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 200, body = Attributes), (status = 401), (status = 404)),
)]
pub(crate) async fn attributes(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
) -> Result<Json<Attributes>, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let (workspace, contact) = (caller.workspace(), conversation.contact);
    let attributes = desk.store.read(move |db| attributes::of(db, workspace, contact)).await?;
    Ok(Json(Attributes { attributes }))
}

/// Changes them.
#[utoipa::path(
    put, path = "/conversations/{id}/attributes", tag = "contacts",
    params(("id" = String, Path)),
    request_body = ChangedAttributes,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn set_attributes(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<ChangedAttributes>,
) -> Result<HttpResponse, Fault> {
    let conversation = find(&desk, &caller, *id).await?;
    let changed = body.into_inner().attributes;
    check(&changed)?;
    let (workspace, contact) = (caller.workspace(), conversation.contact);
    let write = move |db: &mut _| {
        let mut known = attributes::of(db, workspace, contact)?;
        for (name, value) in &changed {
            match value {
                Some(value) => known.insert(name.trim().to_owned(), value.clone()),
                None => known.remove(name.trim()),
            };
        }
        if known.len() > MOST {
            return Ok(false);
        }
        for (name, value) in &changed {
            let whose = (contact, name.trim());
            attributes::set(db, workspace, whose, value.as_deref(), clock::now())?;
        }
        Ok(true)
    };
    if !desk.store.write(write).await? {
        return Err(too_many().into());
    }
    enqueue::conversation_changed(&desk, &caller.user, &conversation).await;
    Ok(HttpResponse::NoContent().finish())
}

fn too_many() -> Problem {
    fault::invalid(format!("A customer has {MOST} attributes at most."))
}

fn check(changed: &BTreeMap<String, Option<String>>) -> Result<(), Fault> {
    if changed.len() > MOST {
        return Err(too_many().into());
    }
    for (name, value) in changed {
        if !(1..=LONGEST_NAME).contains(&name.trim().chars().count()) {
            let wrong = format!("An attribute's name has 1 to {LONGEST_NAME} characters.");
            return Err(fault::invalid(wrong).into());
        }
        let length = value.as_deref().unwrap_or_default().chars().count();
        if length > LONGEST_VALUE {
            let wrong =
                format!("{name} has {length} characters; at most {LONGEST_VALUE} are kept.");
            return Err(fault::invalid(wrong).into());
        }
    }
    Ok(())
}
