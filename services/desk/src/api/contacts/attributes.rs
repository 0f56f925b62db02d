//! What the business knows about a customer beside what Meta tells.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::ids::ContactId;
use switchboard_store::attributes;
use utoipa::ToSchema;

use super::listing::{find, tell};
use crate::{
    auth::caller::Caller,
    desk::Desk,
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
#[schema(example = json!({"attributes": {"plan": "gold"}}))]
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

/// What is known of a person, whichever of their contacts is named.
#[utoipa::path(
    get, path = "/contacts/{id}/attributes", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 200, body = Attributes), (status = 401), (status = 404)),
)]
pub(crate) async fn attributes(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
) -> Result<Json<Attributes>, Fault> {
    let person = find(&desk, &caller, *id).await?.contacts;
    let workspace = caller.workspace();
    let known = desk.store.read(move |db| attributes::of(db, workspace, &person)).await?;
    Ok(Json(Attributes { attributes: known.values }))
}

/// Changes them.
#[utoipa::path(
    put, path = "/contacts/{id}/attributes", tag = "contacts",
    params(("id" = String, Path)),
    request_body = ChangedAttributes,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn set_attributes(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
    body: Json<ChangedAttributes>,
) -> Result<HttpResponse, Fault> {
    let contacts = find(&desk, &caller, *id).await?.contacts;
    let changed = body.into_inner().attributes;
    check(&changed)?;
    let (workspace, person) = (caller.workspace(), contacts.clone());
    let write = move |db: &mut _| {
        let mut known = attributes::of(db, workspace, &person)?.values;
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
            let whose = (person.as_slice(), name.trim());
            attributes::set(db, workspace, whose, value.as_deref(), clock::now())?;
        }
        Ok(true)
    };
    if !desk.store.write(write).await? {
        return Err(too_many().into());
    }
    tell(&desk, &caller, contacts).await?;
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
