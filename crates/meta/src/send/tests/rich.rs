//! Rich content: the bodies, what people are told, and that nothing is lost where it degrades.

use proptest::prelude::*;
use switchboard_domain::content::{
    ButtonFill, Card, Flow, List, Parameter, Person, Phone, QuickReply, Row, Section, Template,
    TemplateButton, TemplateCard, TemplateHeader,
};

use super::*;

fn choice(title: &str) -> QuickReply {
    QuickReply::Choice { title: title.into(), payload: title.to_uppercase(), image_url: None }
}

fn quick(replies: Vec<QuickReply>) -> Content {
    Content::QuickReplies { text: "Which?".into(), replies }
}

fn row(title: &str, description: Option<&str>) -> Row {
    let description = description.map(str::to_owned);
    Row { title: title.into(), description, payload: title.to_uppercase() }
}

fn list(sections: Vec<(Option<&str>, Vec<Row>)>) -> Content {
    let section =
        |(title, rows): (Option<&str>, Vec<Row>)| Section { title: title.map(str::to_owned), rows };
    Content::List(List {
        text: "Pick".into(),
        open: "Open".into(),
        sections: sections.into_iter().map(section).collect(),
    })
}

fn card(title: &str, buttons: Vec<Button>) -> Card {
    Card {
        title: title.into(),
        subtitle: Some("of oak".into()),
        image_url: Some("https://cdn.example/1.jpg".into()),
        link: Some("https://shop.example/1".into()),
        buttons,
    }
}

fn log_in() -> Button {
    Button::LogIn { url: Some("https://shop.example/in".into()) }
}

fn person() -> Person {
    let phone = Phone { number: "+1 555".into(), kind: Some("WORK".into()), wa_id: None };
    Person {
        name: "Ann Lee".into(),
        organisation: Some("Shop".into()),
        phones: vec![phone],
        emails: vec!["ann@shop.example".into()],
        ..Person::default()
    }
}

fn template() -> Content {
    let parameter = |text: &str| Parameter { name: None, text: text.into() };
    Content::Template(Box::new(Template {
        name: "order_ready".into(),
        language: "en_US".into(),
        header: Some(TemplateHeader::Text { parameter: parameter("77") }),
        body: vec![parameter("Ann"), Parameter { name: Some("what".into()), text: "chair".into() }],
        buttons: vec![
            TemplateButton { index: 0, fill: ButtonFill::UrlSuffix { suffix: "77".into() } },
            TemplateButton {
                index: 1,
                fill: ButtonFill::Flow { token: "t".into(), data: Some("{\"a\":1}".into()) },
            },
        ],
        text: "Hello Ann".into(),
        ..Template::default()
    }))
}

/// A Page's: its second button, though filled in first.
fn utility_template() -> Content {
    let Content::Template(mut own) = template() else { panic!("not a template") };
    let payload = ButtonFill::Payload { payload: "THANKS".into() };
    own.buttons = vec![
        TemplateButton { index: 1, fill: ButtonFill::UrlSuffix { suffix: "77".into() } },
        TemplateButton { index: 0, fill: payload },
    ];
    Content::Template(own)
}

fn flow() -> Content {
    Content::Flow(Flow {
        text: "Book a table".into(),
        open: "Begin".into(),
        flow_id: "9".into(),
        token: Some("t".into()),
        screen: Some("FIRST".into()),
        data: Some("{\"day\":\"today\"}".into()),
    })
}

fn reply(title: &str) -> Button {
    Button::Reply { title: title.into(), payload: title.to_uppercase() }
}

#[test]
fn rich_content_on_every_channel() {
    let call = Button::Call { title: "Call".into(), phone: "+15551230000".into() };
    let contents = [
        quick(vec![choice("Red"), choice("Blue")]),
        quick(vec![choice("Red"), QuickReply::Phone, QuickReply::Email]),
        list(vec![(None, vec![row("One", None), row("Two", None)])]),
        list(vec![
            (Some("A"), vec![row("One", Some("first"))]),
            (Some("B"), vec![row("Two", None)]),
        ]),
        Content::Cards { cards: vec![card("Chair", vec![reply("Buy")])] },
        Content::Cards { cards: vec![card("Chair", vec![reply("Buy")]), card("Table", vec![])] },
        prompt("Pick", vec![call]),
        prompt("Who are you?", vec![log_in()]),
        prompt("Leave?", vec![Button::LogOut]),
        template(),
        utility_template(),
        flow(),
        Content::LocationRequest { text: "Where are you?".into() },
        Content::Contacts { people: vec![person()] },
        Content::Unsent,
    ];
    for channel in Channel::ALL {
        let bodies: Vec<_> = contents
            .iter()
            .map(|content| built(channel, content).unwrap_or_else(|e| json!(e.to_string())))
            .collect();
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(format!("rich_{channel}"), bodies);
        });
    }
}

