//! The bodies as Meta's pages have them, and the limits at their edges.

mod rich;

use serde_json::json;
use switchboard_domain::content::{Button, Media};

use super::*;

fn recipient() -> Recipient {
    Recipient { psid: Some("9".into()), phone: Some("1555".into()), user_id: Some("US.9".into()) }
}

fn built(channel: Channel, content: &Content) -> Result<Value, CannotSend> {
    let label =
        if matches!(content, Content::Template(_)) { Label::Template } else { Label::Response };
    let recipient = recipient();
    let (reply_to, persona) = (None, None);
    body(
        channel,
        &SendSpec { recipient: &recipient, content, label, marker: "M", reply_to, persona },
    )
}

fn replies(titles: impl IntoIterator<Item = String>) -> Vec<Button> {
    titles.into_iter().map(|title| Button::Reply { payload: format!("p:{title}"), title }).collect()
}

fn numbered(count: usize) -> Vec<Button> {
    replies((1..=count).map(|n| format!("Choice {n}")))
}

fn prompt(text: &str, buttons: Vec<Button>) -> Content {
    Content::Prompt { text: text.into(), buttons }
}

fn media(kind: MediaKind, caption: Option<&str>) -> Content {
    Content::Media(Media {
        url: Some("https://cdn.example/f".into()),
        caption: caption.map(str::to_owned),
        filename: Some("f.pdf".into()),
        ..Media::of(kind)
    })
}

/// How a prompt is shown, read from the body as Meta would.
fn form(channel: Channel, content: &Content) -> String {
    let body = built(channel, content).unwrap();
    let message = &body["message"];
    let form = match channel {
        Channel::WhatsApp => body["interactive"]["type"].as_str(),
        _ if message["quick_replies"].is_array() => Some("quick_replies"),
        _ => message["attachment"]["payload"]["template_type"].as_str(),
    };
    form.unwrap_or("text").to_owned()
}

#[test]
fn every_content_on_every_channel() {
    let link = Button::Link { title: "Open".into(), url: "https://a.example".into() };
    let contents = [
        Content::text("Hello"),
        media(MediaKind::Image, None),
        media(MediaKind::File, None),
        media(MediaKind::Sticker, None),
        media(MediaKind::Image, Some("look")),
        prompt("Pick", numbered(2)),
        prompt("Pick", numbered(5)),
        prompt("Pick", numbered(14)),
        prompt("Pick", vec![link.clone()]),
        prompt("Pick", [numbered(1), vec![link]].concat()),
        Content::Location {
            latitude: 52.5,
            longitude: 13.4,
            name: Some("Here".into()),
            address: None,
        },
        Content::Reaction { target: "m_1".into(), emoji: Some("\u{2764}".into()) },
        Content::Reaction { target: "m_1".into(), emoji: None },
        Content::Choice { title: "Yes".into(), payload: "Y".into() },
    ];
    for channel in Channel::ALL {
        let bodies: Vec<_> = contents
            .iter()
            .map(|content| built(channel, content).unwrap_or_else(|e| json!(e.to_string())))
            .collect();
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(format!("bodies_{channel}"), bodies);
        });
    }
}

#[test]
fn the_label_and_the_quote_are_outside_the_message() {
    let (recipient, content) = (recipient(), Content::text("x"));
    let spec = |channel| {
        let label = Label::HumanAgent;
        let (reply_to, persona) = (Some("m_0"), Some("61"));
        let spec = SendSpec {
            recipient: &recipient,
            content: &content,
            label,
            marker: "M",
            reply_to,
            persona,
        };
        body(channel, &spec).unwrap()
    };
    let page = spec(Channel::Messenger);
    assert_eq!(page["messaging_type"], "MESSAGE_TAG");
    assert_eq!(page["tag"], "HUMAN_AGENT");
    assert_eq!(page["reply_to"], json!({ "mid": "m_0" }));
    assert_eq!((&page["message"]["metadata"], &page["persona_id"]), (&json!("M"), &json!("61")));
    assert!(spec(Channel::Instagram).get("persona_id").is_none());
    let whatsapp = spec(Channel::WhatsApp);
    assert_eq!(whatsapp["context"], json!({ "message_id": "m_0" }));
    assert_eq!(whatsapp["biz_opaque_callback_data"], "M");
    assert!(whatsapp.get("tag").is_none());
}

#[test]
fn what_is_on_facebook_goes_out_in_its_own_template() {
    let film = |url: &str| {
        let film = Media { url: Some(url.into()), ..Media::of(MediaKind::Video) };
        built(Channel::Messenger, &Content::Media(film)).unwrap()["message"]["attachment"].clone()
    };
    let url = "https://www.facebook.com/cornershop/videos/1/";
    let template = film(url);
    let element = json!({ "media_type": "video", "url": url });
    assert_eq!(template["payload"], json!({ "template_type": "media", "elements": [element] }));
    assert_eq!(film("https://cdn.example/facebook.com/1.mp4")["type"], "video");
}

#[test]
fn whatsapp_sends_to_the_number_or_else_to_the_user_id() {
    let content = Content::text("x");
    let to = |recipient: &Recipient| {
        let label = Label::Response;
        let (reply_to, persona) = (None, None);
        let spec = SendSpec { recipient, content: &content, label, marker: "M", reply_to, persona };
        body(Channel::WhatsApp, &spec)
    };
    assert_eq!(to(&recipient()).unwrap()["to"], "+1555");
    let by_id = Recipient { phone: None, ..recipient() };
    assert_eq!(to(&by_id).unwrap()["recipient"], "US.9");
    assert_eq!(to(&Recipient::default()), Err(CannotSend::NoRecipient(Channel::WhatsApp)));
}

