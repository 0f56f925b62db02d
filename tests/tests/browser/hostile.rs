//! What a hostile customer writes stays text, on the desk and on the phone.

use reqwest::Method;
use serde_json::json;
use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::PAGE,
};

use crate::{ann_logs_in, sends_past_switchboard};

const ID: &str = "9000000000000666";
pub(crate) const IMAGE: &str = "<img src=x onerror='harm=1'>";
pub(crate) const SCRIPT: &str = "<script>harm=1</script>";
pub(crate) const LINK: &str = "javascript:harm=1";
const BUTTON: &str = "Look here";

/// What would have come of it: elements out of text, links that run, a script that ran.
const HARM: &str = "
    const made = [...document.querySelectorAll(
        'main script, .bubble img, .row img, h2 img, option img, .panel img, .composer img')];
    const links = [...document.querySelectorAll('a[href]')].filter((one) => !/^https?:/.test(one.href));
    const ran = 'harm' in window ? [document.documentElement] : [];
    return [...made, ...links, ...ran].map((one) => one.outerHTML.slice(0, 300));";

/// A script in the page, which the policy has to stop.
const INLINE_SCRIPT: &str = "
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return window.ran !== true;";

pub(crate) async fn what_customers_write_is_text_and_nothing_else(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let customer = json!({ "account": PAGE.external_id, "id": ID, "name": IMAGE });
    let simulator = world.simulator()?;
    simulator.change(Method::POST, "customers", &customer).await?;
    let mallory = simulator.customer(PAGE, ID);
    mallory.says("/live_agent").await?;
    mallory.plays(&json!({ "file": { "url": LINK } })).await?;
    mallory.plays(&json!({ "image": { "url": LINK } })).await?;
    mallory.plays(&json!({ "postback": { "title": IMAGE, "payload": SCRIPT } })).await?;
    mallory.says(SCRIPT).await?;
    mallory.says(IMAGE).await?;

    let phone = browsers.open(&world.phone_page(PAGE, ID)).await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.sees(".row-preview", IMAGE).await?;
    desk.clicks(".row", IMAGE).await?;
    desk.sees(".message.customer .choice", IMAGE).await?;
    for page in [&phone, &desk] {
        page.sees(".message.customer .bubble", SCRIPT).await?;
        page.sees(".message.customer .bubble", IMAGE).await?;
    }
    a_stolen_token_sends_a_button(world).await?;
    phone.sees("a.tap", BUTTON).await?;
    desk.sees(".message.elsewhere", "Look!").await?;
    desk.poses("hostile-desk").await?;
    phone.poses("hostile-phone").await?;
    does_no_harm(&desk).await?;
    does_no_harm(&phone).await?;
    for page in [phone, desk] {
        page.is_content().await?;
        // The policy is at work, and what it stops would have been among the complaints.
        assert!(page.asks::<bool>(INLINE_SCRIPT, &[]).await?, "an inline script ran");
        let complaints = page.complaints().await?;
        assert!(complaints.iter().any(|one| one.contains("Content Security Policy")));
        page.closes().await?;
    }
    Ok(())
}

/// Sends a button that runs a script when it is clicked, past Switchboard, which would not.
async fn a_stolen_token_sends_a_button(world: &World) -> Outcome {
    let button = json!({ "type": "web_url", "title": BUTTON, "url": LINK });
    let payload = json!({ "template_type": "button", "text": "Look!", "buttons": [button] });
    let message = json!({ "attachment": { "type": "template", "payload": payload } });
    let send =
        json!({ "recipient": { "id": ID }, "messaging_type": "RESPONSE", "message": message });
    sends_past_switchboard(world, PAGE, &send).await
}

pub(crate) async fn does_no_harm(page: &Page) -> Outcome {
    assert_eq!(page.asks::<Vec<String>>(HARM, &[]).await?, [""; 0]);
    Ok(())
}
