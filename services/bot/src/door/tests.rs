//! What bots write, in the words of the domain.

use serde_json::{Value, json};
use switchboard_domain::{
    Content,
    content::{Button, ButtonFill, Card, Media, MediaKind, QuickReply, TemplateButton},
};

use super::{call::Call, fault::Fault, messages::Act, page, whatsapp};

/// Bare keys, as a form has them.
fn call(fields: &Value) -> Call {
    let element = json!({ "method": "POST", "relative_url": "v25.0/me/messages", "body": fields });
    Call::in_batch(&element).unwrap()
}

fn whatsapp(fields: &Value) -> Result<Vec<Content>, Fault> {
    let mut fields = fields.clone();
    fields["to"] = "1555".into();
    let deed = whatsapp::read(&call(&fields))?;
    let Some(Act::Say(contents, _)) = deed.acts.into_iter().next() else { panic!("says nothing") };
    Ok(contents)
}

fn media(kind: MediaKind, url: &str) -> Content {
    Content::Media(Media { url: Some(url.into()), ..Media::of(kind) })
}

#[test]
fn a_form_and_a_batch_say_what_json_says() {
    let form = "recipient=%7B%22id%22%3A51%7D&message=%7B%22text%22%3A%22hi%22%7D&access_token=t";
    let element = json!({"method": "POST", "relative_url": "me/messages", "body": form});
    let read = Call::in_batch(&element).unwrap();
    assert_eq!((read.node.as_str(), read.edge.as_deref()), ("me", Some("messages")));
    assert!(read.token.is_some());
    let json = call(&json!({"recipient": {"id": "51"}, "message": {"text": "hi"}}));
    assert_eq!(page::read(&read).unwrap(), page::read(&json).unwrap());
}

#[test]
fn messengers_templates_are_shown() {
    let shown = |message: Value| page::contents(&message).unwrap();
    let template = |payload: Value| json!({"attachment": {"type": "template", "payload": payload}});
    let postback = json!({"type": "postback", "title": "Yes", "payload": "YES"});
    let yes = Button::Reply { title: "Yes".into(), payload: "YES".into() };
    let link = json!({"type": "web_url", "title": "Shop", "url": "https://shop.example/"});
    let shop = Button::Link { title: "Shop".into(), url: "https://shop.example/".into() };

    let button = json!({"template_type": "button", "text": "Sure?", "buttons": [postback, link]});
    let buttons = vec![yes.clone(), shop];
    assert_eq!(shown(template(button)), [Content::Prompt { text: "Sure?".into(), buttons }]);

    let element = json!({"title": "Tea", "subtitle": "Green", "buttons": [postback],
        "default_action": {"type": "web_url", "url": "https://shop.example/tea"}});
    let card = Card {
        title: "Tea".into(),
        subtitle: Some("Green".into()),
        image_url: None,
        link: Some("https://shop.example/tea".into()),
        buttons: vec![yes.clone()],
    };
    let generic = json!({"template_type": "generic", "elements": [element]});
    assert_eq!(shown(template(generic)), [Content::Cards { cards: vec![card] }]);

    let element = json!({"media_type": "video", "url": "https://shop.example/a.mp4",
        "buttons": [postback]});
    let media_template = json!({"template_type": "media", "elements": [element]});
    let [file, Content::Prompt { buttons, .. }] = &shown(template(media_template))[..] else {
        panic!("a film and its buttons")
    };
    assert_eq!(*file, media(MediaKind::Video, "https://shop.example/a.mp4"));
    assert_eq!(*buttons, [yes]);
}

#[test]
fn a_receipt_says_all_that_it_says_in_messenger() {
    let payload = json!({"template_type": "receipt", "recipient_name": "Ann", "currency": "USD",
        "order_number": "7", "payment_method": "Visa 2345", "order_url": "https://shop.example/7",
        "elements": [{"title": "Tea", "subtitle": "Green", "quantity": 2, "price": 5}],
        "address": {"street_1": "1 Way", "city": "Town", "country": "US"},
        "adjustments": [{"name": "Coupon", "amount": 1}],
        "summary": {"subtotal": 10, "shipping_cost": 4, "total_tax": 1, "total_cost": 14}});
    let message = json!({"attachment": {"type": "template", "payload": payload}});
    let expected = "Ann\n# 7\n2 × Tea (Green) 5 USD\n1 Way, Town, US\nCoupon 1 USD\n\
                    = subtotal 10 USD\n+ shipping cost 4 USD\n+ total tax 1 USD\n= 14 USD\n\
                    Visa 2345\nhttps://shop.example/7";
    assert_eq!(page::contents(&message).unwrap(), [Content::text(expected)]);
}

#[test]
fn quick_replies_hang_under_words() {
    let replies = json!([{"content_type": "text", "title": "Yes", "payload": "YES"},
        {"content_type": "user_email"}]);
    let yes = QuickReply::Choice { title: "Yes".into(), payload: "YES".into(), image_url: None };
    let expected = vec![yes, QuickReply::Email];
    let message = json!({"text": "Sure?", "quick_replies": replies});
    let asked = Content::QuickReplies { text: "Sure?".into(), replies: expected.clone() };
    assert_eq!(page::contents(&message).unwrap(), [asked]);
    let image = json!({"type": "image", "payload": {"url": "https://shop.example/a.png"}});
    let message = json!({"attachment": image, "quick_replies": replies});
    let [file, Content::QuickReplies { replies, .. }] = &page::contents(&message).unwrap()[..]
    else {
        panic!("a picture, and what to answer")
    };
    assert_eq!(*file, media(MediaKind::Image, "https://shop.example/a.png"));
    assert_eq!(*replies, expected);
}

