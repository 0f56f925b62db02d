//! What hangs below a template's text: an offer that ends, and cards.

use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Content,
    content::{
        ButtonFill, Media, MediaKind, Parameter, Template, TemplateButton, TemplateCard,
        TemplateHeader,
    },
};

const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

pub(crate) fn contents() -> Vec<Content> {
    let parameter = |text: &str| Parameter { name: None, text: text.into() };
    let card = |header| TemplateCard {
        header: Some(header),
        body: vec![parameter("Ann")],
        buttons: vec![TemplateButton {
            index: 1,
            fill: ButtonFill::UrlSuffix { suffix: "o/7".into() },
        }],
    };
    let picture =
        Media { url: Some("https://cdn.example/1.jpg".into()), ..Media::of(MediaKind::Image) };
    let place = TemplateHeader::Location {
        latitude: 1.0,
        longitude: 2.0,
        name: "Shop".into(),
        address: "Street 1".into(),
    };
    let headers = [
        TemplateHeader::Text { parameter: parameter("77") },
        TemplateHeader::Media { media: picture },
        place,
    ];
    let cards = [TemplateCard::default()].into_iter().chain(headers.map(card)).collect();
    let template = Template {
        name: "fruit".into(),
        language: "en_US".into(),
        offer_ends_at: Some(1_790_000_000_000),
        cards,
        ..Template::default()
    };
    vec![Content::Template(Box::new(template))]
}

pub(crate) fn all() -> Vec<(&'static str, Body)> {
    let reply = |content: Content| {
        let reply = wire::agent_action::Reply {
            message_id: ID.into(),
            content: Some(content.into()),
            reply_to: None,
        };
        Body::AgentAction(wire::AgentAction {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            agent_id: ID.into(),
            action: Some(wire::agent_action::Action::Reply(reply)),
        })
    };
    contents().into_iter().map(|content| ("agent_reply_of_cards", reply(content))).collect()
}
