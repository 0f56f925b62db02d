//! Media: upload, look up, download, and what an id may be used for.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::rig::{PAGE, PAGE_TOKEN, PHONE, PNG, PSID, Rig, WA_ID, WA_TOKEN, code, whatsapp};

async fn upload(rig: &Rig, bytes: Vec<u8>, mime: &str) -> (u16, Value) {
    let file = Part::bytes(bytes).file_name("f").mime_str(mime).unwrap();
    let form = Form::new().text("messaging_product", "whatsapp").text("type", mime.to_owned());
    let url = rig.url(&format!("/v25.0/{PHONE}/media"));
    let request = rig.http.post(url).bearer_auth(WA_TOKEN).multipart(form.part("file", file));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn an_upload_can_be_sent_and_downloaded_for_five_minutes() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let answer = upload(&rig, b"picture".to_vec(), "image/jpeg").await;
    let id = answer.1["id"].as_str().unwrap().to_owned();
    let mut body = whatsapp("", "m");
    body.as_object_mut().unwrap().remove("text");
    body["type"] = "image".into();
    body["image"] = json!({"id": id, "caption": "look"});
    let path = format!("/{PHONE}/messages");
    assert_eq!(rig.graph(&path, WA_TOKEN, &body).await.0, 200);

    let (_, medium) = rig.graph_get(&format!("/{id}?phone_number_id={PHONE}"), WA_TOKEN).await;
    assert_eq!((&medium["mime_type"], &medium["file_size"]), (&json!("image/jpeg"), &json!(7)));
    let url = medium["url"].as_str().unwrap();
    let bare = rig.http.get(url).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let bytes = rig.http.get(url).bearer_auth(WA_TOKEN).send().await.unwrap();
    assert_eq!(bytes.bytes().await.unwrap(), "picture");
    rig.control("/_sim/clock", json!({"advance_seconds": 301})).await;
    let late = rig.http.get(url).bearer_auth(WA_TOKEN).send().await.unwrap();
    assert_eq!(late.status(), 404);

    let request = rig.http.delete(rig.url(&format!("/{id}"))).bearer_auth(WA_TOKEN);
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(code(&rig.graph(&path, WA_TOKEN, &body).await).0, 131_009);
    rig.stop().await;
}

#[tokio::test]
async fn uploads_are_checked() {
    let rig = Rig::start().await;
    assert_eq!(code(&upload(&rig, b"x".to_vec(), "image/tiff").await).0, 100);
    let large = vec![0; 5 * 1024 * 1024 + 1];
    assert_eq!(code(&upload(&rig, large, "image/png").await).0, 131_053);
    let strange = "application/vnd.android.package-archive";
    assert_eq!(code(&upload(&rig, b"x".to_vec(), strange).await).0, 100);
    // A sticker that moves may be larger.
    let mut sticker = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0".to_vec();
    sticker.resize(200 * 1024, 0);
    assert_eq!(code(&upload(&rig, sticker.clone(), "image/webp").await).0, 131_053);
    *sticker.get_mut(20).unwrap() = 2;
    assert_eq!(upload(&rig, sticker, "image/webp").await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_what_it_was_said_to_be_fails_later() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let (_, answer) = upload(&rig, b"no picture".to_vec(), "image/jpeg").await;
    let body = json!({
        "messaging_product": "whatsapp", "to": WA_ID, "type": "image",
        "image": {"id": answer["id"]},
    });
    assert_eq!(rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &body).await.0, 200);
    let status = rig.hooks(1).await[0].item()["statuses"][0].clone();
    assert_eq!(
        (&status["status"], &status["errors"][0]["code"]),
        (&json!("failed"), &json!(131_053))
    );
    rig.stop().await;
}

#[tokio::test]
async fn a_customers_picture_can_be_fetched() {
    let rig = Rig::start().await;
    rig.play(PHONE, WA_ID, json!({"image": {"caption": "see"}})).await;
    let image = rig.hooks(1).await[0].item()["messages"][0]["image"].clone();
    assert_eq!(image["caption"], "see");
    let path = format!("/{}", image["id"].as_str().unwrap());
    let (_, medium) = rig.graph_get(&path, WA_TOKEN).await;
    assert_eq!(medium["sha256"], image["sha256"]);
    let url = medium["url"].as_str().unwrap();
    let bytes = rig.http.get(url).bearer_auth(WA_TOKEN).send().await.unwrap();
    assert!(bytes.bytes().await.unwrap().starts_with(b"\x89PNG"));
    rig.stop().await;
}

