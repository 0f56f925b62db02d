//! Message templates that bots send: whether Meta has them, and what agents read.

use serde_json::Value;
use switchboard_chassis::clock;
use switchboard_domain::{Channel, content::Template, ids::ErrandId};
use switchboard_meta::template::Definition;
use switchboard_store::templates;

use super::{Door, errand, fault::Fault, guest::Guest};

/// Meta's list is read anew for a name that is not on it, once in so many seconds.
const ANEW: i64 = 60;

/// The template with the words that the customer reads. One that WhatsApp does not have is refused, as
/// there, at once.
pub(super) async fn in_words(
    door: &Door,
    guest: &Guest,
    template: Template,
) -> Result<Template, Fault> {
    let known = match listed(door, guest, &template).await? {
        None if guest.channel() == Channel::WhatsApp => {
            if !is_read_anew(door, guest, &template).await {
                return Ok(template);
            }
            let found = listed(door, guest, &template).await?;
            Some(found.ok_or_else(|| Fault::no_template(&template.name, &template.language))?)
        }
        found => found,
    };
    let definition = known.and_then(|definition| Definition::read(definition).ok());
    let text = definition.map(|definition| definition.reads(&template)).unwrap_or_default();
    Ok(Template { text, ..template })
}

async fn listed(door: &Door, guest: &Guest, named: &Template) -> Result<Option<Value>, Fault> {
    let Some(owner) = guest.account.template_owner() else { return Ok(None) };
    let (workspace, owner) = (guest.account.workspace, owner.to_owned());
    let (name, language) = (named.name.clone(), named.language.clone());
    let find = move |db: &mut _| templates::find(db, workspace, &owner, (&name, &language));
    let found = door.store.read(find).await?;
    Ok(found.map(|template| template.definition))
}

/// Has the list read. When that fails the template is left for Meta to judge.
async fn is_read_anew(door: &Door, guest: &Guest, named: &Template) -> bool {
    let moment = clock::now().as_millis().div_euclid(1_000 * ANEW);
    let (account, name) = (guest.account.id, (&named.name, &named.language));
    let id = ErrandId::derive(&format!("templates/{account}/{name:?}/{moment}"));
    errand::run(door, guest, (id, "sync_templates", &Value::Null)).await.is_ok()
}
