//! Templates as objects: list, create, edit, delete, and their review.
//!
//! Sources: WhatsApp Business Management API "Message templates"; Messenger Platform "Utility
//! messages", whose templates belong to the Page and work the same. Subcodes 2388xxx are of WhatsApp's
//! error table; 2593002 (no such template) is what libraries report.

use serde_json::{Map, Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::{auth, fields, nodes, page_template, paging, template_body, unknown_path};
use crate::platform;
use crate::settings::TemplateReview;
use crate::state::directory::Node;
use crate::state::templates::Template;
use crate::state::tokens::Token;
use crate::state::{Channel, World};
use crate::webhooks::Event;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const CREATED_PER_HOUR: usize = 100;
/// Templates of an unverified business.
const MOST: usize = 250;
const EDITS_PER_MONTH: usize = 10;
/// How long the name of a deleted template is taken.
const NAME_REST_MS: i64 = 30 * DAY_MS;

type Outcome = GraphResult<(Value, Vec<Event>)>;

/// Calls about templates; none for every other call. Webhooks follow some.
pub(crate) fn call(
    world: &mut World,
    call: &Call,
    token: &Token,
    base: &str,
    now_ms: i64,
) -> Option<Outcome> {
    let node = world.directory.node(call.path.first()?)?;
    let edge = call.path.get(1).map(String::as_str);
    let plain = |result: GraphResult<Value>| Some(result.map(|body| (body, Vec::new())));
    let (owner, template) = match (&node, edge) {
        (Node::Waba(waba), Some("message_templates")) => (waba.clone(), None),
        (Node::Account(page), Some("message_templates")) if page.channel == Channel::Messenger => {
            (page.id.clone(), None)
        }
        (Node::Template { owner, id }, None) => (owner.clone(), Some(id.clone())),
        _ => return None,
    };
    let owner = owner.as_str();
    if let Err(error) = need_owner(world, call, token, owner) {
        return Some(Err(error));
    }
    match (call.method.as_str(), template) {
        ("GET", None) => plain(list(world, call, owner, base)),
        ("POST", None) => Some(create(world, call, owner, now_ms)),
        ("DELETE", None) => Some(delete(world, call, owner, now_ms)),
        ("GET", Some(id)) => plain(show(world, call, owner, &id)),
        ("POST", Some(id)) => Some(edit(world, call, (owner, &id), now_ms)),
        _ => Some(Err(unknown_path(call))),
    }
}

/// The token must reach the business account or the Page, and be for its templates.
fn need_owner(world: &World, call: &Call, token: &Token, owner: &str) -> GraphResult<()> {
    match world.directory.accounts.get(owner) {
        Some(page) if auth::reaches(world, token, page) => {
            auth::page_scope(token, page, page_template::SCOPES)
        }
        Some(_) => Err(unknown_path(call)),
        None => nodes::need_waba(call, token, owner),
    }
}

fn all_fields(template: &Template) -> Value {
    json!({
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "components": template.components,
        "parameter_format": if template.named { "NAMED" } else { "POSITIONAL" },
        "rejected_reason": template.rejected_reason,
        "quality_score": {"score": "UNKNOWN", "date": template.rated_at.div_euclid(1_000)},
        "previous_category": null,
        "correct_category": null,
        "sub_category": null,
        "library_template_name": null,
        "message_send_ttl_seconds": null,
        "cta_url_link_tracking_opted_out": null,
        "is_primary_device_delivery_only": null,
        "degrees_of_freedom_spec": null,
        "created_time": null,
        "last_updated_time": null,
        "health_status": {"can_send_message": "AVAILABLE", "entities": [
            {"entity_type": "MESSAGE_TEMPLATE", "id": template.id, "can_send_message": "AVAILABLE"},
        ]},
    })
}

fn shown(world: &World, call: &Call, template: &Template) -> GraphResult<Value> {
    let all = super::node_fields::with_facts(world, &template.id, all_fields(template));
    let default =
        ["name", "parameter_format", "components", "language", "status", "category", "id"];
    fields::pick(call, "WhatsAppMessageTemplate", &all, &default)
}

fn list(world: &World, call: &Call, owner: &str, base: &str) -> GraphResult<Value> {
    let fits = |key: &str, own: &str| match call.list(key) {
        None => true,
        Some(wanted) => wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(own)),
    };
    let named = |own: &str| call.text("name").is_none_or(|part| own.contains(part));
    let templates = world.directory.templates.get(owner).into_iter().flat_map(|own| &own.list);
    let items: GraphResult<Vec<(String, Value)>> = templates
        .filter(|own| named(&own.name) && fits("status", &own.status))
        .filter(|own| fits("language", &own.language) && fits("category", &own.category))
        .map(|own| Ok((own.id.clone(), shown(world, call, own)?)))
        .collect();
    let mut page = paging::page(call, base, items?)?;
    if let (Some(asked), Some(map)) = (call.list("summary"), page.as_object_mut()) {
        map.insert("summary".to_owned(), summary(world, owner, &asked));
    }
    Ok(page)
}

