//! The simulator counts each call over a limit; there must be none, whoever owns the shard.

use std::time::Duration;

use serde_json::json;
use switchboard_chassis::settings::Settings;
use switchboard_domain::Channel;

use crate::rig::Rig;

fn slow(settings: &mut Settings) {
    let limits = &mut settings.outbound.limits;
    limits.messenger.text_per_second = 20;
    limits.whatsapp.per_second = 10;
    limits.whatsapp.pair_interval = Duration::from_secs(1);
    limits.whatsapp.pair_burst = 2;
}

async fn rig() -> Rig {
    let rig = Rig::with(slow).await;
    let limits = json!({
        "text_per_second": 24, "number_per_second": 12, "pair_interval_ms": 1_000, "pair_burst": 3,
    });
    rig.put("/_sim/settings", json!({"limits": limits})).await;
    rig
}

#[tokio::test]
async fn a_page_stays_within_its_rate_when_the_owner_changes() {
    let mut rig = rig().await;
    let mut texts = Vec::new();
    for customer in 0..10 {
        let customer = format!("5{customer}");
        rig.write_in(Channel::Messenger, &customer).await;
        let of: Vec<String> = (0..6).map(|number| format!("{customer} {number}")).collect();
        let of: Vec<&str> = of.iter().map(String::as_str).collect();
        rig.order(Channel::Messenger, &customer, &of).await;
        texts.extend(of.into_iter().map(str::to_owned));
    }
    for part in [20, 40] {
        rig.received(part).await;
        rig.halt().await;
        rig.go().await;
    }
    for text in &texts {
        rig.sent(text).await;
    }
    assert_eq!(rig.violations().await, 0);
    assert!(rig.accepted().await.values().all(|count| *count == 1));
    rig.stop().await;
}

#[tokio::test]
async fn a_number_stays_within_its_rate_and_each_customers() {
    let mut rig = rig().await;
    let customers = ["15551230001", "15551230002", "15551230003", "15551230004", "15551230005"];
    for customer in customers {
        rig.write_in(Channel::WhatsApp, customer).await;
        let of: Vec<String> = (0..6).map(|number| format!("{customer} {number}")).collect();
        let of: Vec<&str> = of.iter().map(String::as_str).collect();
        rig.order(Channel::WhatsApp, customer, &of).await;
    }
    for customer in customers {
        rig.sent(&format!("{customer} 5")).await;
        let expected: Vec<String> = (0..6).map(|number| format!("{customer} {number}")).collect();
        assert_eq!(rig.texts(Channel::WhatsApp, customer).await, expected);
    }
    assert_eq!(rig.violations().await, 0);
    rig.stop().await;
}

#[tokio::test]
async fn a_full_usage_header_stops_the_account() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.put("/_sim/usage", json!({"id": "2001", "percent": 97})).await;
    rig.order(Channel::Messenger, "51", &["one", "two"]).await;
    rig.sent("one").await;
    // The account waits for a minute; other accounts do not.
    rig.write_in(Channel::WhatsApp, "15551230001").await;
    let texts: Vec<String> = (0..5).map(|number| format!("text {number}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    rig.order(Channel::WhatsApp, "15551230001", &texts).await;
    rig.sent("text 4").await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["one"]);
    rig.stop().await;
}
