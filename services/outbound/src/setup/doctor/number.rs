//! A WhatsApp number: whether it is registered, how good it is, and Meta's own diagnosis.

use switchboard_chassis::clock;
use switchboard_contract::convert::account_shard;
use switchboard_domain::Timestamp;
use switchboard_graph::admin::{HealthEntity, HealthStatus, Number};
use switchboard_store::{StoreError, sends};

use super::{
    super::{Finding, Opened, Site},
    told,
};

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

pub(super) async fn examine(site: &Site, subject: &str, of: &Opened) -> Vec<Finding> {
    let mut found = Vec::new();
    match site.graph.number(&of.account.external_id, of.auth()).await {
        Ok(number) => {
            found.extend(facts(subject, &number));
            found.push(limits(subject, &number, refused(site, of).await));
            found.push(callback(site, subject, of, &number));
        }
        Err(fault) => {
            let evidence = told(&fault, of.account.channel);
            let remedy = "Give the token whatsapp_business_management for this business account.";
            found.push(Finding::failed("number", subject, evidence, remedy));
        }
    }
    match site.graph.health_status(&of.account.external_id, of.auth()).await {
        Ok(health) => found.push(diagnosis(subject, &health)),
        Err(fault) => {
            let evidence = told(&fault, of.account.channel);
            found.push(Finding::skipped("health_status", subject, evidence));
        }
    }
    found
}

fn facts(subject: &str, number: &Number) -> Vec<Finding> {
    vec![
        registered(subject, number),
        quality(subject, number),
        name(subject, number),
        verified(subject, number),
    ]
}

fn registered(subject: &str, number: &Number) -> Finding {
    let check = "number_status";
    match number.status.as_deref() {
        Some("CONNECTED") | None => Finding::ok(check, subject, "The number is connected."),
        Some("PENDING" | "DISCONNECTED" | "UNVERIFIED") => Finding::failed(
            check,
            subject,
            "The number is not registered with the Cloud API.",
            "Register it: `switchboard account connect --pin PIN`.",
        ),
        Some(other) => Finding::failed(
            check,
            subject,
            format!("Meta says that the number is {}.", other.to_lowercase()),
            "See WhatsApp Manager, Account tools, Phone numbers, for the reason and the appeal.",
        ),
    }
}

/// The number's own callback goes before its business account's and the app's.
fn callback(site: &Site, subject: &str, of: &Opened, number: &Number) -> Finding {
    let check = "number_callback";
    let here = site.callback(&of.app.key);
    match number.webhook_configuration.phone_number.as_deref() {
        Some(url) if !url.is_empty() && url != here.as_str() => Finding::failed(
            check,
            subject,
            format!("The number overrides the callback: its messages go to {url}."),
            "Delete the override: POST the number's webhook_configuration with an empty \
             override_callback_uri.",
        ),
        _ => Finding::ok(check, subject, "The number sends its messages nowhere else."),
    }
}

fn quality(subject: &str, number: &Number) -> Finding {
    let check = "number_quality";
    let rating = number.quality_rating.as_deref().unwrap_or("UNKNOWN");
    let evidence = format!("The number's quality is {}.", rating.to_lowercase());
    let remedy = "Customers block or report it: write less, and only to those who agreed. Below \
                  yellow, Meta lowers its limits.";
    match rating {
        "RED" | "YELLOW" => Finding::warning(check, subject, evidence, remedy),
        _ => Finding::ok(check, subject, evidence),
    }
}

fn name(subject: &str, number: &Number) -> Finding {
    let check = "number_name";
    match number.name_status.as_deref() {
        Some("DECLINED" | "EXPIRED") => Finding::failed(
            check,
            subject,
            "Meta did not approve the display name; sends fail with error 131037.",
            "Ask for another name in WhatsApp Manager.",
        ),
        Some("PENDING_REVIEW" | "NONE") => Finding::warning(
            check,
            subject,
            "The display name is not approved yet.",
            "Wait for Meta's review, or ask for a name in WhatsApp Manager.",
        ),
        _ => Finding::ok(check, subject, "The display name is approved."),
    }
}

