//! Places, checks and previews, by example.

use serde_json::json;
use switchboard_domain::{
    Channel,
    content::{
        ButtonFill, Media, MediaKind, Parameter, Template, TemplateButton, TemplateCard,
        TemplateHeader,
    },
};

use super::*;

fn definition(components: serde_json::Value) -> Definition {
    Definition::read(json!({
        "id": "7", "name": "order_ready", "language": "en_US", "status": "APPROVED",
        "category": "UTILITY", "components": components,
    }))
    .unwrap()
}

fn full() -> Definition {
    definition(json!([
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
        {"type": "BODY", "text": "Hello {{1}}, your {{2}} waits. Bye {{1}}."},
        {"type": "FOOTER", "text": "Corner Shop"},
        {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Thanks"},
            {"type": "URL", "text": "Track", "url": "https://shop.example/t/{{1}}"},
            {"type": "URL", "text": "Shop", "url": "https://shop.example"},
            {"type": "COPY_CODE", "example": "SAVE"},
        ]},
    ]))
}

fn parameter(text: &str) -> Parameter {
    Parameter { name: None, text: text.into() }
}

fn filled() -> Template {
    let fill = |index, fill| TemplateButton { index, fill };
    Template {
        name: "order_ready".into(),
        language: "en_US".into(),
        header: Some(TemplateHeader::Text { parameter: parameter("77") }),
        body: vec![parameter("Ann"), parameter("chair")],
        buttons: vec![
            fill(1, ButtonFill::UrlSuffix { suffix: "77".into() }),
            fill(3, ButtonFill::CopyCode { code: "SAVE10".into() }),
        ],
        ..Template::default()
    }
}

fn refusal(change: impl FnOnce(&mut Template)) -> String {
    let mut message = filled();
    change(&mut message);
    full().check(Channel::WhatsApp, &message).unwrap_err().to_string()
}

#[test]
fn a_template_that_is_filled_fits_and_reads_well() {
    full().check(Channel::WhatsApp, &filled()).unwrap();
    assert_eq!(
        full().reads(&filled()),
        "Order 77\nHello Ann, your chair waits. Bye Ann.\nCorner Shop"
    );
}

#[test]
fn places_are_found() {
    let places = full().places(Channel::WhatsApp);
    assert_eq!(places.header, HeaderPlace::Text("1".into()));
    assert_eq!(places.body, ["1", "2"]);
    assert_eq!(places.buttons.iter().map(ButtonPlace::index).collect::<Vec<_>>(), [0, 1, 3]);
}

#[test]
fn what_does_not_fit_is_named() {
    insta::assert_snapshot!(
        [
            refusal(|message| message.header = None),
            refusal(|message| message.body.truncate(1)),
            refusal(|message| message.body.push(parameter("more"))),
            refusal(|message| message.body[1] = parameter("two\nlines")),
            refusal(|message| message.body[1] = parameter(" ")),
            refusal(|message| message.body[1] = parameter(&"x".repeat(1100))),
            refusal(|message| message.buttons.truncate(1)),
            refusal(|message| message.buttons[0].index = 2),
            refusal(|message| {
                message.buttons[1].fill = ButtonFill::CopyCode { code: "x".repeat(16) };
            }),
            refusal(|message| {
                message.buttons[1].fill = ButtonFill::Payload { payload: "x".into() };
            }),
        ]
        .join("\n")
    );
}

#[test]
fn a_picture_is_wanted_where_the_header_is_one() {
    let template = definition(json!([
        {"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look"}
    ]));
    let media = |kind| Media { url: Some("https://shop.example/1".into()), ..Media::of(kind) };
    let message = |kind| Template {
        header: Some(TemplateHeader::Media { media: media(kind) }),
        body: Vec::new(),
        buttons: Vec::new(),
        ..filled()
    };
    template.check(Channel::WhatsApp, &message(MediaKind::Image)).unwrap();
    let wrong = template.check(Channel::WhatsApp, &message(MediaKind::Video)).unwrap_err();
    assert_eq!(wrong.to_string(), "the header has to be a picture");
}

#[test]
fn named_places_are_filled_by_name() {
    let template = definition(json!([{"type": "BODY", "text": "Hi {{first}}, {{when}}"}]));
    let named = |name: &str, text: &str| Parameter { name: Some(name.into()), text: text.into() };
    let message = Template {
        header: None,
        body: vec![named("when", "today"), named("first", "Ann")],
        buttons: Vec::new(),
        ..filled()
    };
    template.check(Channel::WhatsApp, &message).unwrap();
    assert_eq!(template.reads(&message), "Hi Ann, today");
}

