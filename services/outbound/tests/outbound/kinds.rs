//! Every kind of message on every channel: what the table of capabilities says is what happens at
//! Meta.

use serde_json::{Value, json};
use switchboard_contract::Body;
use switchboard_domain::{
    Channel, Content,
    content::{
        Button, ButtonFill, Card, Flow, List, Media, MediaKind, Parameter, Person, Phone,
        QuickReply, Row, Section, Template, TemplateButton,
    },
    ids::ErrandId,
};
use switchboard_meta::send::{Support, capabilities};
use switchboard_store::{errands, templates};

use crate::rig::{PAGE_TOKEN, Rig, WABA, account, node, request, workspace};

fn customer(channel: Channel) -> &'static str {
    match channel {
        Channel::Messenger => "51",
        Channel::Instagram => "61",
        Channel::WhatsApp => "15551230001",
    }
}

/// The text, sent as another content.
fn order(channel: Channel, name: &str, content: Content) -> (String, Body) {
    match request(channel, customer(channel), name) {
        (id, Body::SendRequest(mut request)) => {
            if matches!(content, Content::Template(_)) {
                request.label = "template".into();
            }
            request.content = Some(content.into());
            (id, Body::SendRequest(request))
        }
        other => other,
    }
}

fn reply(title: &str) -> Button {
    Button::Reply { title: title.into(), payload: title.to_lowercase() }
}

fn row(title: &str) -> Row {
    Row { title: title.into(), description: Some("more".into()), payload: title.into() }
}

fn template() -> Template {
    Template {
        name: "order_ready".into(),
        language: "en_US".into(),
        body: vec![Parameter { name: None, text: "Ann".into() }],
        ..Template::default()
    }
}

/// One of each kind, by its name in the table; `wrote` is the customer's message, `picture` a file that
/// Meta can fetch.
fn all(wrote: &str, picture: &str) -> Vec<(&'static str, Content)> {
    let log_in = vec![Button::LogIn { url: None }];
    let reaction = Content::Reaction { target: wrote.into(), emoji: Some("love".into()) };
    let ask = Content::LocationRequest { text: "Where are you?".into() };
    let plain = [
        ("text", Content::text("Hello")),
        ("reaction", reaction),
        ("location_request", ask),
        ("template", Content::Template(Box::new(template()))),
        ("log_in", Content::Prompt { text: "Who are you?".into(), buttons: log_in }),
    ];
    plain.into_iter().chain(choices()).chain(things(picture)).collect()
}