#[test]
fn people_are_told_the_limit_that_they_exceed() {
    let long = "x".repeat(25);
    let refused = [
        (Channel::Messenger, prompt("Pick", numbered(4))),
        (Channel::WhatsApp, prompt("Pick", replies([long.clone()]))),
        (Channel::Instagram, prompt(&"x".repeat(641), numbered(1))),
        (Channel::WhatsApp, prompt("Pick", [numbered(1), vec![log_in()]].concat())),
        (
            Channel::WhatsApp,
            prompt("Pick", vec![Button::Call { title: "Call".into(), phone: "+1".into() }]),
        ),
        (Channel::Messenger, quick((0..14).map(|n| choice(&n.to_string())).collect())),
        (Channel::WhatsApp, quick(vec![QuickReply::Phone])),
        (Channel::Messenger, list(vec![(None, vec![row("One", None)])])),
        (Channel::WhatsApp, list(vec![(None, vec![row(&long, None)])])),
        (Channel::WhatsApp, list(vec![(None, vec![row("One", Some(&"x".repeat(73)))])])),
        (Channel::Messenger, Content::Cards { cards: vec![card(&"x".repeat(81), vec![])] }),
        (Channel::WhatsApp, Content::Cards { cards: vec![card("Chair", vec![])] }),
        (Channel::Instagram, prompt("Who?", vec![log_in()])),
        (Channel::Messenger, prompt("Who?", vec![Button::LogIn { url: None }])),
        (Channel::Instagram, template()),
        (Channel::Instagram, flow()),
        (Channel::Messenger, prompt("Pick", replies(["One".into(), "One".into()]))),
        (Channel::WhatsApp, prompt("Pick", replies([" ".into()]))),
        (Channel::WhatsApp, quick(vec![])),
        (Channel::WhatsApp, list(vec![])),
        (
            Channel::WhatsApp,
            list(vec![(None, vec![row("One", None)]), (None, vec![row("Two", None)])]),
        ),
        (
            Channel::Messenger,
            Content::Cards {
                cards: vec![Card {
                    subtitle: None,
                    image_url: None,
                    link: None,
                    ..card("A", vec![])
                }],
            },
        ),
    ];
    let told = refused.map(|(channel, content)| check(channel, &content).unwrap_err().to_string());
    insta::assert_snapshot!(told.join("\n"));
}

/// The table of capabilities says what is really so.
#[test]
fn capabilities_are_true() {
    let sample = |channel: Channel, kind: &str| match kind {
        "text" => Content::text("Hello"),
        "media" => media(MediaKind::Image, None),
        "prompt" => prompt("Pick", numbered(2)),
        "quick_replies" => quick(vec![choice("Red")]),
        "list" => list(vec![(None, vec![row("One", None)])]),
        "cards" => Content::Cards { cards: vec![card("Chair", vec![])] },
        "template" if channel == Channel::Messenger => utility_template(),
        "template" => template(),
        "flow" => flow(),
        "location_request" => Content::LocationRequest { text: "Where?".into() },
        "location" => {
            Content::Location { latitude: 1.0, longitude: 2.0, name: None, address: None }
        }
        "contacts" => Content::Contacts { people: vec![person()] },
        "reaction" => Content::Reaction { target: "m".into(), emoji: None },
        "log_in" => prompt("Who?", vec![log_in()]),
        other => panic!("no sample of {other}"),
    };
    for channel in Channel::ALL {
        for Capability { kind, support } in capabilities(channel) {
            let content = sample(channel, kind);
            let (people, bots) = (check(channel, &content), takes(channel, &content));
            match support {
                Support::Native => assert_eq!(people, Ok(()), "{channel} {kind}"),
                Support::Degraded => {
                    assert!(people.is_err(), "{channel} {kind}");
                    assert_eq!(bots, Ok(()), "{channel} {kind}");
                }
                Support::Never => assert!(bots.is_err(), "{channel} {kind}"),
            }
        }
    }
}

