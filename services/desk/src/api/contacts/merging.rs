//! Contacts that are one person: said by people, suggested by the numbers that contacts share, and
//! undone without loss.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use switchboard_domain::ids::{ContactId, PersonId};
use switchboard_store::{
    inbox::{self, Filter},
    people::{self, Why},
};
use utoipa::ToSchema;

use super::{
    listing::{find, page, tell},
    view::{self, ContactPage, ListedContact},
};
use crate::{
    auth::{audit::Detail, caller::Caller},
    desk::Desk,
    fault::{self, Fault},
};

/// Suggestions that are told.
const SUGGESTIONS: i64 = 50;

/// Who else it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"other_id": "0190b1a2-0000-7000-8000-000000000000"}))]
pub(crate) struct MergeBody {
    /// The other contact.
    #[schema(value_type = String, format = "uuid")]
    other_id: ContactId,
}

/// A contact that may be the same person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"why": "phone", "contact": view::example()}))]
pub(crate) struct SuggestionView {
    /// customer_number, phone: what they share
    why: &'static str,
    contact: ListedContact,
}

/// Contacts that may be the same person: they share a customer number or a phone number. Nobody is
/// merged by itself.
#[utoipa::path(
    get, path = "/contacts/{id}/suggestions", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 200, body = Vec<SuggestionView>), (status = 401), (status = 404)),
)]
pub(crate) async fn suggestions(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
) -> Result<Json<Vec<SuggestionView>>, Fault> {
    let person = find(&desk, &caller, *id).await?.contacts;
    let (workspace, sight) = (caller.workspace(), caller.sight());
    let read = move |db: &mut _| {
        let suggested = people::suggestions(db, workspace, &person)?;
        let contacts = suggested.iter().map(|one| one.contact).collect();
        let filter = Filter { contacts: Some(contacts), ..Filter::default() };
        Ok((suggested, inbox::list(db, workspace, &sight, &filter, SUGGESTIONS)?))
    };
    let (suggested, seen) = desk.store.read(read).await?;
    let view = |one: inbox::Summary| {
        let why = suggested.iter().find(|known| known.contact == one.contact);
        let why = why.map_or(Why::Phone, |known| known.why).as_str();
        SuggestionView { why, contact: ListedContact::new(one) }
    };
    Ok(Json(seen.into_iter().map(view).collect()))
}

/// Says that two contacts are one person. Their conversations stay apart; what is known of them
/// becomes one, and where they differ this contact's wins. The answer has what is overruled, which
/// stays with its contact.
#[utoipa::path(
    post, path = "/contacts/{id}/merge", tag = "contacts",
    params(("id" = String, Path)),
    request_body = MergeBody,
    responses(
        (status = 200, body = ContactPage), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn merge(
    request: HttpRequest,
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
    body: Json<MergeBody>,
) -> Result<Json<ContactPage>, Fault> {
    let (kept, other) = (*id, body.other_id);
    find(&desk, &caller, kept).await?;
    find(&desk, &caller, other).await?;
    if kept == other {
        return Err(fault::invalid("A contact is itself already; name another.").into());
    }
    let (workspace, fresh) = (caller.workspace(), PersonId::new(caller.fresh_id()));
    let write = move |db: &mut _| people::merge(db, workspace, (kept, other), fresh);
    if !desk.store.write(write).await? {
        let many = format!("A person has {} contacts at most.", people::MOST);
        return Err(fault::invalid(many).into());
    }
    let read = move |db: &mut _| people::contacts_of(db, workspace, kept);
    tell(&desk, &caller, desk.store.read(read).await?).await?;
    let detail = json!({"other_id": other});
    request.extensions_mut().insert(Detail(detail));
    Ok(Json(page(&desk, &caller, kept).await?))
}

/// Takes a contact out of its person: it is a person by itself, with what was known of it.
#[utoipa::path(
    post, path = "/contacts/{id}/split", tag = "contacts",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn split(
    request: HttpRequest,
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ContactId>,
) -> Result<HttpResponse, Fault> {
    let person = find(&desk, &caller, *id).await?;
    let (workspace, contact) = (caller.workspace(), person.contact.contact);
    desk.store.write(move |db| people::split(db, workspace, contact)).await?;
    let left: Vec<_> = person.contacts.iter().filter(|one| **one != contact).collect();
    request.extensions_mut().insert(Detail(json!({"from": left})));
    tell(&desk, &caller, person.contacts).await?;
    Ok(HttpResponse::NoContent().finish())
}