fn choices() -> [(&'static str, Content); 4] {
    let choice = |title: &str| QuickReply::Choice {
        title: title.into(),
        payload: title.into(),
        image_url: None,
    };
    let rows = vec![row("Red"), row("Blue")];
    let list = List {
        text: "Which?".into(),
        open: "Choose".into(),
        sections: vec![Section { title: None, rows }],
    };
    let card = Card {
        title: "Chair".into(),
        subtitle: Some("Of oak".into()),
        image_url: Some("https://shop.example/chair.png".into()),
        link: None,
        buttons: vec![reply("Buy")],
    };
    let (buttons, replies) = (vec![reply("Yes"), reply("No")], vec![choice("A"), choice("B")]);
    [
        ("prompt", Content::Prompt { text: "Yes?".into(), buttons }),
        ("quick_replies", Content::QuickReplies { text: "Which?".into(), replies }),
        ("list", Content::List(list)),
        ("cards", Content::Cards { cards: vec![card] }),
    ]
}

fn things(picture: &str) -> [(&'static str, Content); 4] {
    let media = Media { url: Some(picture.into()), ..Media::of(MediaKind::Image) };
    let flow = Flow {
        text: "Tell us".into(),
        open: "Open".into(),
        flow_id: "1".into(),
        token: Some("t".into()),
        screen: Some("FIRST".into()),
        data: Some(r#"{"name":"Ann"}"#.into()),
    };
    let person = Person {
        name: "Ann Other".into(),
        phones: vec![Phone { number: "+15550001".into(), ..Phone::default() }],
        ..Person::default()
    };
    let location = Content::Location {
        latitude: 52.5,
        longitude: 13.4,
        name: Some("Shop".into()),
        address: Some("Corner".into()),
    };
    [
        ("media", Content::Media(media)),
        ("flow", Content::Flow(flow)),
        ("contacts", Content::Contacts { people: vec![person] }),
        ("location", location),
    ]
}

async fn wrote(rig: &Rig, channel: Channel) -> String {
    rig.write_in(channel, customer(channel)).await;
    let (node, customer) = (node(channel), customer(channel));
    let path = format!("/_sim/messages?account={node}&customer={customer}&from=customer");
    let messages = rig.get(&path).await;
    let last = messages["messages"].as_array().unwrap().last().unwrap()["id"].clone();
    last.as_str().unwrap().to_owned()
}

async fn add_template(rig: &Rig) {
    for owner in [WABA, node(Channel::Messenger)] {
        let template = json!({
            "owner": owner, "name": "order_ready", "language": "en_US", "body": "Hello {{1}}",
        });
        rig.post("/_sim/templates", template).await;
    }
}

async fn every_kind_on(channel: Channel) {
    // More than WhatsApp lets through to one customer in a moment.
    let mut rig = Rig::with(|settings| {
        settings.outbound.limits.whatsapp.pair_burst = 40;
        settings.ingress.public_url = "https://desk.example".parse().unwrap();
    })
    .await;
    add_template(&rig).await;
    let target = wrote(&rig, channel).await;
    let picture = format!("{}/_sim/sample.png", rig.url());
    let every = all(&target, &picture);
    assert_eq!(capabilities(channel).count(), every.len(), "each kind is tried");
    for (kind, content) in every {
        let table = capabilities(channel).find(|known| known.kind == kind);
        let support = table.unwrap_or_else(|| panic!("{kind} is not in the table")).support;
        rig.publish(channel, vec![order(channel, kind, content.clone())]).await;
        match support {
            Support::Native | Support::Degraded => {
                rig.sent(kind).await;
            }
            Support::Never => {
                rig.failed(kind).await;
            }
        }
        let is_native = switchboard_meta::send::check(channel, &filled(content)).is_ok();
        assert_eq!(is_native, support == Support::Native, "{channel} {kind} as people write it");
    }
    rig.stop().await;
}

/// As outbound fills it in.
fn filled(mut content: Content) -> Content {
    content.fill_log_in("https://desk.example/meta/link/1");
    content
}

#[tokio::test]
async fn every_kind_on_messenger() {
    every_kind_on(Channel::Messenger).await;
}

#[tokio::test]
async fn every_kind_on_instagram() {
    every_kind_on(Channel::Instagram).await;
}

#[tokio::test]
async fn every_kind_on_whatsapp() {
    every_kind_on(Channel::WhatsApp).await;
}

fn errand(channel: Channel, name: &str, input: &str) -> (String, Body) {
    let errand = switchboard_contract::wire::Errand {
        workspace_id: workspace().to_string(),
        account_id: account(channel).to_string(),
        errand_id: ErrandId::derive(name).to_string(),
        kind: "sync_templates".into(),
        input: input.into(),
    };
    (name.to_owned(), Body::Errand(errand))
}

/// Reads the templates as outbound does each day.
async fn sync(rig: &Rig, channel: Channel, name: &str) {
    rig.publish(channel, vec![errand(channel, name, "{}")]).await;
    let id = ErrandId::derive(name);
    rig.eventually(async || {
        let read = move |db: &mut _| errands::progress(db, workspace(), id);
        let (_, progress) = rig.backend.store.read(read).await.unwrap()?;
        matches!(progress, errands::Progress::Done(_)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_template_is_checked_before_it_is_sent() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::WhatsApp, customer(Channel::WhatsApp)).await;
    add_template(&rig).await;
    sync(&rig, Channel::WhatsApp, "sync").await;
    let empty = Template { body: Vec::new(), ..template() };
    let suffix = ButtonFill::UrlSuffix { suffix: "7".into() };
    let buttons = vec![TemplateButton { index: 0, fill: suffix }];
    let too_much = Template { buttons, ..template() };
    for (name, template, why) in
        [("empty", empty, "{{1}} is not filled in"), ("too much", too_much, "no button 1")]
    {
        let content = Content::Template(Box::new(template));
        rig.publish(Channel::WhatsApp, vec![order(Channel::WhatsApp, name, content)]).await;
        let reason = rig.failed(name).await;
        assert!(reason.contains(why), "{reason}");
    }
    assert_eq!(rig.received(0).await, Vec::<Value>::new(), "nothing left");
    let content = Content::Template(Box::new(template()));
    rig.publish(Channel::WhatsApp, vec![order(Channel::WhatsApp, "good", content)]).await;
    rig.sent("good").await;
    rig.stop().await;
}

#[tokio::test]
async fn a_template_that_meta_paused_is_not_sent_again() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::WhatsApp, customer(Channel::WhatsApp)).await;
    add_template(&rig).await;
    sync(&rig, Channel::WhatsApp, "sync").await;
    rig.fault(json!({"kind": "refuse", "code": 132_015, "next": 1})).await;
    let content = || Content::Template(Box::new(template()));
    rig.publish(Channel::WhatsApp, vec![order(Channel::WhatsApp, "first", content())]).await;
    assert!(rig.failed("first").await.contains("132015"));
    rig.publish(Channel::WhatsApp, vec![order(Channel::WhatsApp, "second", content())]).await;
    assert!(rig.failed("second").await.contains("is paused"));
    assert_eq!(rig.received(1).await.len(), 1, "the second was not tried");
    let list = |db: &mut _| templates::list(db, workspace(), WABA);
    assert_eq!(rig.backend.store.read(list).await.unwrap()[0].status, "PAUSED");
    // Meta lists it as approved again.
    sync(&rig, Channel::WhatsApp, "again").await;
    rig.publish(Channel::WhatsApp, vec![order(Channel::WhatsApp, "third", content())]).await;
    rig.sent("third").await;
    rig.stop().await;
}

/// Meta is away, so that its list cannot say so: what the errand names is out of use by itself, for what
/// was taken up with it already.
#[tokio::test]
async fn a_template_that_a_late_status_names_is_out_of_use_at_once() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::WhatsApp, customer(Channel::WhatsApp)).await;
    add_template(&rig).await;
    sync(&rig, Channel::WhatsApp, "sync").await;
    rig.unplug().await;
    let named = json!({"out_of_use": {
        "name": "order_ready", "language": "en_US", "status": "DISABLED"}});
    let errand = errand(Channel::WhatsApp, "late", &named.to_string());
    let content = || Content::Template(Box::new(template()));
    let second = order(Channel::WhatsApp, "second", content());
    rig.publish(Channel::WhatsApp, vec![errand, second]).await;
    assert!(rig.failed("second").await.contains("is disabled"));
    let list = |db: &mut _| templates::list(db, workspace(), WABA);
    assert_eq!(rig.backend.store.read(list).await.unwrap()[0].status, "DISABLED");

    // Meta is back, and lists it as approved again.
    rig.plug().await;
    rig.write_in(Channel::WhatsApp, customer(Channel::WhatsApp)).await;
    add_template(&rig).await;
    sync(&rig, Channel::WhatsApp, "again").await;
    rig.publish(Channel::WhatsApp, vec![order(Channel::WhatsApp, "third", content())]).await;
    rig.sent("third").await;
    assert_eq!(rig.received(1).await.len(), 1, "the second never reached Meta");
    rig.stop().await;
}

/// Without the permission of its own for them, a Page's other messages go on.
#[tokio::test]
async fn a_page_that_may_not_send_templates_sends_all_else() {
    let mut rig = Rig::start().await;
    let channel = Channel::Messenger;
    rig.write_in(channel, customer(channel)).await;
    add_template(&rig).await;
    sync(&rig, channel, "sync").await;
    let page = node(channel);
    let list = |db: &mut _| templates::list(db, workspace(), page);
    assert_eq!(rig.backend.store.read(list).await.unwrap().len(), 1);

    rig.post(
        "/_sim/tokens",
        json!({
            "token": PAGE_TOKEN, "app_id": "1001", "kind": "PAGE", "subject": page,
            "scopes": ["pages_messaging", "pages_manage_metadata"],
        }),
    )
    .await;
    let content = Content::Template(Box::new(template()));
    rig.publish(channel, vec![order(channel, "template", content)]).await;
    let reason = rig.failed("template").await;
    assert!(reason.contains("pages_utility_messaging"), "{reason}");
    rig.publish(channel, vec![order(channel, "text", Content::text("Hello"))]).await;
    rig.sent("text").await;
    rig.stop().await;
}
