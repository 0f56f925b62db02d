//! Who looks elsewhere is told by the browser what customers write to them.

use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    shop::PAGE,
};

use crate::{ann_logs_in, says};

const PSID: &str = "9000000000000882";

/// Takes the place of the browser's notifications, which nobody sees here, and of the window's focus.
const ELSEWHERE: &str = r#"
window.shown = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return this.permission = "granted"; }
  constructor(title, { body, tag }) { window.shown.push({ title, body, tag, alert: this }); }
  close() {}
};
document.hasFocus = () => false;
"#;

const SHOWN: &str = "return window.shown.some(({ body }) => body === arguments[0]);";

async fn is_shown(desk: &Page, words: &str) -> Outcome {
    desk.until(&format!("{words:?} is shown"), SHOWN, &[words]).await
}

pub(crate) async fn an_agent_who_looks_elsewhere_is_told_of_messages(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.sees("#list-empty", "You have no conversations").await?;
    desk.asks::<()>(ELSEWHERE, &[]).await?;
    desk.clicks("#notifications", "").await?;
    desk.clicks("dialog label", "Show here what customers write").await?;
    desk.poses("desk-alerts").await?;
    desk.clicks("dialog button[aria-label=Close]", "").await?;

    says(&phone, "/live_agent").await?;
    is_shown(&desk, "This conversation is yours now.").await?;
    says(&phone, "Do you have tulips?").await?;
    is_shown(&desk, "Do you have tulips?").await?;
    // A click on it leads there.
    desk.asks::<()>("window.shown.at(-1).alert.onclick();", &[]).await?;
    desk.sees(".message.customer", "Do you have tulips?").await?;
    desk.asks::<()>("document.hasFocus = () => true;", &[]).await?;
    says(&phone, "Red ones?").await?;
    desk.sees(".message.customer", "Red ones?").await?;
    says(&phone, "Or white?").await?;
    desk.sees(".message.customer", "Or white?").await?;
    let more = "return window.shown.some(({ body }) => body === 'Red ones?');";
    assert!(!desk.asks::<bool>(more, &[]).await?, "who looks at it is not told");
    phone.closes().await?;
    desk.closes().await
}
