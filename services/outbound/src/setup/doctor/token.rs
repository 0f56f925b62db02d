//! The account's token: alive, of the right app and kind, for long enough, with all permissions.

use secrecy::ExposeSecret;
use switchboard_chassis::clock;
use switchboard_domain::Channel;
use switchboard_graph::TokenFacts;
use switchboard_meta::{error::GraphError, subscriptions};

use super::{
    super::{Finding, Opened, Site, Verdict, site::AppAuth},
    tasks, told,
};

/// Sooner than that is worth a warning.
const SOON_SECONDS: i64 = 14 * 24 * 60 * 60;

const CONNECT: &str = "Make a new token and replace it: `switchboard account token`, or connect \
                       again.";

pub(in super::super) async fn examine(site: &Site, subject: &str, of: &Opened) -> Vec<Finding> {
    let channel = of.account.channel;
    let own_login = channel == Channel::Instagram && of.account.sender_id == of.account.external_id;
    if own_login {
        return vec![instagram_login(site, subject, of).await];
    }
    let AppAuth { token, proof } = of.app_auth();
    let auth = (&token, Some(proof.expose_secret()));
    match site.graph.debug_token(auth, &of.token).await {
        Ok(facts) => {
            let mut found = judge(subject, of, &facts);
            // Else a refusal could mean either.
            if !found.iter().any(|finding| finding.verdict == Verdict::Failed) {
                found.extend(tasks::examine(site, subject, of).await);
            }
            found
        }
        Err(fault) => {
            let evidence = told(&fault, channel);
            vec![Finding::failed("token", subject, evidence, "Mend the app's id and secret first.")]
        }
    }
}

/// `debug_token` does not know Instagram-login tokens: the account is asked who it is.
async fn instagram_login(site: &Site, subject: &str, of: &Opened) -> Finding {
    match site.graph.own_instagram(of.auth()).await {
        Ok(_) => Finding::ok("token", subject, "Instagram takes the token."),
        Err(fault) => Finding::failed("token", subject, told(&fault, of.account.channel), CONNECT),
    }
}

fn judge(subject: &str, of: &Opened, facts: &TokenFacts) -> Vec<Finding> {
    let channel = of.account.channel;
    if let Some(wrong) = wrong(subject, (channel, &of.app.meta_app_id), facts) {
        return vec![wrong];
    }
    let kind = facts.kind.clone().unwrap_or_else(|| "unknown kind".to_owned());
    let mut found = vec![
        Finding::ok("token", subject, format!("Meta takes the token ({kind}).")),
        expiry(subject, channel, facts),
        scopes(subject, channel, facts),
    ];
    found.extend(owner(subject, of, facts));
    found.extend(data_access(subject, facts));
    found.extend(assets(subject, of, facts));
    found
}

/// Why a token is no use at all, if it is none.
pub(in super::super) fn wrong(
    subject: &str,
    (channel, app): (Channel, &str),
    facts: &TokenFacts,
) -> Option<Finding> {
    if !facts.is_valid {
        let error = facts.error.as_ref();
        let error = error.map_or_else(GraphError::default, |error| GraphError {
            code: error.code,
            subcode: error.subcode,
            ..GraphError::default()
        });
        let evidence = if error.code == 0 {
            "Meta says that the token does not work.".to_owned()
        } else {
            error.advice(channel)
        };
        return Some(Finding::failed("token", subject, evidence, CONNECT));
    }
    if facts.app_id.as_ref().is_some_and(|theirs| theirs != app) {
        return Some(Finding::failed(
            "token",
            subject,
            "The token belongs to another Meta app.",
            "Make the token with the app that the account is connected through.",
        ));
    }
    None
}