#[test]
fn nothing_is_cut_what_cannot_be_said_is_refused() {
    let attached =
        |kind: &str, payload: Value| json!({"attachment": {"type": kind, "payload": payload}});
    for refused in [
        json!({}),
        json!({"text": "x", "attachment": {"type": "image", "payload": {"url": "https://x/"}}}),
        attached("image", json!({})),
        attached("template", json!({"template_type": "airline_checkin"})),
        attached(
            "template",
            json!({"template_type": "button", "text": "x",
            "buttons": [{"type": "game_play", "title": "Play"}]}),
        ),
        json!({"text": "x", "quick_replies": [{"content_type": "location"}]}),
    ] {
        let fault = page::contents(&refused).unwrap_err().body();
        assert_eq!(fault["error"]["code"], 100, "{refused}");
    }
    assert!(whatsapp(&json!({"type": "product", "product": {}})).is_err());
    assert!(whatsapp(&json!({"type": "text"})).is_err());
}

#[test]
fn whatsapps_interactive_messages_keep_header_and_footer() {
    let interactive = json!({"type": "button",
        "header": {"type": "image", "image": {"link": "https://shop.example/a.png"}},
        "body": {"text": "Which?"}, "footer": {"text": "Today only"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "S", "title": "Small"}}]}});
    let said = whatsapp(&json!({"type": "interactive", "interactive": interactive})).unwrap();
    let buttons = vec![Button::Reply { title: "Small".into(), payload: "S".into() }];
    let prompt = Content::Prompt { text: "Which?\n\nToday only".into(), buttons };
    assert_eq!(said, [media(MediaKind::Image, "https://shop.example/a.png"), prompt]);
}

#[test]
fn whatsapps_templates_are_filled_in() {
    let template = json!({"name": "order_ready", "language": {"code": "en_US"}, "components": [
        {"type": "body", "parameters": [{"type": "text", "text": "Ann"},
            {"type": "currency", "currency": {"fallback_value": "5 USD", "code": "USD"}}]},
        {"type": "button", "sub_type": "url", "index": "0",
            "parameters": [{"type": "text", "text": "7"}]}]});
    let said = whatsapp(&json!({"type": "template", "template": template})).unwrap();
    let [Content::Template(filled)] = &said[..] else { panic!("{said:?}") };
    let words: Vec<&str> = filled.body.iter().map(|parameter| parameter.text.as_str()).collect();
    assert_eq!((filled.name.as_str(), words), ("order_ready", vec!["Ann", "5 USD"]));
    assert_eq!(filled.buttons.len(), 1);
}

/// The templates of Meta's own sample, Jasper's Market.
#[test]
fn whatsapps_carousels_and_offers_are_filled_in() {
    let said = |components: &Value| {
        let template = json!({"name": "fruit", "language": {"code": "en_US"},
            "components": components});
        let said = whatsapp(&json!({"type": "template", "template": template})).unwrap();
        let [Content::Template(filled)] = &said[..] else { panic!("{said:?}") };
        (**filled).clone()
    };
    let card = |index: u8, link: &str| {
        json!({"card_index": index, "components": [{"type": "header", "parameters": [
            {"type": "image", "image": {"link": link}}]}]})
    };
    let cards = [card(1, "https://shop.example/b.png"), card(0, "https://shop.example/a.png")];
    let mut filled = said(&json!([{"type": "carousel", "cards": cards}]));
    let links: Vec<_> = filled.files_mut().map(|file| file.url.clone().unwrap()).collect();
    assert_eq!(links, ["https://shop.example/a.png", "https://shop.example/b.png"]);
    let offer = json!({"expiration_time_ms": 1_790_000_000_000_i64});
    let filled = said(&json!([
        {"type": "limited_time_offer", "parameters": [
            {"type": "limited_time_offer", "limited_time_offer": offer}]},
        {"type": "button", "sub_type": "copy_code", "index": 0, "parameters": [
            {"type": "coupon_code", "coupon_code": "BERRIES20"}]}]));
    assert_eq!(filled.offer_ends_at, Some(1_790_000_000_000));
    let code = ButtonFill::CopyCode { code: "BERRIES20".into() };
    assert_eq!(filled.buttons, [TemplateButton { index: 0, fill: code }]);
}

/// As Meta does: what is cut on the screen is whole in the payload.
#[test]
fn long_titles_are_cut_and_mean_all() {
    let message = json!({"text": "Which?", "quick_replies": [
        {"content_type": "text", "title": "Search by order number", "payload": "BY_NUMBER"},
        {"content_type": "text", "title": "Something else that is longer"}]});
    let said = page::contents(&message).unwrap();
    let choice = |title: &str, payload: &str| QuickReply::Choice {
        title: title.into(),
        payload: payload.into(),
        image_url: None,
    };
    let replies = vec![
        choice("Search by order numb", "BY_NUMBER"),
        choice("Something else that", "Something else that is longer"),
    ];
    assert_eq!(said, [Content::QuickReplies { text: "Which?".into(), replies }]);
}

#[test]
fn a_section_without_rows_is_left_out() {
    let row = json!({"id": "1", "title": "Apples"});
    let interactive = json!({"type": "list", "body": {"text": "Which?"}, "action": {
        "button": "Choose", "sections": [{"title": "Fresh", "rows": [row]},
            {"title": "Frozen", "rows": []}]}});
    let said = whatsapp(&json!({"type": "interactive", "interactive": interactive})).unwrap();
    let [Content::List(list)] = &said[..] else { panic!("{said:?}") };
    assert_eq!(list.sections.len(), 1);
}