#[test]
fn only_approved_templates_are_sent() {
    let paused = Definition { status: "PAUSED".into(), ..full() };
    assert!(paused.check(Channel::WhatsApp, &filled()).unwrap_err().to_string().contains("paused"));
}

#[test]
fn a_pages_picture_is_fixed_and_its_postbacks_need_a_meaning() {
    let page = Definition::read(json!({
        "id": "9", "name": "order_ready", "language": "en", "status": "APPROVED",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}},
            {"type": "BODY", "text": "Order {{1}} is ready."},
            {"type": "BUTTONS", "buttons": [{"type": "POSTBACK", "text": "Thanks"}]},
        ],
    }))
    .unwrap();
    let places = page.places(Channel::Messenger);
    assert_eq!(places.header, HeaderPlace::Nothing);
    let body = vec![Parameter { name: None, text: "7".into() }];
    let without = Template { header: None, body, buttons: Vec::new(), ..filled() };
    let missing = page.check(Channel::Messenger, &without).unwrap_err().to_string();
    assert_eq!(missing, "button 1 is not filled in");
    let payload = ButtonFill::Payload { payload: "THANKS".into() };
    let whole = Template { buttons: vec![TemplateButton { index: 0, fill: payload }], ..without };
    page.check(Channel::Messenger, &whole).unwrap();
    assert_eq!(page.reads(&whole), "Order 7 is ready.");
}

#[test]
fn each_card_below_is_filled_and_read() {
    let card = |text: &str| {
        json!({"components": [
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": text},
            {"type": "BUTTONS", "buttons": [
                {"type": "URL", "text": "Cook it", "url": "https://shop.example/r/{{1}}"},
            ]},
        ]})
    };
    let template = definition(json!([
        {"type": "BODY", "text": "Recipes for {{1}}"},
        {"type": "CAROUSEL", "cards": [card("Soup for {{1}}"), card("Salad")]},
    ]));
    let fill = |text: &[&str]| TemplateCard {
        header: Some(TemplateHeader::Media { media: Media::of(MediaKind::Image) }),
        body: text.iter().map(|text| parameter(text)).collect(),
        buttons: vec![TemplateButton {
            index: 0,
            fill: ButtonFill::UrlSuffix { suffix: "7".into() },
        }],
    };
    let message = Template {
        body: vec![parameter("Ann")],
        cards: vec![fill(&["two"]), fill(&[])],
        ..Template::default()
    };
    template.check(Channel::WhatsApp, &message).unwrap();
    assert_eq!(template.reads(&message), "Recipes for Ann\n\u{2022} Soup for two\n\u{2022} Salad");
    let refusal = |cards| {
        let message = Template { cards, ..message.clone() };
        template.check(Channel::WhatsApp, &message).unwrap_err().to_string()
    };
    assert_eq!(refusal(vec![fill(&["two"])]), "card 2 is not filled in");
    let three = vec![fill(&["two"]), fill(&[]), fill(&[])];
    assert_eq!(refusal(three), "the template has no card 3 to fill in");
    let bare = TemplateCard { header: None, ..fill(&[]) };
    assert_eq!(refusal(vec![fill(&["two"]), bare]), "the header is not filled in");
    assert_eq!(template.places(Channel::WhatsApp).cards.len(), 2);
}

#[test]
fn an_offer_that_ends_says_when() {
    let offer = |ends: bool| {
        definition(json!([
            {"type": "BODY", "text": "Strawberries"},
            {"type": "LIMITED_TIME_OFFER",
                "limited_time_offer": {"text": "Expiring!", "has_expiration": ends}},
        ]))
    };
    let said = Template { offer_ends_at: Some(1_790_000_000_000), ..Template::default() };
    let refusal = |ends, message: &Template| {
        offer(ends).check(Channel::WhatsApp, message).unwrap_err().to_string()
    };
    offer(true).check(Channel::WhatsApp, &said).unwrap();
    offer(false).check(Channel::WhatsApp, &Template::default()).unwrap();
    assert_eq!(refusal(true, &Template::default()), "when the offer ends is not filled in");
    assert_eq!(refusal(false, &said), "the template has no end of an offer to fill in");
}
