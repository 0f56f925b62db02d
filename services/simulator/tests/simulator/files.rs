//! Files that messages name by URL: fetched as Meta does, and refused as Meta does.

use std::net::TcpListener;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::rig::{
    IG, IGSID, MP4, PAGE, PAGE_TOKEN, PDF, PHONE, PNG, PSID, Rig, WA_ID, WA_TOKEN, code,
};

const MB: usize = 1_024 * 1_024;

/// An address where connections are taken and nothing is answered.
fn silence() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/file", listener.local_addr().unwrap());
    (listener, url)
}

/// An address where nobody is.
fn nobody() -> String {
    let (listener, url) = silence();
    drop(listener);
    url
}

fn long(start: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.resize(length, 0);
    bytes
}

async fn page_send(rig: &Rig, customer: &str, kind: &str, url: &str) -> (u16, Value) {
    let attachment = json!({"type": kind, "payload": {"url": url}});
    let body = json!({"recipient": {"id": customer}, "message": {"attachment": attachment}});
    rig.graph("/me/messages", PAGE_TOKEN, &body).await
}

/// The status of a WhatsApp message with a file by link: its name, and the code of a failed one.
async fn whatsapp_send(rig: &Rig, kind: &str, link: &str) -> (Value, Value) {
    rig.forget().await;
    let body = json!({
        "messaging_product": "whatsapp", "to": WA_ID, "type": kind, (kind): {"link": link},
    });
    let answer = rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &body).await;
    assert!(answer.1["messages"][0]["id"].is_string(), "not accepted: {answer:?}");
    let status = rig.hooks(1).await[0].item()["statuses"][0].clone();
    (status["status"].clone(), status["errors"][0]["code"].clone())
}

#[tokio::test]
async fn messenger_and_instagram_take_what_they_can_fetch() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    for customer in [PSID, IGSID] {
        for (kind, bytes) in [("image", PNG), ("video", MP4), ("file", PDF)] {
            let url = rig.file(PAGE, bytes, "application/octet-stream").await;
            let answer = page_send(&rig, customer, kind, &url).await;
            assert_eq!(answer.0, 200, "{customer} {kind}: {answer:?}");
        }
    }
    rig.stop().await;
}

#[tokio::test]
async fn messenger_and_instagram_refuse_what_cannot_be_fetched() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"fetch_timeout_ms": 50, "video_fetch_timeout_ms": 50})).await;
    let (_listener, silent) = silence();
    let absent = rig.url("/_sim/media/1");
    for customer in [PSID, IGSID] {
        for (kind, url, subcode) in [
            ("image", absent.as_str(), 2_018_008),
            ("image", &nobody(), 2_018_008),
            ("image", &silent, 2_018_008),
            ("video", &absent, 2_018_008),
            ("video", &silent, 2_018_294),
        ] {
            let answer = page_send(&rig, customer, kind, url).await;
            assert_eq!(code(&answer), (100, Some(subcode)), "{customer} {kind} {url}");
        }
    }
    let body = json!({"message": {"attachment": {"type": "image", "payload": {"url": absent}}}});
    let answer = rig.graph(&format!("/{PAGE}/message_attachments"), PAGE_TOKEN, &body).await;
    assert_eq!(code(&answer), (100, Some(2_018_008)));
    assert_eq!(rig.get("/_sim/received").await["accepted"], 0);
    rig.stop().await;
}

#[tokio::test]
async fn messenger_and_instagram_look_at_size_and_content() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let most = long(PNG, 8 * MB);
    let more = long(PNG, 8 * MB + 1);
    let film = long(MP4, 25 * MB + 1);
    for (customer, kind, bytes, expected) in [
        (PSID, "image", most.as_slice(), None),
        (PSID, "image", &more, Some(2_018_109)),
        (IGSID, "image", &more, Some(2_018_109)),
        (PSID, "video", &film, Some(2_018_109)),
        (PSID, "image", b"no picture", Some(2_018_047)),
        (PSID, "image", PDF, Some(2_018_047)),
        (PSID, "audio", PNG, Some(2_018_047)),
        (IGSID, "image", b"GIF89a......", Some(2_018_047)),
        (PSID, "image", b"GIF89a......", None),
        (IGSID, "file", PNG, Some(2_018_047)),
    ] {
        let url = rig.file(PAGE, bytes, "image/png").await;
        let answer = page_send(&rig, customer, kind, &url).await;
        let found = (answer.0 != 200).then(|| code(&answer));
        let expected = expected.map(|subcode| (100, Some(subcode)));
        assert_eq!(found, expected, "{customer} {kind} of {} bytes", bytes.len());
    }
    rig.stop().await;
}

