//! What customers see of the business: the messenger profile, the WhatsApp business profile. And
//! registering a number, without which it cannot send.

use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use switchboard_domain::Channel;

use super::{
    super::{
        Finding, Opened, Site,
        doctor::told,
        own_profile::{as_shown, platform},
        site::node,
    },
    Secrets, Wish,
};

/// What was done, and what of the messenger profile is as we set it.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) findings: Vec<Finding>,
    pub(super) messenger_profile: Map<String, Value>,
}

pub(super) async fn apply(
    site: &Site,
    subject: &str,
    of: &Opened,
    (wish, secrets): (&Wish, &Secrets),
) -> Applied {
    match of.account.channel {
        Channel::WhatsApp => {
            let mut findings = vec![register(site, subject, of, secrets).await];
            findings.push(business(site, subject, of, wish).await);
            Applied { findings, ..Applied::default() }
        }
        Channel::Messenger | Channel::Instagram => match &wish.messenger_profile {
            Some(profile) => messenger(site, subject, of, profile.clone()).await,
            None => Applied::default(),
        },
    }
}

async fn register(site: &Site, subject: &str, of: &Opened, secrets: &Secrets) -> Finding {
    let (check, id) = ("registration", of.account.external_id.as_str());
    let Some(pin) = &secrets.pin else {
        let evidence = "The number is left as it is registered; no PIN was given.";
        return Finding::skipped(check, subject, evidence);
    };
    match site.graph.register_number(id, pin.expose_secret(), of.auth()).await {
        Ok(()) => Finding::ok(check, subject, "The number is registered with the Cloud API."),
        Err(fault) => Finding::failed(
            check,
            subject,
            told(&fault, Channel::WhatsApp),
            "Check the two-step verification PIN in WhatsApp Manager; Meta allows ten tries in 72 \
             hours.",
        ),
    }
}

async fn messenger(site: &Site, subject: &str, of: &Opened, mut profile: Value) -> Applied {
    let (check, channel) = ("messenger_profile", of.account.channel);
    let names: Vec<String> =
        profile.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    if let (Some(platform), Some(fields)) = (platform(&of.account), profile.as_object_mut()) {
        fields.insert("platform".into(), platform.into());
    }
    match site.graph.set_messenger_profile(node(&of.account), &profile, of.auth()).await {
        Ok(()) => Applied {
            findings: vec![Finding::ok(check, subject, format!("Set: {}.", names.join(", ")))],
            messenger_profile: as_shown(site, of, &profile).await,
        },
        Err(fault) => {
            let remedy = "Correct the profile as Meta says (a menu needs get_started, and a default \
                          locale), and connect again.";
            let finding = Finding::failed(check, subject, told(&fault, channel), remedy);
            Applied { findings: vec![finding], ..Applied::default() }
        }
    }
}

/// Written where it is wished for, and read in any case: this is what customers see.
async fn business(site: &Site, subject: &str, of: &Opened, wish: &Wish) -> Finding {
    let (check, id) = ("business_profile", of.account.external_id.as_str());
    if let Some(profile) = &wish.business_profile
        && let Err(fault) = site.graph.set_business_profile(id, profile, of.auth()).await
    {
        let remedy = "Correct the profile as Meta says, and connect again.";
        return Finding::failed(check, subject, told(&fault, Channel::WhatsApp), remedy);
    }
    match site.graph.business_profile(id, of.auth()).await {
        Ok(profile) => {
            let fields = profile.as_object().into_iter().flatten();
            let set: Vec<&str> = fields
                .filter(|(name, _)| *name != "messaging_product")
                .map(|(name, _)| name.as_str())
                .collect();
            let evidence = match set.is_empty() {
                true => "Customers see no business profile yet.".to_owned(),
                false => format!("Customers see: {}.", set.join(", ")),
            };
            Finding::ok(check, subject, evidence)
        }
        Err(fault) => Finding::skipped(check, subject, told(&fault, Channel::WhatsApp)),
    }
}
