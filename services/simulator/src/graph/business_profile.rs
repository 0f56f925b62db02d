//! `whatsapp_business_profile` of a number: read and set.
//!
//! Source: WhatsApp Cloud API "Business profiles".

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::shape::{Dialect, Shape};
use super::{auth, fields, unknown_path};
use crate::state::directory::Account;
use crate::state::tokens::Token;
use crate::state::{Channel, World};

const ABOUT: usize = 139;
const ADDRESS: usize = 256;
const DESCRIPTION: usize = 512;
const EMAIL: usize = 128;
const WEBSITES: usize = 2;
const WEBSITE: usize = 256;
const VERTICALS: [&str; 26] = [
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "NOT_A_BIZ",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
    "MATRIMONY_SERVICE",
    "TRANSPORTATION",
    "",
];

/// `/{phone}/whatsapp_business_profile`.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
) -> GraphResult<Value> {
    if account.channel != Channel::WhatsApp || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
    if !scopes.iter().any(|scope| token.has(scope)) {
        auth::whatsapp_scope(token, "whatsapp_business_management")?;
    }
    match call.method.as_str() {
        "GET" => read(world, call, account),
        "POST" => set(world, call, account),
        _ => Err(unknown_path(call)),
    }
}

fn read(world: &World, call: &Call, account: &Account) -> GraphResult<Value> {
    let mut all = json!({
        "messaging_product": "whatsapp",
        "about": null,
        "address": null,
        "description": null,
        "email": null,
        "profile_picture_url": null,
        "vertical": "UNDEFINED",
        "websites": null,
    });
    if let (Some(all), Some(facts)) = (all.as_object_mut(), world.facts.get(&account.id)) {
        all.extend(facts.business_profile.clone());
        // The picture is shown by a URL, never by what it was uploaded as.
        if all.remove("profile_picture_handle").is_some() {
            let url = format!("https://pps.whatsapp.net/{}.jpg", account.id);
            all.insert("profile_picture_url".to_owned(), url.into());
        }
    }
    let mut profile = fields::pick(call, "WhatsAppBusinessProfile", &all, &[])?;
    if let Some(map) = profile.as_object_mut() {
        map.insert("messaging_product".to_owned(), "whatsapp".into());
    }
    Ok(json!({ "data": [profile] }))
}

fn set(world: &mut World, call: &Call, account: &Account) -> GraphResult<Value> {
    check(&Shape::root(Dialect::WhatsApp, &call.params))?;
    let mut given = call.params.clone();
    given.remove("messaging_product");
    world.facts.change(&account.id).business_profile.extend(given);
    Ok(json!({"success": true}))
}

fn check(shape: &Shape<'_>) -> GraphResult<()> {
    if shape.need_text("messaging_product")? != "whatsapp" {
        return Err(shape.bad("messaging_product", "must be whatsapp"));
    }
    shape.only(&[
        "messaging_product",
        "about",
        "address",
        "description",
        "email",
        "profile_picture_handle",
        "vertical",
        "websites",
    ])?;
    if shape.has("about") {
        shape.need_text_max("about", ABOUT)?;
    }
    shape.text_max("address", ADDRESS)?;
    shape.text_max("description", DESCRIPTION)?;
    shape.text("profile_picture_handle")?;
    let email = shape.text_max("email", EMAIL)?.unwrap_or_default();
    if !email.is_empty() && !email.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
        return Err(GraphError::whatsapp(100, "Param email must be a valid email address."));
    }
    if let Some(vertical) = shape.text("vertical")?
        && !VERTICALS.contains(&vertical)
    {
        return Err(GraphError::whatsapp(100, "Param vertical must be one of the industries."));
    }
    if !shape.has("websites") {
        return Ok(());
    }
    for site in shape.texts("websites", 0, WEBSITES)? {
        let is_url =
            url::Url::parse(site).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if site.chars().count() > WEBSITE || !is_url {
            return Err(GraphError::whatsapp(
                100,
                "Param websites must hold URLs with http or https, of at most 256 characters.",
            ));
        }
    }
    Ok(())
}
