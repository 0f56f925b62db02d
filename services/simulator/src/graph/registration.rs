//! A number's way to the Cloud API: the code, the registration, two-step verification.
//!
//! Sources: WhatsApp Cloud API "Registration", "Two-step verification"; Business Management API
//! "Phone number verification". 136024 and 136025 are not in Meta's table of errors.

use serde_json::{Value, json};

use super::error::{GraphError, GraphResult};
use super::request::Call;
use super::shape::{Dialect, Shape};
use super::{auth, unknown_path};
use crate::state::directory::Account;
use crate::state::facts::Registration;
use crate::state::tokens::Token;
use crate::state::{Channel, World};

/// The edges that this module answers.
pub(crate) const EDGES: [&str; 4] = ["register", "deregister", "request_code", "verify_code"];

/// Registrations and deregistrations within [`SPAN_MS`].
const ATTEMPTS: usize = 10;
const SPAN_MS: i64 = 72 * 3_600_000;
/// Wrong PINs in a row. Meta does not say how many.
const GUESSES: u32 = 5;

/// `POST /{phone}/register` and its kin.
pub(crate) fn edge(
    world: &mut World,
    call: &Call,
    token: &Token,
    (account, edge): (&Account, &str),
    now_ms: i64,
) -> GraphResult<Value> {
    allowed(world, call, token, account)?;
    let mut registration = world.facts.registration(&account.id);
    let shape = Shape::root(Dialect::WhatsApp, &call.params);
    let result = match edge {
        "register" => register(&mut registration, &shape, now_ms),
        "deregister" => deregister(&mut registration, now_ms),
        "request_code" => request_code(&mut registration, &shape),
        _ => verify_code(&mut registration, &shape),
    };
    // Attempts and wrong guesses count, too.
    world.facts.change(&account.id).registration = registration;
    result.map(|()| json!({"success": true}))
}

/// `POST /{phone}`: sets the PIN, or ends the number's own callback. One that sets a callback is
/// answered where callbacks are checked.
pub(crate) fn settings(
    world: &mut World,
    call: &Call,
    token: &Token,
    account: &Account,
) -> GraphResult<Value> {
    allowed(world, call, token, account)?;
    let shape = Shape::root(Dialect::WhatsApp, &call.params);
    if shape.has("pin") {
        shape.only(&["pin"])?;
        let pin = pin(&shape)?.to_owned();
        let registration = &mut world.facts.change(&account.id).registration;
        registration.pin = Some(pin);
        registration.wrong_pins = 0;
        return Ok(json!({"success": true}));
    }
    let callback = shape.need_object("webhook_configuration")?;
    callback.only(&["override_callback_uri", "verify_token"])?;
    callback
        .text("override_callback_uri")?
        .ok_or_else(|| callback.missing("override_callback_uri"))?;
    if let Some(own) = world.directory.accounts.get_mut(&account.id) {
        own.callbacks.remove(&token.app_id);
    }
    Ok(json!({"success": true}))
}

fn allowed(world: &World, call: &Call, token: &Token, account: &Account) -> GraphResult<()> {
    let fits = account.channel == Channel::WhatsApp && call.method == "POST";
    if !fits || !auth::reaches(world, token, account) {
        return Err(unknown_path(call));
    }
    auth::whatsapp_scope(token, "whatsapp_business_management")
}

/// Refuses sends of a number that is not registered.
pub(crate) fn check(world: &World, account: &Account) -> GraphResult<()> {
    if world.facts.registration(&account.id).registered {
        return Ok(());
    }
    Err(GraphError::whatsapp(
        133_010,
        "The phone number is not registered on the WhatsApp Business Platform.",
    ))
}

fn pin<'a>(shape: &Shape<'a>) -> GraphResult<&'a str> {
    let pin = shape.need_text("pin")?;
    if pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(pin);
    }
    Err(GraphError::whatsapp(100, "Param pin must be a string of 6 digits."))
}

fn attempt(registration: &mut Registration, now_ms: i64) -> GraphResult<()> {
    registration.attempts.retain(|at| *at > now_ms - SPAN_MS);
    if registration.attempts.len() >= ATTEMPTS {
        return Err(GraphError::whatsapp(
            133_016,
            "There were too many registration attempts for this phone number in a short time.",
        ));
    }
    registration.attempts.push(now_ms);
    Ok(())
}

fn register(registration: &mut Registration, shape: &Shape<'_>, now_ms: i64) -> GraphResult<()> {
    if shape.need_text("messaging_product")? != "whatsapp" {
        return Err(shape.bad("messaging_product", "must be whatsapp"));
    }
    shape.only(&[
        "messaging_product",
        "pin",
        "data_localization_region",
        "meta_store_retention_minutes",
    ])?;
    let pin = pin(shape)?.to_owned();
    attempt(registration, now_ms)?;
    if !registration.verified {
        return Err(GraphError::whatsapp(
            133_006,
            "The phone number needs to be verified before registering.",
        ));
    }
    if registration.wrong_pins >= GUESSES {
        return Err(GraphError::whatsapp(
            133_008,
            "Too many two-step verification PIN guesses for this phone number.",
        ));
    }
    if registration.pin.as_ref().is_some_and(|own| *own != pin) {
        registration.wrong_pins += 1;
        return Err(GraphError::whatsapp(133_005, "The two-step verification PIN is incorrect."));
    }
    registration.pin = Some(pin);
    registration.wrong_pins = 0;
    registration.registered = true;
    Ok(())
}

fn deregister(registration: &mut Registration, now_ms: i64) -> GraphResult<()> {
    attempt(registration, now_ms)?;
    if !registration.registered {
        return Err(GraphError::whatsapp(133_010, "The phone number is not registered."));
    }
    registration.registered = false;
    Ok(())
}

fn request_code(registration: &mut Registration, shape: &Shape<'_>) -> GraphResult<()> {
    let method = shape.need_text("code_method")?;
    if !["SMS", "VOICE"].contains(&method) {
        return Err(GraphError::whatsapp(100, "Param code_method must be one of {SMS, VOICE}."));
    }
    shape.need_text("language")?;
    if registration.verified {
        return Err(GraphError::whatsapp(136_024, "The phone number is already verified."));
    }
    registration.code = Some(format!("{:06}", rand::random_range(0..1_000_000)));
    Ok(())
}

fn verify_code(registration: &mut Registration, shape: &Shape<'_>) -> GraphResult<()> {
    let given = shape.need_text("code")?;
    if registration.code.as_deref() != Some(given) {
        return Err(GraphError::whatsapp(136_025, "The verification code is not right."));
    }
    registration.code = None;
    registration.verified = true;
    Ok(())
}
