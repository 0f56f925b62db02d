//! The customer's phone on a small screen: cards, lists, forms, and the menu of a message.

use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{PAGE, WHATSAPP},
};

use crate::{says, sends_past_switchboard};

const PSID: &str = "9000000000000777";
const WA_ID: &str = "15550107777";

pub(crate) async fn a_phone_plays_what_phones_can_do(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    world.simulator()?.customer(PAGE, PSID).says("/live_agent").await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    phone.becomes_a_phone("light").await?;
    sends_past_switchboard(world, PAGE, &cards()).await?;
    phone.sees(".card", "Roses").await?;
    phone.poses("phone-cards").await?;
    phone.clicks(".card button.tap", "Buy").await?;
    phone.sees(".message.customer", "Buy").await?;
    phone.clicks(".message.customer .more", "").await?;
    phone.has_in_reach(&["#sheet-close", "#sheet .reactions", "#sheet .choice"]).await?;
    phone.poses("phone-menu").await?;
    phone.clicks("#sheet .choice", "Edit").await?;
    phone.writes("#sheet input[name=text]", " please").await?;
    phone.clicks("#sheet button[type=submit]", "").await?;
    phone.sees(".message.customer", "/live_agent please").await?;
    phone.sees(".message.customer .meta", "edited").await?;
    phone.closes().await?;

    world.simulator()?.customer(WHATSAPP, WA_ID).says("/live_agent").await?;
    let phone = browsers.open(&world.phone_page(WHATSAPP, WA_ID)).await?;
    phone.becomes_a_phone("dark").await?;
    sends_past_switchboard(world, WHATSAPP, &list()).await?;
    phone.clicks("button.tap", "Choose").await?;
    phone.has_in_reach(&["#sheet-close", "#sheet .choice"]).await?;
    phone.poses("phone-list").await?;
    phone.clicks("#sheet .choice", "Roses").await?;
    phone.sees(".message.customer", "Roses").await?;
    sends_past_switchboard(world, WHATSAPP, &flow()).await?;
    phone.clicks("button.tap", "Open form").await?;
    phone.writes("#sheet input[name=name]", "Maya").await?;
    phone.writes("#sheet input[name=answer]", "Ten").await?;
    phone.clicks("#sheet button[type=submit]", "Submit").await?;
    phone.sees(".message.customer", "Sent").await?;
    says(&phone, "That is all.").await?;
    phone.closes().await
}

fn cards() -> Value {
    let card = |title: &str| {
        let buy = json!({ "type": "postback", "title": "Buy", "payload": "BUY" });
        json!({ "title": title, "subtitle": "Fresh today", "buttons": [buy] })
    };
    let elements = [card("Roses"), card("Tulips"), card("Lilies")];
    let payload = json!({ "template_type": "generic", "elements": elements });
    let message = json!({ "attachment": { "type": "template", "payload": payload } });
    json!({ "recipient": { "id": PSID }, "messaging_type": "RESPONSE", "message": message })
}

fn list() -> Value {
    let rows = json!([{ "id": "r", "title": "Roses", "description": "Red ones" }]);
    let action = json!({ "button": "Choose", "sections": [{ "title": "Flowers", "rows": rows }] });
    interactive(&json!({ "type": "list", "body": { "text": "Which?" }, "action": action }))
}

fn flow() -> Value {
    let parameters = json!({
        "flow_message_version": "3", "flow_id": "1", "flow_cta": "Open form", "flow_token": "t",
    });
    let action = json!({ "name": "flow", "parameters": parameters });
    interactive(&json!({ "type": "flow", "body": { "text": "How many?" }, "action": action }))
}

fn interactive(interactive: &Value) -> Value {
    json!({
        "messaging_product": "whatsapp", "to": WA_ID, "type": "interactive",
        "interactive": interactive,
    })
}
