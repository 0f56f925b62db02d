//! Whether a message fills a template's places, and what the customer then reads.

use switchboard_domain::{
    Channel,
    content::{
        ButtonFill, MediaKind, Parameter, Template, TemplateButton, TemplateCard, TemplateHeader,
    },
};

use super::{
    ButtonPlace, Definition, HeaderPlace, Places,
    definition::{Parts, names},
};

/// "Body: 1024 characters", with what is filled in.
const BODY: usize = 1024;
/// "Header text: 60 characters", with what is filled in.
const HEADER: usize = 60;
/// "Coupon codes: 15 characters."
const CODE: usize = 15;
/// "URL: 2000 characters."
const URL: usize = 2000;

/// Why a message cannot be sent with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoesNotFit {
    /// It is not approved, or not any more.
    #[error("the template {name} ({language}) is {status}; only approved templates can be sent")]
    NotApproved {
        /// The template.
        name: String,
        /// Its language.
        language: String,
        /// Its state, in lower case.
        status: String,
    },
    /// Something is not filled in.
    #[error("{place} is not filled in")]
    Missing {
        /// Where.
        place: String,
    },
    /// Something is filled in where there is no place for it.
    #[error("the template has no {place} to fill in")]
    TooMuch {
        /// Where.
        place: String,
    },
    /// Something else belongs there.
    #[error("{place} has to be {wanted}")]
    Wrong {
        /// Where.
        place: String,
        /// What belongs there.
        wanted: &'static str,
    },
    /// Meta takes no more.
    #[error("{place} has {length} characters; Meta takes at most {most}")]
    TooLong {
        /// Where.
        place: String,
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
}

impl Definition {
    /// Whether the message fills every place that there is on the channel, with what belongs there
    /// and no more.
    ///
    /// # Errors
    /// [`DoesNotFit`], naming the first place that does not.
    pub fn check(&self, channel: Channel, filled: &Template) -> Result<(), DoesNotFit> {
        if !self.is_approved() {
            let (name, language) = (self.name.clone(), self.language.clone());
            let status = self.status.to_lowercase();
            return Err(DoesNotFit::NotApproved { name, language, status });
        }
        let places = self.places(channel);
        check_parts(&places, (filled.header.as_ref(), &filled.body, &filled.buttons))?;
        check_offer(places.offer_ends_at, filled)?;
        check_cards(&places.cards, &filled.cards)?;
        let body = fill_in(self.text_of("BODY"), &filled.body);
        within("the text", &body, BODY)?;
        if let Some(TemplateHeader::Text { parameter }) = &filled.header {
            let header = fill_in(self.text_of("HEADER"), std::slice::from_ref(parameter));
            within("the header", &header, HEADER)?;
        }
        Ok(())
    }

