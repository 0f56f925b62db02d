//! What customers do beside writing: press, react, come back through a link, agree, order.

use switchboard_domain::{
    Content,
    content::{Context, Notice, Order, OrderItem},
};

use super::{Item, form, unsupported};
use crate::{
    inbound::{Normalised, referral},
    json::Object,
};

impl Item<'_> {
    /// Anything that a customer can do beside writing a message.
    pub(super) fn deed(self, kind: &str) -> Vec<Normalised> {
        let Some(object) = self.object.object(kind) else { return self.kept(kind) };
        match kind {
            "postback" => self.postback(&object),
            "reaction" => self.reaction(&object),
            "referral" => {
                let content = Content::Referral(Box::new(referral::read(&object)));
                vec![self.wrote(None, content, self.context())]
            }
            "optin" => self.opted_in(&object),
            "order" => vec![self.wrote(None, Content::Order(order(&object)), self.context())],
            "messaging_customer_information" => {
                let content = Content::Form(form::customer_information(&object));
                vec![self.wrote(None, content, self.context())]
            }
            "messaging_feedback" => {
                vec![self.happened(Content::Form(form::feedback(&object)), false)]
            }
            "form" => vec![self.happened(Content::Form(form::lead(&object)), false)],
            "response_feedback" => {
                let said = object.word("feedback").unwrap_or_else(|| "Feedback".to_owned());
                let notice = Notice::new(kind, format!("The customer rated an answer: {said}"));
                self.noted(notice.with("mid", object.word("mid")), false)
            }
            "template" => self.noted(Notice::new("coupon", "The customer took a coupon."), false),
            "game_play" => self.noted(Notice::new(kind, "The customer played a game."), false),
            "payment" | "checkout_update" | "pre_checkout" => {
                self.noted(Notice::new(kind, "The customer is paying (an older form)."), false)
            }
            _ => self.kept(kind),
        }
    }

    /// The agent is to see that the customer did something that we do not know.
    fn kept(self, kind: &str) -> Vec<Normalised> {
        match kind {
            "unknown" => Vec::new(),
            kind => vec![self.happened(unsupported(kind), false)],
        }
    }

    /// A postback's payload is missing in standby and when another app made the button.
    fn postback(self, postback: &Object<'_>) -> Vec<Normalised> {
        let payload = postback.text("payload").unwrap_or_default();
        let title = postback.word("title").unwrap_or_else(|| payload.clone());
        let content = Content::Choice { title, payload };
        let context = Context { referral: referral::under("referral", postback), ..self.context() };
        vec![self.wrote(postback.word("mid"), content, context)]
    }

    /// A reaction opens the window and wants no answer.
    fn reaction(self, reaction: &Object<'_>) -> Vec<Normalised> {
        let Some(target) = reaction.word("mid") else { return self.kept("reaction") };
        let taken_back = reaction.text("action").is_some_and(|action| action == "unreact");
        let emoji = reaction.word("emoji").or_else(|| reaction.word("reaction"));
        let emoji = emoji.filter(|_| !taken_back);
        vec![self.happened(Content::Reaction { target, emoji }, !taken_back)]
    }

    /// The plugins' opt-in opens the window; one to marketing messages does not, and its token is
    /// left in the event.
    fn opted_in(self, optin: &Object<'_>) -> Vec<Normalised> {
        let Some(kind) = optin.word("type") else {
            let notice = Notice::new("opt_in", "The customer came through a plugin of a web page.");
            return self.noted(notice.with("ref", optin.word("ref")), true);
        };
        let status = optin.word("notification_messages_status");
        let text = match status.as_deref() {
            Some("STOP NOTIFICATIONS") => "The customer stopped marketing messages.",
            Some("RESUME NOTIFICATIONS") => "The customer resumed marketing messages.",
            _ if kind == "one_time_notif_req" => "The customer agreed to be notified once.",
            _ => "The customer agreed to marketing messages.",
        };
        let notice = Notice::new("opt_in", text)
            .with("topic", optin.word("title"))
            .with("payload", optin.word("payload"))
            .with("token_status", optin.word("user_token_status"));
        self.noted(notice, false)
    }
}

/// "send_cart".
fn order(order: &Object<'_>) -> Order {
    let item = |product: &Object<'_>| OrderItem {
        product: product.word("retailer_id").or_else(|| product.word("id")).unwrap_or_default(),
        name: product.word("name"),
        quantity: product.word("quantity").unwrap_or_else(|| "1".to_owned()),
        price: product.word("unit_price"),
        currency: product.word("currency"),
    };
    Order {
        catalog_id: None,
        note: order.word("note"),
        items: order.objects("products").iter().map(item).collect(),
    }
}