#[tokio::test]
async fn a_messenger_attachment_is_reusable() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let payload = json!({"url": rig.url("/_sim/sample.png"), "is_reusable": true});
    let body = json!({"message": {"attachment": {"type": "image", "payload": payload}}});
    let path = format!("/{PAGE}/message_attachments");
    let (_, answer) = rig.graph(&path, PAGE_TOKEN, &body).await;
    let send = |id: &Value| {
        json!({"recipient": {"id": PSID}, "message": {
            "attachment": {"type": "image", "payload": {"attachment_id": id}},
        }})
    };
    let good = rig.graph("/me/messages", PAGE_TOKEN, &send(&answer["attachment_id"])).await;
    assert_eq!(good.0, 200, "{good:?}");
    let bad = rig.graph("/me/messages", PAGE_TOKEN, &send(&json!("1"))).await;
    assert_eq!(code(&bad), (100, Some(2_018_074)));
    rig.stop().await;
}

#[tokio::test]
async fn a_file_may_come_with_the_message() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let file = Part::bytes(b"pdf".to_vec()).file_name("f.pdf").mime_str("application/pdf").unwrap();
    let form = Form::new()
        .text("recipient", json!({"id": PSID}).to_string())
        .text("message", json!({"attachment": {"type": "file", "payload": {}}}).to_string())
        .part("filedata", file);
    let request = rig.http.post(rig.url("/me/messages")).bearer_auth(PAGE_TOKEN).multipart(form);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let view =
        rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}&from=business")).await;
    let url = view["messages"][0]["attachments"][0]["url"].as_str().unwrap();
    let shown = rig.http.get(rig.url(url)).send().await.unwrap();
    assert_eq!(shown.bytes().await.unwrap(), "pdf");
    rig.stop().await;
}

#[tokio::test]
async fn a_media_template_shows_an_upload_or_what_is_on_facebook() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let picture = rig.file(PAGE, PNG, "image/png").await;
    let body = json!({"message": {"attachment": {
        "type": "image", "payload": {"url": picture, "is_reusable": true},
    }}});
    let kept = rig.graph("/me/message_attachments", PAGE_TOKEN, &body).await.1;
    let id = kept["attachment_id"].clone();
    let send = async |element: Value| {
        let payload = json!({"template_type": "media", "elements": [element]});
        let message = json!({"attachment": {"type": "template", "payload": payload}});
        let body = json!({"recipient": {"id": PSID}, "message": message});
        rig.graph("/me/messages", PAGE_TOKEN, &body).await
    };
    let button = json!({"type": "postback", "title": "More", "payload": "MORE"});
    let with_button = json!({"media_type": "image", "attachment_id": id, "buttons": [button]});
    assert_eq!(send(with_button).await.0, 200);
    for host in ["facebook.com", "www.facebook.com", "m.facebook.com", "business.facebook.com"] {
        let url = format!("https://{host}/shop/videos/123456");
        assert_eq!(send(json!({"media_type": "video", "url": url})).await.0, 200, "{host}");
    }
    let url = "https://www.facebook.com/photo.php?fbid=1";
    for (what, wrong) in [
        ("neither", json!({"media_type": "image"})),
        ("both", json!({"media_type": "image", "attachment_id": id, "url": url})),
        ("elsewhere", json!({"media_type": "image", "url": "https://shop.example/a.png"})),
        ("alike", json!({"media_type": "image", "url": "https://facebook.com.shop.example/a"})),
        ("ending", json!({"media_type": "image", "url": "https://notfacebook.com/a"})),
        ("no URL", json!({"media_type": "image", "url": "facebook.com/photo"})),
        ("no web", json!({"media_type": "image", "url": "ftp://facebook.com/photo"})),
        ("kind", json!({"media_type": "audio", "attachment_id": id})),
        ("unknown", json!({"media_type": "image", "attachment_id": id, "title": "x"})),
    ] {
        assert_eq!(code(&send(wrong).await), (100, None), "{what}");
    }
    for unknown in [json!("123"), json!(123)] {
        let answer = send(json!({"media_type": "image", "attachment_id": unknown})).await;
        assert_eq!(code(&answer), (100, Some(2_018_074)));
    }
    rig.stop().await;
}
