//! What the API shows of contacts: its own types, made from the store's.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use switchboard_domain::{
    Channel, Timestamp,
    conversation::Blocked,
    ids::{AccountId, ContactId, ConversationId, PersonId, UserId},
};
use switchboard_store::{
    attributes::{Known, Overruled},
    contacts::Identity,
    inbox::Summary,
};
use utoipa::ToSchema;

use crate::api::conversations::view::Conversation;

/// The customer, as one account knows them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactView {
    #[schema(value_type = String, format = "uuid")]
    id: ContactId,
    /// As agents call them; null: as they call themselves.
    given_name: Option<String>,
    /// As they call themselves.
    name: Option<String>,
    username: Option<String>,
    phone: Option<String>,
    /// The platform's id of them: all there is while nothing else is known.
    platform_id: Option<String>,
    /// The business's number for them, since they logged in.
    customer_number: Option<String>,
    /// What the business calls them.
    customer_name: Option<String>,
    /// When they logged in.
    linked_at: Option<i64>,
    /// Contacts with the same are one person; null: nobody else is.
    #[schema(value_type = Option<String>, format = "uuid")]
    person_id: Option<PersonId>,
}

impl ContactView {
    /// Of a conversation's customer.
    pub(crate) fn new(of: &Summary) -> Self {
        Self {
            id: of.contact,
            given_name: of.contact_given_name.clone(),
            name: of.contact_name.clone(),
            username: of.contact_username.clone(),
            phone: of.contact_phone.clone(),
            platform_id: of.contact_platform_id.clone(),
            customer_number: of.customer_number.clone(),
            customer_name: of.customer_name.clone(),
            linked_at: of.linked_at.map(Timestamp::as_millis),
            person_id: of.person,
        }
    }
}

/// That a customer is blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockView {
    /// Who blocked them.
    #[schema(value_type = String, format = "uuid")]
    by: UserId,
    at: i64,
    /// Why, for colleagues.
    reason: String,
}

impl BlockView {
    pub(crate) fn new(block: Blocked) -> Self {
        Self { by: block.by, at: block.at.as_millis(), reason: block.reason }
    }
}

/// What the description shows as one.
pub(super) fn example() -> Value {
    json!({
        "id": "d7ee60fb-b2af-5c86-b178-d58696163a23", "given_name": "Mrs. Tanaka",
        "name": "Aiko Tanaka", "username": null, "phone": "15550102001",
        "platform_id": "US.915550102001", "customer_number": null, "customer_name": null,
        "linked_at": null, "person_id": null,
        "account_id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574",
        "account_name": "Corner Shop +1 555 010 0001", "channel": "whatsapp",
        "conversation_id": "e867bd60-f230-5b05-8559-59b56862e224", "blocked": null,
        "last_message_at": 1795788829120_i64
    })
}

/// A contact, as in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!(example()))]
pub(crate) struct ListedContact {
    #[serde(flatten)]
    contact: ContactView,
    #[schema(value_type = String, format = "uuid")]
    account_id: AccountId,
    account_name: String,
    /// messenger, instagram, whatsapp
    #[schema(value_type = String)]
    channel: Channel,
    /// Their conversation.
    #[schema(value_type = String, format = "uuid")]
    conversation_id: ConversationId,
    /// That they are blocked; null when they are not.
    blocked: Option<BlockView>,
    last_message_at: i64,
}

impl ListedContact {
    pub(crate) fn new(of: Summary) -> Self {
        Self {
            contact: ContactView::new(&of),
            account_id: of.account,
            account_name: of.account_name,
            channel: of.channel,
            conversation_id: of.id,
            blocked: of.blocked.map(BlockView::new),
            last_message_at: of.last_message_at.as_millis(),
        }
    }
}

/// A contact with all that is known of the person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "d7ee60fb-b2af-5c86-b178-d58696163a23", "given_name": "Mrs. Tanaka",
    "name": "Aiko Tanaka", "username": null, "phone": "15550102001",
    "platform_id": "US.915550102001", "customer_number": null, "customer_name": null,
    "linked_at": null, "person_id": null, "account_id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574",
    "account_name": "Corner Shop +1 555 010 0001", "channel": "whatsapp",
    "conversation_id": "e867bd60-f230-5b05-8559-59b56862e224", "blocked": null,
    "last_message_at": 1795788832364_i64,
    "identities": [
        {"kind": "user_id", "value": "US.915550102001"},
        {"kind": "phone", "value": "15550102001"}
    ],
    "attributes": {"plan": "gold"}, "overruled": [], "conversations": []
}))]
pub(crate) struct ContactPage {
    #[serde(flatten)]
    pub(crate) contact: ListedContact,
    /// The ids that lead to them, the surest first.
    pub(crate) identities: Vec<IdentityView>,
    /// What the business knows of the person, by name.
    pub(crate) attributes: BTreeMap<String, String>,
    /// What was noted with one of the person's contacts, and another says otherwise.
    pub(crate) overruled: Vec<OverruledView>,
    /// The person's conversations that the caller sees, the latest first; each with its contact.
    pub(crate) conversations: Vec<Conversation>,
}

/// One of the ids that a contact is known by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityView {
    /// scoped_id (PSID or IGSID), user_id (WhatsApp's), phone
    kind: &'static str,
    value: String,
}

impl IdentityView {
    pub(crate) fn new(of: Identity) -> Self {
        Self { kind: of.kind, value: of.value }
    }
}

/// What was noted with a contact, and another of the same person says otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OverruledView {
    #[schema(value_type = String, format = "uuid")]
    contact_id: ContactId,
    name: String,
    value: String,
}

impl OverruledView {
    /// All that are not so.
    pub(crate) fn all(known: &Known) -> Vec<Self> {
        let view = |Overruled { contact, name, value }: Overruled| Self {
            contact_id: contact,
            name,
            value,
        };
        known.overruled.iter().cloned().map(view).collect()
    }
}
