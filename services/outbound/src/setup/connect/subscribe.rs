//! The two levels of subscription that webhooks need: the app's, and the account's.

use secrecy::ExposeSecret;
use switchboard_domain::Channel;
use switchboard_graph::{GraphFault, Host, admin::AppSubscription};
use switchboard_meta::subscriptions;

use super::super::{
    Finding, Opened, Site,
    doctor::told,
    site::{AppAuth, subscribed_node},
};

const CALLBACK: &str = "Start the ingress, and let the address of ingress.public_url lead to it from \
                        the internet, by https with a certificate that is valid; then connect again.";

/// Subscribes the app. Fields that it has already, perhaps for other programs, stay. Meta asks the
/// callback to prove itself before it answers.
pub(super) async fn app(site: &Site, subject: &str, of: &Opened) -> Finding {
    let (check, channel) = ("app_subscription", of.account.channel);
    let object = subscriptions::object(channel);
    let AppAuth { token, proof } = of.app_auth();
    let auth = (&token, Some(proof.expose_secret()));
    let app = of.app.meta_app_id.as_str();
    let before: Vec<AppSubscription> = match site.graph.app_subscriptions(app, auth).await {
        Ok(subscribed) => subscribed,
        Err(fault) => {
            let remedy = "Copy App ID and App secret from the App Dashboard, Settings, Basic.";
            return Finding::failed("app_secret", subject, told(&fault, channel), remedy);
        }
    };
    let callback = site.callback(&of.app.key);
    let known = before.iter().find(|one| one.object == object);
    if let Some(known) = known.filter(|known| known.callback_url != callback.as_str()) {
        tracing::warn!(object, before = known.callback_url, "the app's webhooks went elsewhere");
    }
    let kept = known.into_iter().flat_map(|known| &known.fields).map(|field| field.name.as_str());
    let mut fields: Vec<&str> = subscriptions::all_fields(channel).to_vec();
    fields.extend(kept.filter(|name| !subscriptions::all_fields(channel).contains(name)));
    let proof_of_callback = (callback.as_str(), of.verify_token.expose_secret());
    let call = |fields| site.graph.subscribe_app(app, object, proof_of_callback, fields, auth);
    let all = with_optional(channel, &fields);
    let mut done = call(&all).await;
    if is_bad_parameter(&done) {
        done = call(&fields).await;
    }
    match done {
        Ok(()) => {
            let evidence = format!("The app sends webhooks of {object} to {callback}.");
            Finding::ok(check, subject, evidence)
        }
        Err(fault) => {
            let evidence = format!("{} (callback {callback})", told(&fault, channel));
            Finding::failed(check, subject, evidence, CALLBACK)
        }
    }
}

/// Subscribes the account to the app.
pub(super) async fn node(site: &Site, subject: &str, of: &Opened) -> Finding {
    let (check, channel) = ("subscription", of.account.channel);
    let Some(node) = subscribed_node(&of.account) else {
        let remedy = "Say the WhatsApp business account's id.";
        return Finding::failed(check, subject, "The business account is not known.", remedy);
    };
    let fields = match fields(site, of, node).await {
        Ok(fields) => fields,
        Err(fault) => return Finding::failed(check, subject, told(&fault, channel), PERMISSION),
    };
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let call = |fields| site.graph.subscribe_node(node, fields, of.auth());
    let all = with_optional(channel, &fields);
    let mut done = call(&all).await;
    if is_bad_parameter(&done) {
        done = call(&fields).await;
    }
    match done {
        Ok(()) => Finding::ok(check, subject, "The account sends its webhooks to the app."),
        Err(fault) => Finding::failed(check, subject, told(&fault, channel), PERMISSION),
    }
}

/// The fields, and those that Meta may not know.
fn with_optional<'a>(channel: Channel, fields: &[&'a str]) -> Vec<&'a str> {
    let optional = subscriptions::optional_fields(channel).iter().copied();
    let optional = optional.filter(|field| !fields.contains(field));
    fields.iter().copied().chain(optional).collect()
}

/// Whether Meta refuses a parameter, such as a field that it does not know.
fn is_bad_parameter(done: &Result<(), GraphFault>) -> bool {
    matches!(done, Err(GraphFault::Refused(error)) if error.code == 100)
}

const PERMISSION: &str = "Give the token the permission to manage webhooks (pages_manage_metadata, or \
                          whatsapp_business_management), then connect again.";

/// What the account is to send: a list replaces the one before, so what is there stays. A business
/// account of WhatsApp sends everything and has no list.
async fn fields(site: &Site, of: &Opened, node: (Host, &str)) -> Result<Vec<String>, GraphFault> {
    let channel = of.account.channel;
    if channel == Channel::WhatsApp {
        return Ok(Vec::new());
    }
    let subscribed = site.graph.subscribed_apps(node, of.auth()).await?;
    let ours = subscribed.into_iter().find(|app| app.app_id == of.app.meta_app_id);
    let mut fields = ours.map(|app| app.fields).unwrap_or_default();
    // A Page through which an Instagram account is reached has fields of its own.
    let wanted = match (channel, node.0) {
        (Channel::Instagram, Host::Facebook) => subscriptions::needed_fields(channel),
        _ => subscriptions::all_fields(channel),
    };
    for field in wanted {
        if !fields.iter().any(|known| known == field) {
            fields.push((*field).to_owned());
        }
    }
    Ok(fields)
}
