//! What a hostile customer tells beside words stays text: each field of each kind.

use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{PAGE, WHATSAPP},
};

use crate::{
    ann_logs_in,
    hostile::{IMAGE, LINK, SCRIPT, does_no_harm},
};

const WA_ID: &str = "15550106666";
const PSID: &str = "9000000000000667";

pub(crate) async fn what_customers_tell_is_text_too(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let simulator = world.simulator()?;
    let mallory = simulator.customer(WHATSAPP, WA_ID);
    mallory.says("/live_agent").await?;
    for act in told() {
        mallory.plays(&act).await?;
    }
    let said = mallory.says(SCRIPT).await?;
    mallory.plays(&json!({ "text": IMAGE, "reply_to": said })).await?;
    mallory.changes(&json!({ "edit": { "message_id": said, "text": IMAGE } })).await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.clicks(".row", IMAGE).await?;
    for selector in [".person", ".order", ".facts", ".referral", ".quote", ".text"] {
        desk.sees(&format!(".message {selector}"), IMAGE).await?;
    }
    desk.clicks(".message.customer:last-child .deed", "Reply").await?;
    desk.sees("#answering", IMAGE).await?;
    desk.clicks("#contact-toggle", "").await?;
    desk.sees("#contact .referral", IMAGE).await?;
    desk.poses("hostile-kinds").await?;
    does_no_harm(&desk).await?;

    let eve = simulator.customer(PAGE, PSID);
    eve.says("/live_agent").await?;
    eve.plays(&json!({ "share": { "url": LINK, "title": IMAGE } })).await?;
    let referral = json!({ "ref": SCRIPT, "source": IMAGE, "type": "OPEN_THREAD" });
    eve.changes(&json!({ "referral": referral })).await?;
    eve.says("All of it").await?;
    desk.clicks(".row", "All of it").await?;
    desk.sees(".message .referral", IMAGE).await?;
    does_no_harm(&desk).await?;
    desk.is_content().await?;
    desk.closes().await
}

/// Each kind that WhatsApp lets a customer tell, hostile in each field.
fn told() -> [Value; 5] {
    let ad = json!({
        "source_type": "ad", "source_id": SCRIPT, "source_url": LINK, "headline": IMAGE,
        "body": SCRIPT, "media_type": "image", "image_url": LINK,
    });
    let card = json!({
        "name": { "formatted_name": IMAGE, "first_name": IMAGE },
        "org": { "company": SCRIPT },
        "phones": [{ "phone": IMAGE, "type": SCRIPT }],
        "emails": [{ "email": IMAGE, "type": "WORK" }],
        "urls": [{ "url": LINK, "type": "WORK" }],
    });
    let item = json!({
        "product_retailer_id": IMAGE, "quantity": 1, "item_price": 2, "currency": "<b>",
    });
    [
        json!({ "text": IMAGE, "referral": ad }),
        json!({ "contacts": [card] }),
        json!({ "location": {
            "latitude": 1.0, "longitude": 2.0, "name": IMAGE, "address": SCRIPT,
        } }),
        json!({ "order": { "catalog_id": IMAGE, "text": SCRIPT, "product_items": [item] } }),
        json!({ "nfm_reply": { "response": { IMAGE: SCRIPT, "other": IMAGE } } }),
    ]
}
