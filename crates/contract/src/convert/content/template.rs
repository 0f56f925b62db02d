//! WhatsApp's templates and flows on the wire.

use switchboard_domain::content::{
    ButtonFill, Flow, Parameter, Template, TemplateButton, TemplateCard, TemplateHeader,
};

use crate::{
    convert::{Invalid, all},
    wire::{
        self,
        template::{Card, FlowFill, Header, card, template_button::Fill},
    },
};

impl From<Template> for wire::Template {
    fn from(template: Template) -> Self {
        Self {
            name: template.name,
            language: template.language,
            header: template.header.map(Into::into),
            body: all(template.body),
            buttons: all(template.buttons),
            offer_ends_at: template.offer_ends_at,
            cards: all(template.cards),
            text: template.text,
        }
    }
}

impl TryFrom<wire::Template> for Template {
    type Error = Invalid;

    fn try_from(template: wire::Template) -> Result<Self, Invalid> {
        let buttons = template.buttons.into_iter().map(TryInto::try_into);
        let cards = template.cards.into_iter().map(TryInto::try_into);
        Ok(Self {
            name: template.name,
            language: template.language,
            header: template.header.map(TryInto::try_into).transpose()?,
            body: all(template.body),
            buttons: buttons.collect::<Result<_, _>>()?,
            offer_ends_at: template.offer_ends_at,
            cards: cards.collect::<Result<_, _>>()?,
            text: template.text,
        })
    }
}

impl From<TemplateCard> for Card {
    fn from(TemplateCard { header, body, buttons }: TemplateCard) -> Self {
        let header = header.map(|header| match header.into() {
            Header::HeaderText(parameter) => card::Header::HeaderText(parameter),
            Header::HeaderMedia(media) => card::Header::HeaderMedia(media),
            Header::HeaderLocation(place) => card::Header::HeaderLocation(place),
        });
        Self { header, body: all(body), buttons: all(buttons) }
    }
}

impl TryFrom<Card> for TemplateCard {
    type Error = Invalid;

    fn try_from(Card { header, body, buttons }: Card) -> Result<Self, Invalid> {
        let header = header.map(|header| match header {
            card::Header::HeaderText(parameter) => Header::HeaderText(parameter),
            card::Header::HeaderMedia(media) => Header::HeaderMedia(media),
            card::Header::HeaderLocation(place) => Header::HeaderLocation(place),
        });
        let buttons = buttons.into_iter().map(TryInto::try_into);
        Ok(Self {
            header: header.map(TryInto::try_into).transpose()?,
            body: all(body),
            buttons: buttons.collect::<Result<_, _>>()?,
        })
    }
}

impl From<TemplateHeader> for Header {
    fn from(header: TemplateHeader) -> Self {
        match header {
            TemplateHeader::Text { parameter } => Header::HeaderText(parameter.into()),
            TemplateHeader::Media { media } => Header::HeaderMedia(media.into()),
            TemplateHeader::Location { latitude, longitude, name, address } => {
                let (name, address) = (Some(name), Some(address));
                Header::HeaderLocation(wire::Location { latitude, longitude, name, address })
            }
        }
    }
}

impl TryFrom<Header> for TemplateHeader {
    type Error = Invalid;

    fn try_from(header: Header) -> Result<Self, Invalid> {
        Ok(match header {
            Header::HeaderText(parameter) => TemplateHeader::Text { parameter: parameter.into() },
            Header::HeaderMedia(media) => TemplateHeader::Media { media: media.try_into()? },
            Header::HeaderLocation(place) => TemplateHeader::Location {
                latitude: place.latitude,
                longitude: place.longitude,
                name: place.name.unwrap_or_default(),
                address: place.address.unwrap_or_default(),
            },
        })
    }
}

impl From<Parameter> for wire::template::Parameter {
    fn from(Parameter { name, text }: Parameter) -> Self {
        Self { name, text }
    }
}

impl From<wire::template::Parameter> for Parameter {
    fn from(wire::template::Parameter { name, text }: wire::template::Parameter) -> Self {
        Self { name, text }
    }
}

impl From<TemplateButton> for wire::template::TemplateButton {
    fn from(button: TemplateButton) -> Self {
        let fill = match button.fill {
            ButtonFill::Payload { payload } => Fill::Payload(payload),
            ButtonFill::UrlSuffix { suffix } => Fill::UrlSuffix(suffix),
            ButtonFill::CopyCode { code } => Fill::CopyCode(code),
            ButtonFill::Flow { token, data } => Fill::Flow(FlowFill { token, data }),
        };
        Self { index: button.index.into(), fill: Some(fill) }
    }
}

impl TryFrom<wire::template::TemplateButton> for TemplateButton {
    type Error = Invalid;

    fn try_from(button: wire::template::TemplateButton) -> Result<Self, Invalid> {
        let fill = button.fill.ok_or_else(|| Invalid::missing("content.template.button.fill"))?;
        let fill = match fill {
            Fill::Payload(payload) => ButtonFill::Payload { payload },
            Fill::UrlSuffix(suffix) => ButtonFill::UrlSuffix { suffix },
            Fill::CopyCode(code) => ButtonFill::CopyCode { code },
            Fill::Flow(FlowFill { token, data }) => ButtonFill::Flow { token, data },
        };
        let wrong = |_| Invalid::new("content.template.button.index", button.index.to_string());
        Ok(Self { index: button.index.try_into().map_err(wrong)?, fill })
    }
}

impl From<Flow> for wire::Flow {
    fn from(flow: Flow) -> Self {
        let Flow { text, open, flow_id, token, screen, data } = flow;
        Self { text, open, flow_id, token, screen, data }
    }
}

impl From<wire::Flow> for Flow {
    fn from(flow: wire::Flow) -> Self {
        let wire::Flow { text, open, flow_id, token, screen, data } = flow;
        Self { text, open, flow_id, token, screen, data }
    }
}
