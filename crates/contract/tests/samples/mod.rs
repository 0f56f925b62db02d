//! One content of each kind, with every field filled in.

pub(crate) mod below;
pub(crate) mod blocks;
pub(crate) mod bots;
pub(crate) mod dispatch;
pub(crate) mod sends;
pub(crate) mod snooze;

use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Content,
    content::{
        Button, ButtonFill, Card, Field, Flow, Form, List, Media, MediaKind, Notice, Order,
        OrderItem, Parameter, Person, Phone, QuickReply, Referral, Row, Section, Share, ShareKind,
        Template, TemplateButton, TemplateHeader,
    },
};

/// Messages of the modules here, by the names of their files.
pub(crate) fn bodies(prompt: wire::Content) -> Vec<(&'static str, Body)> {
    [
        bots::all(prompt),
        bots::acts(),
        bots::news(),
        bots::trials(),
        dispatch::all(),
        blocks::all(),
        sends::all(),
        snooze::all(),
        below::all(),
    ]
    .concat()
}

/// One content of each kind.
pub(crate) fn contents() -> Vec<Content> {
    [words(), rich(), templates(), told()].concat()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn words() -> Vec<Content> {
    vec![
        Content::text("äöå 🎉"),
        Content::Choice { title: "Yes".into(), payload: "YES".into() },
        Content::Location { latitude: 1.5, longitude: -2.5, name: None, address: None },
        Content::LocationRequest { text: "Where are you?".into() },
        Content::Reaction { target: "m_1".into(), emoji: None },
        Content::Media(image()),
        Content::Unsent,
        Content::Unsupported { kind: "poll".into() },
    ]
}

fn image() -> Media {
    Media {
        url: some("https://cdn.example/1.jpg"),
        platform_id: some("77"),
        mime_type: some("image/jpeg"),
        caption: some("cat"),
        filename: some("cat.jpg"),
        ..Media::of(MediaKind::Image)
    }
}

fn rich() -> Vec<Content> {
    let buttons = vec![
        Button::Reply { title: "Yes".into(), payload: "YES".into() },
        Button::Link { title: "Shop".into(), url: "https://shop.example/".into() },
        Button::Call { title: "Call".into(), phone: "+15551230000".into() },
        Button::LogIn { url: None },
        Button::LogOut,
    ];
    let choice = QuickReply::Choice {
        title: "Red".into(),
        payload: "R".into(),
        image_url: some("https://shop.example/red.png"),
    };
    let row = Row { title: "One".into(), description: some("the first"), payload: "1".into() };
    let section = Section { title: some("Numbers"), rows: vec![row] };
    let card = Card {
        title: "Chair".into(),
        subtitle: some("of oak"),
        image_url: some("https://shop.example/chair.jpg"),
        link: some("https://shop.example/chair"),
        buttons: buttons.clone(),
    };
    vec![
        Content::Prompt { text: "Sure?".into(), buttons },
        Content::QuickReplies {
            text: "Which?".into(),
            replies: vec![choice, QuickReply::Phone, QuickReply::Email],
        },
        Content::List(List { text: "Pick".into(), open: "Open".into(), sections: vec![section] }),
        Content::Cards { cards: vec![card] },
    ]
}

fn templates() -> Vec<Content> {
    let fills = [
        ButtonFill::Payload { payload: "P".into() },
        ButtonFill::UrlSuffix { suffix: "o/7".into() },
        ButtonFill::CopyCode { code: "SAVE".into() },
        ButtonFill::Flow { token: "t".into(), data: some("{}") },
    ];
    let buttons = (0..).zip(fills).map(|(index, fill)| TemplateButton { index, fill }).collect();
    let parameter = Parameter { name: some("who"), text: "Ann".into() };
    let headers = [
        TemplateHeader::Text { parameter: parameter.clone() },
        TemplateHeader::Media { media: image() },
        TemplateHeader::Location {
            latitude: 1.0,
            longitude: 2.0,
            name: "Shop".into(),
            address: "Street 1".into(),
        },
    ];
    let template = Template {
        name: "order_ready".into(),
        language: "en_US".into(),
        body: vec![parameter],
        buttons,
        text: "Hello Ann".into(),
        ..Template::default()
    };
    let flow = Flow {
        text: "Book".into(),
        open: "Begin".into(),
        flow_id: "9".into(),
        token: some("t"),
        screen: some("FIRST"),
        data: some("{}"),
    };
    let with =
        |header| Content::Template(Box::new(Template { header: Some(header), ..template.clone() }));
    headers.into_iter().map(with).chain([Content::Flow(flow)]).collect()
}

fn told() -> Vec<Content> {
    let item = OrderItem {
        product: "sku-1".into(),
        name: some("Chair"),
        quantity: "2".into(),
        price: some("10.50"),
        currency: some("EUR"),
    };
    let person = Person {
        name: "Ann Lee".into(),
        first_name: some("Ann"),
        last_name: some("Lee"),
        organisation: some("Shop"),
        birthday: some("1990-01-02"),
        phones: vec![Phone { number: "+1 555".into(), kind: some("WORK"), wa_id: some("1555") }],
        emails: vec!["ann@shop.example".into()],
        urls: vec!["https://shop.example".into()],
        addresses: vec!["Street 1".into()],
    };
    let answers = vec![Field { name: "size".into(), value: "L".into() }];
    let share = |kind| Content::Share(Share { kind, title: some("T"), url: some("U"), id: None });
    let (catalog_id, note) = (some("5"), some("quick, please"));
    vec![
        Content::Order(Order { catalog_id, note, items: vec![item] }),
        Content::Form(Form {
            kind: "flow".into(),
            name: some("book"),
            token: some("t"),
            answers: answers.clone(),
        }),
        Content::Contacts { people: vec![person] },
        share(ShareKind::Post),
        share(ShareKind::Reel),
        share(ShareKind::StoryMention),
        share(ShareKind::Product),
        share(ShareKind::Link),
        Content::Referral(Box::new(Referral {
            source: some("ADS"),
            reference: some("spring"),
            ad_id: some("8"),
            title: some("Sale"),
            body: some("All must go"),
            url: some("https://fb.example/8"),
            image_url: some("https://cdn.example/8.jpg"),
            product_id: some("3"),
            click_id: some("c"),
        })),
        Content::Notice(Notice { kind: "opt_in".into(), text: "Agreed".into(), details: answers }),
    ]
}