fn verified(subject: &str, number: &Number) -> Finding {
    let check = "number_verification";
    match number.code_verification_status.as_deref() {
        Some("EXPIRED" | "NOT_VERIFIED") => Finding::warning(
            check,
            subject,
            "The number's verification is missing or has expired.",
            "Ask for a code and enter it in WhatsApp Manager.",
        ),
        _ => Finding::ok(check, subject, "The number is verified."),
    }
}

/// How many sends of a day wait or failed because the number was at its limits: of messages a
/// second, and of people and of spam. (WhatsApp "Throughput", "Messaging limits")
#[derive(Default)]
struct Refused {
    throughput: i64,
    messaging: i64,
}

async fn refused(site: &Site, of: &Opened) -> Refused {
    let (workspace, account) = (of.account.workspace, of.account.id);
    let since = Timestamp::from_micros(clock::now().as_micros() - DAY_MICROS);
    let read = site.store.read(move |db| {
        let mut count =
            |codes| sends::refused(db, (workspace, account), account_shard(account), since, codes);
        Ok::<_, StoreError>(Refused {
            throughput: count(&[130_429])?,
            messaging: count(&[131_048, 131_064])?,
        })
    });
    // Without the store its own check says so.
    read.await.unwrap_or_default()
}

fn limits(subject: &str, number: &Number, refused: Refused) -> Finding {
    let check = "number_limits";
    let level = number.throughput.as_ref().map_or("STANDARD", |known| known.level.as_str());
    let tier = number.whatsapp_business_manager_messaging_limit.as_deref().unwrap_or("not told");
    let evidence = format!("Throughput {}, messaging limit {tier}.", level.to_lowercase());
    let Refused { throughput, messaging } = refused;
    if messaging > 0 {
        let evidence = format!(
            "{evidence} The number is at its limit: Meta refused {messaging} messages of the last \
             24 hours."
        );
        let remedy = "Write first to fewer people, with templates that they want. Meta raises the \
                      limit by itself while quality is good and half of it is used; WhatsApp \
                      Manager, Account tools, Phone numbers shows it.";
        return Finding::failed(check, subject, evidence, remedy);
    }
    if throughput > 0 {
        let evidence = format!(
            "{evidence} The number is at its throughput: {throughput} messages of the last 24 \
             hours wait or were given up."
        );
        let remedy = "Spread what is sent over time, or over numbers. Meta raises the throughput \
                      by itself once the messaging limit is unlimited and quality is not red.";
        return Finding::warning(check, subject, evidence, remedy);
    }
    let rating = number.quality_rating.as_deref();
    if matches!(rating, Some("RED" | "YELLOW")) {
        let evidence = format!("{evidence} With this quality Meta does not raise them.");
        let remedy = "Mend the quality first (see number_quality); until then plan with these.";
        return Finding::warning(check, subject, evidence, remedy);
    }
    Finding::ok(check, subject, evidence)
}

/// The best single check there is: Meta says itself what is in the way.
fn diagnosis(subject: &str, health: &HealthStatus) -> Finding {
    let check = "health_status";
    let troubles: Vec<String> = health.entities.iter().flat_map(trouble).collect();
    let solutions = health.entities.iter().flat_map(|entity| &entity.errors);
    let solutions: Vec<&str> = solutions.map(|error| error.possible_solution.as_str()).collect();
    let evidence = match troubles.is_empty() {
        true => format!("Meta says: {}.", health.can_send_message.to_lowercase()),
        false => troubles.join(" "),
    };
    let remedy = match solutions.is_empty() {
        true => "See WhatsApp Manager and Business Settings.".to_owned(),
        false => solutions.join(" "),
    };
    match health.can_send_message.as_str() {
        "BLOCKED" => Finding::failed(check, subject, evidence, remedy),
        "LIMITED" => Finding::warning(check, subject, evidence, remedy),
        _ => Finding::ok(check, subject, evidence),
    }
}

fn trouble(entity: &HealthEntity) -> Vec<String> {
    let what = entity.entity_type.to_lowercase().replace('_', " ");
    let errors = entity.errors.iter().map(|error| {
        format!("The {what}: {} (Meta error {}).", error.error_description, error.error_code)
    });
    let more = entity.additional_info.iter().map(|info| format!("The {what}: {info}"));
    errors.chain(more).collect()
}
