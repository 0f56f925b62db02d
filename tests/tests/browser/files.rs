//! Pictures and files at the desk: seen as they came, and sent by pasting them.

use switchboard_tests::{
    Outcome, World,
    browser::Browsers,
    shop::{self, PAGE},
};

use crate::{ann_logs_in, says};

const PSID: &str = "9000000000000883";

/// Pastes a picture of one dot where one writes.
const PASTE: &str = r#"
    const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    const bytes = Uint8Array.from(atob(dot), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "dot.png", { type: "image/png" }));
    const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.getElementById("text").dispatchEvent(paste);
    return true;
"#;

pub(crate) async fn pictures_are_seen_and_sent(world: &mut World) -> Outcome {
    let browsers = Browsers::start().await?;
    let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
    says(&phone, "/live_agent").await?;
    phone.sees(".message.business", shop::ONE_MOMENT).await?;
    says(&phone, "Look at this").await?;
    phone.clicks("#attach", "").await?;
    phone.clicks("#sheet .choice", "Picture").await?;
    let desk = browsers.open(world.desk_page()).await?;
    ann_logs_in(&desk).await?;
    desk.clicks(".row", "").await?;
    desk.until(
        "the picture is our copy, and whole",
        "const image = document.querySelector('.message.customer img.image');
         return image !== null && image.naturalWidth > 0 && image.src.includes('/api/v1/media/');",
        &[],
    )
    .await?;
    desk.poses("desk-picture").await?;

    let _: bool = desk.asks(PASTE, &[]).await?;
    desk.sees("dialog .files", "dot.png").await?;
    desk.poses("desk-paste").await?;
    desk.clicks("dialog button.primary", "Send").await?;
    phone
        .until(
            "the picture is on the phone",
            "const image = document.querySelector('.message.business img');
             return image !== null && image.naturalWidth === 1;",
            &[],
        )
        .await?;
    desk.until(
        "the desk shows what was sent",
        "const image = document.querySelector('.message.agent img.image');
         return image !== null && image.naturalWidth === 1;",
        &[],
    )
    .await?;
    phone.closes().await?;
    desk.closes().await
}