#[test]
fn texts_are_taken_up_to_the_limit_and_refused_beyond() {
    let longest =
        [(Channel::Messenger, 1_999), (Channel::Instagram, 1_000), (Channel::WhatsApp, 4_096)];
    for (channel, most) in longest {
        assert_eq!(check(channel, &Content::text("x".repeat(most))), Ok(()));
        let Err(CannotSend::TooLong(refused)) =
            check(channel, &Content::text("x".repeat(most + 1)))
        else {
            panic!("{channel} took too much");
        };
        assert_eq!((refused.limit.most, refused.length), (most, most + 1));
    }
    // Instagram counts bytes, the others characters.
    assert_eq!(check(Channel::Instagram, &Content::text("\u{e4}".repeat(500))), Ok(()));
    let refused = check(Channel::Instagram, &Content::text("\u{e4}".repeat(501))).unwrap_err();
    assert_eq!(refused.to_string(), "the text has 1002 bytes; instagram takes at most 1000");
    assert_eq!(check(Channel::WhatsApp, &Content::text("\u{1f600}".repeat(4_096))), Ok(()));
    assert_eq!(check(Channel::WhatsApp, &Content::text(" \n")), Err(CannotSend::Empty));
}

#[test]
fn too_many_buttons_degrade_step_by_step() {
    let forms = |channel, counts: [usize; 5]| {
        counts.map(|count| form(channel, &prompt("Pick", numbered(count)))).join(" ")
    };
    for channel in [Channel::Messenger, Channel::Instagram] {
        assert_eq!(
            forms(channel, [0, 3, 4, 13, 14]),
            "text button quick_replies quick_replies text"
        );
    }
    assert_eq!(forms(Channel::WhatsApp, [0, 3, 4, 10, 11]), "text button list list text");
}

#[test]
fn a_title_that_is_too_long_is_never_cut() {
    for channel in Channel::ALL {
        let fits = prompt("Pick", replies(["x".repeat(20)]));
        assert_eq!(form(channel, &fits), "button");
        let long = "y".repeat(25);
        let body = built(channel, &prompt("Pick", replies([long.clone()]))).unwrap();
        assert!(body.to_string().contains(&format!("Pick\\n\\n1. {long}")), "{body}");
    }
    let between = prompt("Pick", replies(["x".repeat(24)]));
    assert_eq!(form(Channel::WhatsApp, &between), "list");
    assert_eq!(form(Channel::Messenger, &between), "text");
}

#[test]
fn payloads_and_texts_above_have_limits_too() {
    let button =
        |payload: usize| vec![Button::Reply { title: "A".into(), payload: "x".repeat(payload) }];
    assert_eq!(form(Channel::WhatsApp, &prompt("Pick", button(256))), "button");
    assert_eq!(form(Channel::WhatsApp, &prompt("Pick", button(257))), "text");
    assert_eq!(form(Channel::Messenger, &prompt("Pick", button(1_000))), "button");
    assert_eq!(form(Channel::Messenger, &prompt("Pick", button(1_001))), "text");
    let above = |chars: usize| prompt(&"x".repeat(chars), numbered(2));
    assert_eq!(form(Channel::Messenger, &above(640)), "button");
    assert_eq!(form(Channel::Messenger, &above(641)), "quick_replies");
    assert_eq!(form(Channel::WhatsApp, &above(1_024)), "button");
    assert_eq!(form(Channel::WhatsApp, &above(1_025)), "list");
}

#[test]
fn two_buttons_alike_are_numbered() {
    let twice = prompt("Pick", replies(["A".into(), "A".into()]));
    for channel in Channel::ALL {
        assert_eq!(form(channel, &twice), "text");
    }
}

#[test]
fn a_caption_goes_only_where_media_have_one() {
    let captioned = media(MediaKind::Image, Some("look"));
    assert_eq!(check(Channel::WhatsApp, &captioned), Ok(()));
    for channel in [Channel::Messenger, Channel::Instagram] {
        assert!(matches!(check(channel, &captioned), Err(CannotSend::NoCaption { .. })));
    }
    let voice = media(MediaKind::Audio, Some("look"));
    assert!(matches!(check(Channel::WhatsApp, &voice), Err(CannotSend::NoCaption { .. })));
    let long = media(MediaKind::Image, Some(&"x".repeat(1_025)));
    assert!(matches!(check(Channel::WhatsApp, &long), Err(CannotSend::TooLong(_))));
}

#[test]
fn answers_are_read_by_their_body() {
    let read = |channel, body: Value| answer(channel, body.to_string().as_bytes());
    let taken = |id: &str| Answer::Accepted { message_id: Some(id.into()) };
    let page = json!({ "recipient_id": "9", "message_id": "m_1" });
    assert_eq!(read(Channel::Messenger, page), taken("m_1"));
    let whatsapp = json!({ "messaging_product": "whatsapp", "messages": [{ "id": "wamid.1" }] });
    assert_eq!(read(Channel::WhatsApp, whatsapp.clone()), taken("wamid.1"));
    assert_eq!(
        accepted(Channel::WhatsApp, whatsapp.to_string().as_bytes()).as_deref(),
        Some("wamid.1")
    );
    let reaction = json!({ "recipient_id": "9" });
    assert_eq!(read(Channel::Instagram, reaction), Answer::Accepted { message_id: None });
    let refused = json!({ "error": { "code": 10 }, "message_id": "m_1" });
    assert!(matches!(read(Channel::Messenger, refused), Answer::Refused(e) if e.code == 10));
    assert_eq!(read(Channel::WhatsApp, json!({ "messages": [] })), Answer::Unclear);
    assert_eq!(answer(Channel::Messenger, b"<html>"), Answer::Unclear);
}