    /// What the customer reads: header, text and footer, filled in, and the text of each card.
    #[must_use]
    pub fn reads(&self, filled: &Template) -> String {
        let header = match &filled.header {
            Some(TemplateHeader::Text { parameter }) => {
                fill_in(self.text_of("HEADER"), std::slice::from_ref(parameter))
            }
            _ => self.text_of("HEADER").to_owned(),
        };
        let body = fill_in(self.text_of("BODY"), &filled.body);
        let card = |(parts, card): (Parts<'_>, &TemplateCard)| {
            format!("\u{2022} {}", fill_in(parts.text_of("BODY"), &card.body))
        };
        let cards = self.parts().cards().zip(&filled.cards).map(card);
        let lines = [header, body, self.text_of("FOOTER").to_owned()].into_iter().chain(cards);
        let lines = lines.filter(|line| !line.trim().is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What fills a template, or a card of one.
type Fill<'a> = (Option<&'a TemplateHeader>, &'a [Parameter], &'a [TemplateButton]);

fn check_parts(places: &Places, (header, body, buttons): Fill<'_>) -> Result<(), DoesNotFit> {
    check_header(&places.header, header)?;
    check_body(&places.body, body)?;
    for fill in buttons {
        check_button(places, fill)?;
    }
    places.buttons.iter().try_for_each(|place| need_button(place, buttons))
}

fn check_offer(ends: bool, filled: &Template) -> Result<(), DoesNotFit> {
    match (ends, filled.offer_ends_at) {
        (true, None) => Err(DoesNotFit::Missing { place: "when the offer ends".into() }),
        (false, Some(_)) => Err(DoesNotFit::TooMuch { place: "end of an offer".into() }),
        _ => Ok(()),
    }
}

fn check_cards(places: &[Places], cards: &[TemplateCard]) -> Result<(), DoesNotFit> {
    if cards.len() > places.len() {
        return Err(DoesNotFit::TooMuch { place: format!("card {}", places.len() + 1) });
    }
    for (number, places) in (0..).zip(places) {
        let missing = || DoesNotFit::Missing { place: format!("card {}", number + 1) };
        let card = cards.get(number).ok_or_else(missing)?;
        check_parts(places, (card.header.as_ref(), &card.body, &card.buttons))?;
    }
    Ok(())
}

fn check_header(place: &HeaderPlace, filled: Option<&TemplateHeader>) -> Result<(), DoesNotFit> {
    let wrong = |wanted| DoesNotFit::Wrong { place: "the header".into(), wanted };
    match (place, filled) {
        (HeaderPlace::Nothing, None) => Ok(()),
        (HeaderPlace::Nothing, Some(_)) => Err(DoesNotFit::TooMuch { place: "header".into() }),
        (_, None) => Err(DoesNotFit::Missing { place: "the header".into() }),
        (HeaderPlace::Text(name), Some(TemplateHeader::Text { parameter })) => {
            fits("the header's text", name, parameter)
        }
        (HeaderPlace::Text(_), _) => Err(wrong("a text")),
        (HeaderPlace::Location, Some(TemplateHeader::Location { .. })) => Ok(()),
        (HeaderPlace::Location, _) => Err(wrong("a place")),
        (HeaderPlace::Image, filled) => is_media(filled, MediaKind::Image, wrong("a picture")),
        (HeaderPlace::Video, filled) => is_media(filled, MediaKind::Video, wrong("a film")),
        (HeaderPlace::Document, filled) => is_media(filled, MediaKind::File, wrong("a document")),
    }
}

fn is_media(
    filled: Option<&TemplateHeader>,
    kind: MediaKind,
    otherwise: DoesNotFit,
) -> Result<(), DoesNotFit> {
    match filled {
        Some(TemplateHeader::Media { media }) if media.kind == kind => Ok(()),
        _ => Err(otherwise),
    }
}

fn check_body(places: &[String], filled: &[Parameter]) -> Result<(), DoesNotFit> {
    for (index, name) in places.iter().enumerate() {
        let named = filled.iter().find(|parameter| parameter.name.as_ref() == Some(name));
        let parameter = named.or_else(|| filled.get(index).filter(|other| other.name.is_none()));
        let place = || format!("the text's {{{{{name}}}}}");
        let parameter = parameter.ok_or_else(|| DoesNotFit::Missing { place: place() })?;
        fits(&place(), name, parameter)?;
    }
    if filled.len() > places.len() {
        let place = format!("{} places in its text", filled.len());
        return Err(DoesNotFit::TooMuch { place });
    }
    Ok(())
}

/// A parameter that says something, and no more than one line: Meta takes no line breaks, tabs or
/// runs of spaces in parameters (132007).
fn fits(place: &str, name: &str, parameter: &Parameter) -> Result<(), DoesNotFit> {
    if parameter.name.as_ref().is_some_and(|own| own != name) {
        return Err(DoesNotFit::Missing { place: place.to_owned() });
    }
    let text = parameter.text.as_str();
    if text.trim().is_empty() {
        return Err(DoesNotFit::Missing { place: place.to_owned() });
    }
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        let wanted = "one line without tabs or runs of spaces";
        return Err(DoesNotFit::Wrong { place: place.to_owned(), wanted });
    }
    Ok(())
}

fn check_button(places: &Places, filled: &TemplateButton) -> Result<(), DoesNotFit> {
    let name = format!("button {}", u16::from(filled.index) + 1);
    let place = places.buttons.iter().find(|place| place.index() == filled.index);
    let Some(place) = place else { return Err(DoesNotFit::TooMuch { place: name }) };
    let wrong = |wanted| Err(DoesNotFit::Wrong { place: name.clone(), wanted });
    match (place, &filled.fill) {
        (
            ButtonPlace::QuickReply { .. } | ButtonPlace::Postback { .. },
            ButtonFill::Payload { .. },
        )
        | (ButtonPlace::Flow { .. }, ButtonFill::Flow { .. }) => Ok(()),
        (ButtonPlace::UrlSuffix { .. }, ButtonFill::UrlSuffix { suffix }) => {
            within(&name, suffix, URL)
        }
        (ButtonPlace::CopyCode { .. }, ButtonFill::CopyCode { code }) => within(&name, code, CODE),
        (ButtonPlace::QuickReply { .. } | ButtonPlace::Postback { .. }, _) => wrong("a payload"),
        (ButtonPlace::Flow { .. }, _) => wrong("a flow's token"),
        (ButtonPlace::UrlSuffix { .. }, _) => wrong("the end of an address"),
        (ButtonPlace::CopyCode { .. }, _) => wrong("a code"),
    }
}

/// Addresses, codes and what postbacks mean have to be filled in; what WhatsApp's quick replies mean
/// and flow tokens may be left out.
fn need_button(place: &ButtonPlace, filled: &[TemplateButton]) -> Result<(), DoesNotFit> {
    let needed = !matches!(place, ButtonPlace::QuickReply { .. } | ButtonPlace::Flow { .. });
    if needed && !filled.iter().any(|fill| fill.index == place.index()) {
        let place = format!("button {}", u16::from(place.index()) + 1);
        return Err(DoesNotFit::Missing { place });
    }
    Ok(())
}

fn within(place: &str, text: &str, most: usize) -> Result<(), DoesNotFit> {
    let length = text.chars().count();
    if length > most {
        return Err(DoesNotFit::TooLong { place: place.to_owned(), length, most });
    }
    Ok(())
}

/// The text with its places filled in; a place that nothing is for stays as it is.
fn fill_in(text: &str, filled: &[Parameter]) -> String {
    let mut reads = text.to_owned();
    for (index, name) in names(text).into_iter().enumerate() {
        let named = filled.iter().find(|parameter| parameter.name.as_ref() == Some(&name));
        let parameter = named.or_else(|| filled.get(index).filter(|other| other.name.is_none()));
        if let Some(parameter) = parameter {
            let place = format!("{{{{{name}}}}}");
            reads = reads.replace(&place, &parameter.text);
        }
    }
    reads
}
