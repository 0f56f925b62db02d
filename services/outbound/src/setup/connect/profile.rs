//! What customers see of the business: the messenger profile, the WhatsApp business profile. And
//! registering a number, without which it cannot send.

use secrecy::ExposeSecret;
use switchboard_domain::Channel;

use super::{
    super::{Finding, Opened, Site, doctor::told, site::node},
    Secrets, Wish,
};

pub(super) async fn apply(
    site: &Site,
    subject: &str,
    of: &Opened,
    (wish, secrets): (&Wish, &Secrets),
) -> Vec<Finding> {
    match of.account.channel {
        Channel::WhatsApp => {
            let mut found = vec![register(site, subject, of, secrets).await];
            found.push(business(site, subject, of, wish).await);
            found
        }
        Channel::Messenger | Channel::Instagram => {
            messenger(site, subject, of, wish).await.into_iter().collect()
        }
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

async fn messenger(site: &Site, subject: &str, of: &Opened, wish: &Wish) -> Option<Finding> {
    let (check, channel) = ("messenger_profile", of.account.channel);
    let mut profile = wish.messenger_profile.clone()?;
    if channel == Channel::Instagram
        && let Some(fields) = profile.as_object_mut()
    {
        fields.insert("platform".into(), "instagram".into());
    }
    let names: Vec<String> =
        profile.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    Some(match site.graph.set_messenger_profile(node(&of.account), &profile, of.auth()).await {
        Ok(()) => Finding::ok(check, subject, format!("Set: {}.", names.join(", "))),
        Err(fault) => Finding::failed(
            check,
            subject,
            told(&fault, channel),
            "Correct the profile as Meta says (a menu needs get_started, and a default locale), \
             and connect again.",
        ),
    })
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