/// The figures of `summary=` that are asked for.
fn summary(world: &World, owner: &str, asked: &[String]) -> Value {
    let count = world.directory.templates.get(owner).map_or(0, |own| own.list.len());
    let mut all = json!({
        "total_count": count,
        "message_template_count": count,
        "message_template_limit": MOST,
        "are_translations_complete": true,
    });
    if let Some(map) = all.as_object_mut() {
        map.retain(|name, _| asked.contains(name));
    }
    all
}

fn show(world: &World, call: &Call, owner: &str, id: &str) -> GraphResult<Value> {
    let all = world.directory.templates.get(owner);
    let found = all.and_then(|all| all.list.iter().find(|own| own.id == id));
    found.map_or_else(|| Err(unknown_path(call)), |own| shown(world, call, own))
}

fn create(world: &mut World, call: &Call, owner: &str, now_ms: i64) -> Outcome {
    let definition = definition(world, owner, &call.params)?;
    let templates = world.directory.templates.change(owner);
    templates.created.retain(|at| *at > now_ms - HOUR_MS);
    if templates.created.len() >= CREATED_PER_HOUR {
        return Err(GraphError::new(
            80_008,
            None,
            "There have been too many calls to this WhatsApp Business account.",
        ));
    }
    if templates.list.len() >= MOST {
        let text = "The number of message templates is at its limit.";
        return Err(GraphError::new(100, Some(2_388_019), text));
    }
    let (name, language) = (&definition.name, &definition.language);
    if templates.find(name, language).is_some() {
        let text = "Content in this language already exists for this template.";
        return Err(GraphError::new(100, Some(2_388_024), text));
    }
    let rests = |(own, tongue, at): &(String, String, i64)| {
        own == name && tongue == language && *at > now_ms - NAME_REST_MS
    };
    if templates.deleted.iter().any(rests) {
        let text =
            "Content in this language is being deleted; try again later or use another name.";
        return Err(GraphError::new(100, Some(2_388_023), text));
    }
    templates.created.push(now_ms);
    let template = Template {
        id: crate::ids::numeric(),
        name: name.clone(),
        language: language.clone(),
        category: definition.category,
        status: "PENDING".to_owned(),
        components: definition.components,
        named: definition.named,
        rejected_reason: "NONE".to_owned(),
        rated_at: now_ms,
        edits: Vec::new(),
    };
    let id = template.id.clone();
    let body = json!({"id": id, "status": template.status, "category": template.category});
    templates.put(template);
    Ok((body, review_at_once(world, &id, now_ms)))
}

/// What a call defines, if the owner may have such a template.
fn definition(
    world: &World,
    owner: &str,
    params: &Map<String, Value>,
) -> GraphResult<template_body::Definition> {
    let definition = template_body::read(params)?;
    if world.directory.accounts.contains_key(owner) {
        page_template::check_definition(&definition)?;
    } else {
        page_template::refuse_postbacks(&definition)?;
    }
    Ok(definition)
}

fn edit(world: &mut World, call: &Call, (owner, id): (&str, &str), now_ms: i64) -> Outcome {
    let whole = edited(world, call, (owner, id), now_ms)?;
    let definition = definition(world, owner, &whole)?;
    let own = world.directory.templates.change(owner).get_mut(id);
    let own = own.ok_or_else(|| unknown_path(call))?;
    own.category = definition.category;
    own.components = definition.components;
    own.named = definition.named || own.named;
    own.status = "PENDING".to_owned();
    own.edits.push(now_ms);
    let id = own.id.clone();
    Ok((json!({"success": true}), review_at_once(world, &id, now_ms)))
}