fn titles() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-z]{1,30}", 1..20)
}

proptest! {
    /// However many there are and however long, every choice is in the body.
    #[test]
    fn nothing_that_can_be_chosen_is_lost(titles in titles(), channel in 0_usize..3) {
        let channel = Channel::ALL[channel];
        let rows = titles.iter().map(|title| row(title, Some("more"))).collect();
        for content in [
            prompt("Pick", replies(titles.clone())),
            quick(titles.iter().map(|title| choice(title)).collect()),
            list(vec![(None, rows)]),
            Content::Cards { cards: titles.iter().map(|title| card(title, vec![])).collect() },
        ] {
            match built(channel, &content) {
                Ok(body) => {
                    let body = body.to_string();
                    for title in &titles {
                        prop_assert!(body.contains(title.as_str()), "{} lacks {}", body, title);
                    }
                }
                // Even in words it is too long: refused whole.
                Err(refused) => prop_assert!(matches!(refused, CannotSend::TooLong(_))),
            }
        }
    }

    /// What people may write is shown as it is: whatever would degrade is refused at the composer.
    #[test]
    fn what_people_may_write_is_shown_as_it_is(
        parts in prop::collection::vec(("[ab ]{0,2}", "[ab]{0,2}", prop::option::of("[ab]{0,1}")), 1..12),
        channel in 0_usize..3,
    ) {
        let channel = Channel::ALL[channel];
        let (mut buttons, mut quicks, mut rows, mut cards) = (vec![], vec![], vec![], vec![]);
        for (title, payload, more) in parts {
            let reply = Button::Reply { title: title.clone(), payload: payload.clone() };
            buttons.push(reply.clone());
            let (subtitle, below) = (more.clone(), if more.is_some() { vec![reply] } else { vec![] });
            let bare = Card { subtitle, image_url: None, link: None, ..card(&title, below) };
            cards.push(bare);
            let title = title.clone();
            rows.push(Row { title: title.clone(), description: more, payload: payload.clone() });
            quicks.push(QuickReply::Choice { title, payload, image_url: None });
        }
        for content in
            [prompt("Pick", buttons), quick(quicks), list(vec![(None, rows)]), Content::Cards { cards }]
        {
            if check(channel, &content).is_ok() {
                let body = built(channel, &content).unwrap();
                let is_native = body.get("interactive").is_some()
                    || body.pointer("/message/attachment").is_some()
                    || body.pointer("/message/quick_replies").is_some();
                prop_assert!(is_native, "{}", body);
            }
        }
    }
}

#[test]
fn what_hangs_below_a_template_is_filled_in() {
    let picture =
        Media { url: Some("https://shop.example/a.png".into()), ..Media::of(MediaKind::Image) };
    let header = Some(TemplateHeader::Media { media: picture });
    let own = |text: &str| Parameter { name: None, text: text.into() };
    let card = TemplateCard { header, body: vec![own("Ann")], ..TemplateCard::default() };
    let template = Template {
        name: "fruit".into(),
        language: "en_US".into(),
        offer_ends_at: Some(1_790_000_000_000),
        cards: vec![TemplateCard::default(), card],
        ..Template::default()
    };
    let sent = built(Channel::WhatsApp, &Content::Template(Box::new(template))).unwrap();
    let parameters = |part| json!([part]);
    let offer = json!({"expiration_time_ms": 1_790_000_000_000_i64});
    let image = json!({"type": "image", "image": {"link": "https://shop.example/a.png"}});
    assert_eq!(
        sent["template"]["components"],
        json!([
            {"type": "limited_time_offer", "parameters": parameters(
                json!({"type": "limited_time_offer", "limited_time_offer": offer}))},
            {"type": "carousel", "cards": [
                {"card_index": 0, "components": []},
                {"card_index": 1, "components": [
                    {"type": "header", "parameters": parameters(image)},
                    {"type": "body", "parameters": parameters(json!({"type": "text", "text": "Ann"}))},
                ]},
            ]},
        ])
    );
}
