//! What customers send beside words, as agents see it.

use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::{PAGE, WHATSAPP},
};

use crate::ann_logs_in;

const WA_ID: &str = "15550108888";
const PSID: &str = "9000000000000888";

pub(crate) async fn an_agent_sees_what_customers_send(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    a_whatsapp_customer_tells_much(world).await?;
    desk.clicks(".row", "15550108888").await?;
    what_was_told_is_seen(&desk).await?;
    a_list_is_offered(&desk).await?;
    a_page_customer_changes_their_mind(world).await?;
    desk.clicks(".row", "Second thoughts").await?;
    second_thoughts_are_seen(&desk).await?;
    desk.becomes_a_phone("dark").await?;
    desk.has_in_reach(&["#back", "#contact-toggle", "#scroll", "#text"]).await?;
    desk.poses("desk-changed-small").await?;
    desk.clicks("#contact-toggle", "").await?;
    desk.has_in_reach(&["#contact"]).await?;
    desk.sees("#contact .facts", PSID).await?;
    desk.poses("desk-contact-small").await?;
    desk.closes().await
}

async fn a_whatsapp_customer_tells_much(world: &World) -> Outcome {
    let customer = world.simulator()?.customer(WHATSAPP, WA_ID);
    customer.says("/live_agent").await?;
    let ad = json!({
        "source_type": "ad", "source_id": "7", "source_url": "https://ads.example/7",
        "headline": "Tulips in May", "body": "Fresh every day",
    });
    for act in [
        json!({ "text": "I saw your ad", "referral": ad }),
        json!({ "text": "Pass it on", "frequently_forwarded": true }),
        json!({ "location": place() }),
        json!({ "contacts": [card()] }),
        json!({ "order": order() }),
        json!({ "nfm_reply": { "response": { "size": "Large", "ribbon": "Red" } } }),
    ] {
        customer.plays(&act).await?;
    }
    Ok(())
}

fn place() -> Value {
    json!({ "latitude": 52.52, "longitude": 13.405, "name": "The office", "address": "Mitte" })
}

fn card() -> Value {
    json!({
        "name": { "formatted_name": "Grace Hopper", "first_name": "Grace" },
        "phones": [{ "phone": "+1 555 010 0999", "type": "WORK" }],
        "emails": [{ "email": "grace@example.org", "type": "WORK" }],
    })
}

fn order() -> Value {
    let item = |product: &str, quantity: u32, price: u32| {
        json!({
            "product_retailer_id": product, "quantity": quantity, "item_price": price,
            "currency": "EUR",
        })
    };
    json!({ "catalog_id": "5", "text": "By Friday", "product_items": [item("tulip", 10, 2), item("vase", 1, 15)] })
}

async fn what_was_told_is_seen(desk: &Page) -> Outcome {
    for (selector, text) in [
        (".message .referral", "Tulips in May"),
        (".message .mark", "Forwarded many times"),
        (".message", "The office"),
        (".message a", "Show on a map"),
        (".message .person", "Grace Hopper"),
        (".message .order", "tulip"),
        (".message .order tfoot", "35"),
        (".message .facts", "Large"),
    ] {
        desk.sees(selector, text).await?;
    }
    desk.poses("desk-told").await
}

async fn a_list_is_offered(desk: &Page) -> Outcome {
    desk.clicks("#more", "").await?;
    desk.clicks("#more-menu button", "List").await?;
    desk.writes("dialog textarea", "Which ribbon?").await?;
    desk.writes("dialog .fields .fields .field:last-child input", "Red").await?;
    desk.clicks("dialog button.primary", "Send").await?;
    desk.clicks(".message.agent .menu summary", "Choose").await?;
    desk.sees(".message.agent .menu li", "Red").await.map(drop)
}

async fn a_page_customer_changes_their_mind(world: &World) -> Outcome {
    let customer = world.simulator()?.customer(PAGE, PSID);
    customer.says("/live_agent").await?;
    let first = customer.says("Two roses").await?;
    let second = customer.says("Forget this").await?;
    customer.changes(&json!({ "edit": { "mid": first, "text": "Three roses" } })).await?;
    customer.changes(&json!({ "unsend": second })).await?;
    customer.plays(&json!({ "text": "These ones", "reply_to": first })).await?;
    let wink = json!({ "mid": first, "reaction": "love", "emoji": "\u{2764}", "action": "react" });
    customer.changes(&json!({ "reaction": wink })).await?;
    customer.says("Second thoughts").await.map(drop)
}

async fn second_thoughts_are_seen(desk: &Page) -> Outcome {
    desk.sees(".message .text", "Three roses").await?;
    desk.clicks(".edited summary", "Edited").await?;
    desk.sees(".version", "Two roses").await?;
    desk.sees(".message.is-unsent", "took this message back").await?;
    desk.sees(".message .reactions", "\u{2764}").await?;
    desk.counts(".message.is-reaction", 0).await?;
    desk.poses("desk-changed").await?;
    desk.clicks("button.quote", "Three roses").await?;
    desk.until("the quoted message is shown", QUOTED_HAS_FOCUS, &["Three roses"]).await
}

const QUOTED_HAS_FOCUS: &str = "
    return document.activeElement?.matches('.message')
        && document.activeElement.textContent.includes(arguments[0]);";
