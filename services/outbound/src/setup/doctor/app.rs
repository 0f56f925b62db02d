//! The Meta app: its secret, its subscriptions, and its callback, asked as Meta asks.

use secrecy::{ExposeSecret, SecretString};
use switchboard_graph::admin::AppSubscription;
use switchboard_meta::{signature, subscriptions};
use uuid::Uuid;

use super::{
    super::{Finding, Opened, Site, site::AppAuth},
    told,
};

/// A webhook that says nothing: answered like any other, and kept by nobody.
const NOTHING: &str = r#"{"object":"page","entry":[]}"#;

pub(super) async fn examine(site: &Site, subject: &str, of: &Opened) -> Vec<Finding> {
    let AppAuth { token, proof } = of.app_auth();
    let auth = (&token, Some(proof.expose_secret()));
    let mut found = Vec::new();
    match site.graph.app_subscriptions(&of.app.meta_app_id, auth).await {
        Ok(subscribed) => {
            let evidence = "Meta takes the app's id and secret.";
            found.push(Finding::ok("app_secret", subject, evidence));
            found.push(subscription(site, subject, of, &subscribed));
        }
        Err(fault) => {
            found.push(Finding::failed(
                "app_secret",
                subject,
                told(&fault, of.account.channel),
                "Copy App ID and App secret from the App Dashboard, Settings, Basic: `switchboard \
                 app rotate-secret`. A wrong secret also makes us refuse Meta's webhooks.",
            ));
        }
    }
    found.push(challenge(site, subject, of).await);
    found.push(webhook(site, subject, &of.app.key, &of.secret).await);
    found
}

/// The first of the two levels: what the app subscribes to.
fn subscription(
    site: &Site,
    subject: &str,
    of: &Opened,
    subscribed: &[AppSubscription],
) -> Finding {
    let (channel, object) = (of.account.channel, subscriptions::object(of.account.channel));
    let check = "app_subscription";
    let connect = "Connect the account again: `switchboard account connect` subscribes the app. By \
                   hand: the callback belongs into the product's own page (Messenger, Instagram or \
                   WhatsApp), not only into Webhooks.";
    let Some(ours) = subscribed.iter().find(|one| one.object == object) else {
        let evidence = format!("The app does not subscribe to the webhooks of {object}.");
        return Finding::failed(check, subject, evidence, connect);
    };
    let here = site.callback(&of.app.key);
    if ours.callback_url.trim_end_matches('/') != here.as_str().trim_end_matches('/') {
        let evidence = format!("The app's webhooks go to {}, not to {here}.", ours.callback_url);
        return Finding::failed(check, subject, evidence, connect);
    }
    if !ours.active {
        let evidence = "Meta has switched the app's webhooks off.";
        return Finding::failed(check, subject, evidence, connect);
    }
    let has = |field: &&str| ours.fields.iter().any(|known| known.name == **field);
    let needed = subscriptions::needed_fields(channel);
    let missing: Vec<&str> = needed.iter().copied().filter(|field| !has(field)).collect();
    if !missing.is_empty() {
        let evidence = format!("The app is subscribed without {}.", missing.join(", "));
        return Finding::failed(check, subject, evidence, connect);
    }
    Finding::ok(check, subject, format!("The app subscribes to {object}, with all it needs."))
}

async fn challenge(site: &Site, subject: &str, of: &Opened) -> Finding {
    let check = "callback_challenge";
    let callback = site.callback(&of.app.key);
    let challenge = Uuid::now_v7().simple().to_string();
    let token = of.verify_token.expose_secret();
    let answer = site.graph.probe_challenge(&callback, token, &challenge).await;
    match answer {
        Ok(probed) if probed.status == 200 && probed.body == challenge => {
            Finding::ok(check, subject, format!("{callback} proves itself to Meta."))
        }
        Ok(probed) => Finding::failed(
            check,
            subject,
            format!("{callback} answered {} and not with the challenge.", probed.status),
            "Something else answers under this address: let the reverse proxy pass /meta/ to the \
             ingress unchanged, with its query.",
        ),
        Err(why) => Finding::failed(check, subject, format!("{callback}: {why}."), UNREACHABLE),
    }
}

const UNREACHABLE: &str = "Start the ingress, and let the address of ingress.public_url lead to it, \
                           also from this server; its certificate has to be valid.";

async fn webhook(site: &Site, subject: &str, app_key: &str, secret: &SecretString) -> Finding {
    let check = "callback_webhook";
    let callback = site.callback(app_key);
    let signature = signature::sign(secret.expose_secret().as_bytes(), NOTHING.as_bytes());
    match site.graph.probe_webhook(&callback, NOTHING.to_owned(), &signature).await {
        Ok(probed) if probed.status == 200 => {
            Finding::ok(check, subject, format!("{callback} takes webhooks signed by the app."))
        }
        Ok(probed) if probed.status == 401 || probed.status == 403 => Finding::failed(
            check,
            subject,
            format!("{callback} refuses the app's signature (status {}).", probed.status),
            "The ingress has another app secret, or the proxy changes the body: it must pass the \
             bytes as they are.",
        ),
        Ok(probed) => Finding::failed(
            check,
            subject,
            format!("{callback} answered {} to a webhook.", probed.status),
            "Meta repeats what is not answered 200, and in the end stops: see the ingress's log.",
        ),
        Err(why) => Finding::failed(check, subject, format!("{callback}: {why}."), UNREACHABLE),
    }
}