#[tokio::test]
async fn uploads_to_a_page_are_looked_at_too() {
    let rig = Rig::start().await;
    let upload = async |account: &str, kind: &str, bytes: &[u8]| {
        let file = Part::bytes(bytes.to_vec()).file_name("f").mime_str("image/png").unwrap();
        let attachment = json!({"attachment": {"type": kind, "payload": {"is_reusable": true}}});
        let form = Form::new().text("message", attachment.to_string()).part("filedata", file);
        let url = rig.url(&format!("/{account}/message_attachments"));
        let request = rig.http.post(url).bearer_auth(PAGE_TOKEN).multipart(form);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    // By upload, Messenger takes 25 MB of picture as well.
    let large = long(PNG, 9 * MB);
    assert_eq!(upload(PAGE, "image", &large).await.0, 200);
    assert_eq!(code(&upload(IG, "image", &large).await), (100, Some(2_018_109)));
    assert_eq!(code(&upload(PAGE, "image", b"words").await), (100, Some(2_018_047)));
    assert_eq!(code(&upload(PAGE, "video", PNG).await), (100, Some(2_018_047)));
    rig.stop().await;
}

#[tokio::test]
async fn what_was_fetched_is_kept() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let url = rig.file(PAGE, PNG, "image/png").await;
    let payload = json!({"url": url, "is_reusable": true});
    let body = json!({"recipient": {"id": PSID}, "message": {
        "attachment": {"type": "image", "payload": payload}}});
    let (status, sent) = rig.graph("/me/messages", PAGE_TOKEN, &body).await;
    assert_eq!(status, 200, "{sent}");
    let copy = format!("/_sim/media/{}", sent["attachment_id"].as_str().unwrap());
    let bytes = rig.http.get(rig.url(&copy)).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, PNG);
    rig.stop().await;
}

#[tokio::test]
async fn whatsapp_accepts_a_link_and_says_by_status_what_came_of_it() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"fetch_timeout_ms": 50, "auto_deliver": false})).await;
    let (_listener, silent) = silence();
    let file = async |bytes: &[u8], mime: &str| rig.file(PHONE, bytes, mime).await;
    let (sent, failed) = ((json!("sent"), Value::Null), (json!("failed"), json!(131_053)));
    for (kind, link, expected) in [
        ("image", file(PNG, "image/png").await, &sent),
        ("document", file(PDF, "application/pdf").await, &sent),
        ("document", file(b"words", "text/plain; charset=utf-8").await, &sent),
        ("document", file(b"words", "application/x-sh").await, &failed),
        ("image", file(b"words", "image/png").await, &failed),
        ("image", file(&long(PNG, 5 * MB + 1), "image/png").await, &failed),
        ("image", rig.url("/_sim/media/1"), &failed),
        ("image", nobody(), &failed),
        ("image", silent.clone(), &failed),
    ] {
        assert_eq!(&whatsapp_send(&rig, kind, &link).await, expected, "{kind} {link}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn the_header_of_a_template_is_fetched_as_well() {
    let rig = Rig::start().await;
    let components =
        json!([{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look"}]);
    let template = json!({"waba": crate::rig::WABA, "name": "look", "language": "en_US",
        "components": components});
    rig.control("/_sim/templates", template).await;
    let image = json!({"type": "image", "image": {"link": nobody()}});
    let body = json!({
        "messaging_product": "whatsapp", "to": WA_ID, "type": "template",
        "template": {"name": "look", "language": {"code": "en_US"},
            "components": [{"type": "header", "parameters": [image]}]},
    });
    assert_eq!(rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &body).await.0, 200);
    let status = rig.hooks(1).await[0].item()["statuses"][0].clone();
    assert_eq!(status["errors"][0]["code"], 131_053, "{status}");
    rig.stop().await;
}

#[tokio::test]
async fn fetching_can_be_turned_off() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"fetch_files": false})).await;
    assert_eq!(page_send(&rig, PSID, "image", &nobody()).await.0, 200);
    rig.stop().await;
}
