//! Contacts as a list, and one with all that is known. A contact has one conversation, so contacts
//! are seen, listed and paged through by their conversations.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path, Query},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel,
    ids::{AccountId, ContactId},
};
use switchboard_store::{
    attributes, contacts,
    inbox::{self, Cursor, Filter, Sight, Summary},
    labels, people,
};
use utoipa::{IntoParams, ToSchema};

use super::view::{self, ContactPage, IdentityView, ListedContact, OverruledView};
use crate::{
    api::{
        conversations::{listing::page_size, view::Conversation},
        cursor, named,
    },
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// Conversations of one person that are read; a person has no more contacts.
const CONVERSATIONS: i64 = 100;

/// Which contacts to list; all conditions hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactsQuery {
    /// Only those with this text in a name, user name, phone number or customer number, of theirs or
    /// of another contact of the same person.
    search: Option<String>,
    /// Only those of this account.
    #[param(value_type = Option<String>, format = "uuid")]
    account: Option<AccountId>,
    /// Only those of this channel.
    #[param(pattern = "^(messenger|instagram|whatsapp)$")]
    channel: Option<String>,
    /// Only those who are blocked, or only those who are not.
    blocked: Option<bool>,
    /// Only those of whom this is known, as NAME=VALUE, such as `shoe size=42`.
    #[param(pattern = "=")]
    attribute: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// At most 200.
    limit: Option<i64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"contacts": [view::example()], "next": null}))]
pub(crate) struct ContactList {
    contacts: Vec<ListedContact>,
    /// For the next page; null on the last.
    next: Option<String>,
}

/// What agents know better than the platform.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"given_name": "Mrs. Ada Lovelace"}))]
pub(crate) struct ChangedContact {
    /// As agents call them; null: as they call themselves, which stays known either way.
    given_name: Option<String>,
}

/// A contact that the caller sees, with whoever is the same person.
pub(crate) struct Person {
    pub(crate) contact: Summary,
    /// All their contacts, the one that wins first.
    pub(crate) contacts: Vec<ContactId>,
    /// Their conversations that the caller sees, the latest first.
    pub(crate) conversations: Vec<Summary>,
}

/// The contacts of conversations that the caller sees, the latest message first.
#[utoipa::path(
    get, path = "/contacts", tag = "contacts",
    params(ContactsQuery),
    responses((status = 200, body = ContactList), (status = 401), (status = 422)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<ContactsQuery>,
) -> Result<Json<ContactList>, Fault> {
    let query = query.into_inner();
    let limit = page_size(query.limit);
    let after = query.cursor.as_deref().map(cursor::read).transpose()?;
    let filter = Filter {
        called: query.search.filter(|search| !search.trim().is_empty()),
        account: query.account,
        channel: query.channel.as_deref().map(channel).transpose()?,
        blocked: query.blocked,
        attribute: query.attribute.as_deref().map(attribute).transpose()?,
        after: after.map(|(at, id)| Cursor { at, id }),
        ..Filter::default()
    };
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let read = move |db: &mut _| inbox::list(db, workspace, &sight, &filter, limit);
    let found = desk.store.read(read).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    let last = found.last().filter(|_| full);
    let next = last.map(|last| cursor::write(last.last_message_at, last.id));
    Ok(Json(ContactList { contacts: found.into_iter().map(ListedContact::new).collect(), next }))
}

/// One contact, with all that is known of the person.
#[utoipa::path(
    get, path = "/contacts/{id}", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 200, body = ContactPage), (status = 401), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
) -> Result<Json<ContactPage>, Fault> {
    Ok(Json(page(&desk, &caller, *id).await?))
}

/// Gives a contact the name that agents call it by. What they call themselves is kept beside it.
#[utoipa::path(
    put, path = "/contacts/{id}", tag = "contacts",
    params(("id" = String, Path)),
    request_body = ChangedContact,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)),
)]
pub(crate) async fn change(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
    body: Json<ChangedContact>,
) -> Result<HttpResponse, Fault> {
    let person = find(&desk, &caller, *id).await?;
    let name = body.into_inner().given_name.map(named).transpose()?;
    let (workspace, contact) = (caller.workspace(), person.contact.contact);
    let write = move |db: &mut _| people::call(db, workspace, contact, name.as_deref());
    desk.store.write(write).await?;
    tell(&desk, &caller, vec![contact]).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The contact, if the caller sees it.
///
/// # Errors
/// 404 if not.
pub(crate) async fn find(desk: &Desk, caller: &Caller, id: ContactId) -> Result<Person, Fault> {
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let read = move |db: &mut _| {
        let contacts = people::contacts_of(db, workspace, id)?;
        let filter = Filter { contacts: Some(contacts.clone()), ..Filter::default() };
        Ok((contacts, inbox::list(db, workspace, &sight, &filter, CONVERSATIONS)?))
    };
    let (contacts, conversations) = desk.store.read(read).await?;
    let contact = conversations.iter().find(|one| one.contact == id).cloned();
    let contact = contact.ok_or_else(|| fault::not_found("contact"))?;
    Ok(Person { contact, contacts, conversations })
}

/// A contact with all that is known of the person.
///
/// # Errors
/// 404 if the caller does not see it.
pub(crate) async fn page(
    desk: &Desk,
    caller: &Caller,
    id: ContactId,
) -> Result<ContactPage, Fault> {
    let Person { contact, contacts, conversations } = find(desk, caller, id).await?;
    let workspace = caller.workspace();
    let ids: Vec<_> = conversations.iter().map(|one| one.id).collect();
    let read = move |db: &mut _| {
        let known = attributes::of(db, workspace, &contacts)?;
        let labels = labels::of(db, workspace, &ids)?;
        Ok((contacts::by_id(db, workspace, id)?, known, labels))
    };
    let (row, known, mut labels) = desk.store.read(read).await?;
    let identities = row.map(|row| row.identities()).unwrap_or_default();
    let now = clock::now();
    let conversations = conversations.into_iter().map(|one| {
        let worn = labels.remove(&one.id).unwrap_or_default();
        Conversation::new(desk, one, now).with_labels(worn)
    });
    Ok(ContactPage {
        contact: ListedContact::new(contact),
        identities: identities.into_iter().map(IdentityView::new).collect(),
        overruled: OverruledView::all(&known),
        attributes: known.values,
        conversations: conversations.collect(),
    })
}

/// Tells the pages that something of these contacts changed, whoever sees them.
///
/// # Errors
/// When the store does not answer.
pub(crate) async fn tell(
    desk: &Desk,
    caller: &Caller,
    contacts: Vec<ContactId>,
) -> Result<(), Fault> {
    let workspace = caller.workspace();
    let filter = Filter { contacts: Some(contacts), ..Filter::default() };
    let read = move |db: &mut _| inbox::list(db, workspace, &Sight::All, &filter, CONVERSATIONS);
    for conversation in desk.store.read(read).await? {
        enqueue::conversation_changed(desk, &caller.user, &conversation).await;
    }
    Ok(())
}

fn channel(word: &str) -> Result<Channel, Fault> {
    let wrong = || fault::invalid("A channel is one of messenger, instagram and whatsapp.");
    Ok(word.parse().map_err(|_| wrong())?)
}

fn attribute(pair: &str) -> Result<(String, String), Fault> {
    let wrong = || fault::invalid("An attribute is given as NAME=VALUE.");
    let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
    Ok((name.trim().to_owned(), value.to_owned()))
}