/// Whether a token that sends for a Page is that Page's own.
fn owner(subject: &str, of: &Opened, facts: &TokenFacts) -> Option<Finding> {
    let account = &of.account;
    if account.channel == Channel::WhatsApp {
        return None;
    }
    let evidence = match (facts.kind.as_deref(), &facts.profile_id) {
        (Some("USER"), _) => "The token is a person's, not the Page's.".to_owned(),
        (_, Some(page)) if *page != account.sender_id => {
            format!("The token is another Page's: {page}.")
        }
        _ => return None,
    };
    Some(Finding::failed("token_owner", subject, evidence, CONNECT))
}

fn expiry(subject: &str, channel: Channel, facts: &TokenFacts) -> Finding {
    let check = "token_expiry";
    if facts.expires_at == 0 {
        return Finding::ok(check, subject, "The token does not expire.");
    }
    let left = facts.expires_at.saturating_sub(clock::now().as_micros().div_euclid(1_000_000));
    let evidence = format!("The token expires in {}.", span(left));
    let permanent = match channel {
        Channel::WhatsApp => {
            "Make a permanent token: a system user in Business Settings, with the app and the \
             WhatsApp account assigned before the token is generated."
        }
        _ => {
            "Make a Page token from a long-lived user token: `switchboard account connect` does \
             so from a user token."
        }
    };
    if left < SOON_SECONDS {
        return Finding::warning(check, subject, evidence, permanent);
    }
    Finding::ok(check, subject, evidence)
}

/// Access to people's data ends 90 days after the token's owner was last active.
fn data_access(subject: &str, facts: &TokenFacts) -> Option<Finding> {
    if facts.data_access_expires_at == 0 {
        return None;
    }
    let now = clock::now().as_micros().div_euclid(1_000_000);
    let left = facts.data_access_expires_at.saturating_sub(now);
    let evidence = format!("Access to people's data ends in {}.", span(left));
    Some(if left < SOON_SECONDS {
        let remedy = "Let the token's owner log in to the app again and confirm its access.";
        Finding::warning("data_access", subject, evidence, remedy)
    } else {
        Finding::ok("data_access", subject, evidence)
    })
}

fn scopes(subject: &str, channel: Channel, facts: &TokenFacts) -> Finding {
    let has = |scope: &&str| facts.scopes.iter().any(|own| own == scope);
    let needed = subscriptions::needed_scopes(channel);
    let missing: Vec<&str> = needed
        .iter()
        .filter(|any| !any.iter().any(has))
        .filter_map(|any| any.first().copied())
        .collect();
    if missing.is_empty() {
        return Finding::ok("token_scopes", subject, "The token has the permissions it needs.");
    }
    Finding::failed(
        "token_scopes",
        subject,
        format!("The token lacks {}.", missing.join(", ")),
        "Make a token with these permissions; for a system user, assign the assets first.",
    )
}

/// Whether what the token was given for holds the account.
fn assets(subject: &str, of: &Opened, facts: &TokenFacts) -> Option<Finding> {
    let account = &of.account;
    let ours = [Some(&account.external_id), Some(&account.sender_id), account.business_id.as_ref()];
    let needed = subscriptions::needed_scopes(account.channel);
    let granted = facts.granular_scopes.iter();
    let granted = granted.filter(|one| needed.iter().flat_map(|any| *any).any(|s| *s == one.scope));
    let outside: Vec<&str> = granted
        .filter(|one| {
            let targets = one.target_ids.as_deref();
            targets.is_some_and(|ids| !ours.iter().flatten().any(|own| ids.contains(own)))
        })
        .map(|one| one.scope.as_str())
        .collect();
    (!outside.is_empty()).then(|| {
        Finding::failed(
            "token_assets",
            subject,
            format!("The token has {} for other assets only.", outside.join(", ")),
            "Assign the account to the token's owner, then generate the token anew.",
        )
    })
}

fn span(seconds: i64) -> String {
    match seconds {
        ..=0 => "no time".to_owned(),
        1..=172_800 => format!("{} hours", seconds.div_euclid(3_600)),
        _ => format!("{} days", seconds.div_euclid(86_400)),
    }
}