/// The whole definition of a template with what a call changes, if it may be edited now.
fn edited(
    world: &mut World,
    call: &Call,
    (owner, id): (&str, &str),
    now_ms: i64,
) -> GraphResult<Map<String, Value>> {
    let own = world.directory.templates.change(owner).get_mut(id);
    let own = own.ok_or_else(|| unknown_path(call))?;
    if !["APPROVED", "REJECTED", "PAUSED"].contains(&own.status.as_str()) {
        return Err(GraphError::parameter(
            "Only templates that are approved, rejected or paused can be edited.",
        ));
    }
    own.edits.retain(|at| *at > now_ms - 30 * DAY_MS);
    let today = own.edits.iter().any(|at| *at > now_ms - DAY_MS);
    if own.status == "APPROVED" && (today || own.edits.len() >= EDITS_PER_MONTH) {
        return Err(GraphError::parameter(
            "An approved template can be edited once a day and ten times a month.",
        ));
    }
    let mut whole = call.params.clone();
    whole.insert("name".into(), own.name.clone().into());
    whole.insert("language".into(), own.language.clone().into());
    whole.entry("category").or_insert_with(|| own.category.clone().into());
    whole.entry("components").or_insert_with(|| own.components.clone().into());
    Ok(whole)
}

fn delete(world: &mut World, call: &Call, owner: &str, now_ms: i64) -> Outcome {
    let name = call.need("name")?.to_owned();
    let id = call.text("hsm_id").map(str::to_owned);
    let wanted = |own: &Template| own.name == name && id.as_ref().is_none_or(|id| own.id == *id);
    let templates = world.directory.templates.change(owner);
    let gone: Vec<Template> = templates.list.iter().filter(|own| wanted(own)).cloned().collect();
    if gone.is_empty() {
        let text = "Message template not found";
        return Err(GraphError { status: 404, ..GraphError::new(100, Some(2_593_002), text) });
    }
    templates.list.retain(|own| !wanted(own));
    let approved = gone.iter().filter(|own| own.status == "APPROVED");
    templates.deleted.extend(approved.map(|own| (own.name.clone(), own.language.clone(), now_ms)));
    let events = gone.iter().filter_map(|own| event(world, owner, own, "DELETED", now_ms));
    let events = events.collect();
    Ok((json!({"success": true}), events))
}

/// Approves a fresh template, unless the settings leave that to the control interface.
fn review_at_once(world: &mut World, id: &str, now_ms: i64) -> Vec<Event> {
    match world.settings.template_review {
        TemplateReview::Approve => review(world, id, "APPROVED", None, now_ms).unwrap_or_default(),
        TemplateReview::Manual => Vec::new(),
    }
}

/// What Meta decides about a template, and the webhook that tells. None without such a template.
pub(crate) fn review(
    world: &mut World,
    id: &str,
    decision: &str,
    reason: Option<&str>,
    now_ms: i64,
) -> Option<Vec<Event>> {
    let owner = world.directory.templates.owner_of(id)?.to_owned();
    let own = world.directory.templates.change(&owner).get_mut(id)?;
    own.status = if decision == "REINSTATED" { "APPROVED" } else { decision }.to_owned();
    reason.unwrap_or("NONE").clone_into(&mut own.rejected_reason);
    let own = own.clone();
    Some(event(world, &owner, &own, decision, now_ms).into_iter().collect())
}

fn event(
    world: &World,
    owner: &str,
    template: &Template,
    decision: &str,
    now_ms: i64,
) -> Option<Event> {
    let id = template.id.parse::<u64>().map_or_else(|_| template.id.clone().into(), Value::from);
    let value = json!({
        "event": decision,
        "message_template_id": id,
        "message_template_name": template.name,
        "message_template_language": template.language,
        "message_template_category": template.category,
        "reason": template.rejected_reason,
    });
    let body = Map::from_iter([("message_template_status_update".to_owned(), value)]);
    // A business account without a number tells nobody.
    platform::event(world, owner, &body, now_ms).ok()
}
