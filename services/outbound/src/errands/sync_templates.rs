//! Errand `sync_templates`: reads the templates of a number's WhatsApp business account, or of a Page.
//!
//! Whoever asks because Meta has taken one out of use names it: in the transaction that takes the
//! errand up it is out of use here, so that nothing that is taken up later goes out before Meta's list
//! says that it may.

use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{Channel, ids::WorkspaceId};
use switchboard_graph::GraphFault;
use switchboard_meta::{subscriptions, template::Definition};
use switchboard_store::{
    Db, StoreError, accounts,
    errands::Errand,
    templates::{self, Template},
};
use tracing::warn;

use super::{Failure, account};
use crate::context::Context;

pub(super) const KIND: &str = "sync_templates";

/// What it may be told.
#[derive(Default, Deserialize)]
struct Input {
    /// A template that Meta has taken out of use.
    #[serde(default)]
    out_of_use: Option<OutOfUse>,
}

#[derive(Deserialize)]
struct OutOfUse {
    name: String,
    language: String,
    /// `PAUSED` or `DISABLED`.
    status: String,
}

/// Takes the template out of use that the errand names, if it names one.
pub(super) fn take_up(db: &mut Db, errand: &Errand, input: &str) -> Result<(), StoreError> {
    // Without input there is none.
    let Input { out_of_use } = serde_json::from_str(input).unwrap_or_default();
    let (Some(named), Some(account)) = (out_of_use, errand.account) else { return Ok(()) };
    let account = accounts::by_id(db, errand.workspace, account)?;
    let Some(owner) = account.as_ref().and_then(|account| account.template_owner()) else {
        return Ok(());
    };
    warn!(template = named.name, status = named.status, "Meta has taken a template out of use");
    let which = (named.name.as_str(), named.language.as_str());
    templates::set_status(db, errand.workspace, owner, which, &named.status)
}

/// Reads them all and replaces what was known. Says how many there are.
pub(super) async fn run(context: &Context, errand: &Errand) -> Result<Value, Failure> {
    let loaded = account(context, errand).await?;
    let owner = loaded.account.template_owner().map(str::to_owned);
    let owner = owner.ok_or_else(|| Failure::new(no_owner(loaded.account.channel)))?;
    let access = loaded.access.map_err(|why| Failure::new(why.0))?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let listed = context.graph.templates(&owner, (&access.token, proof)).await;
    let listed = listed.map_err(|fault| failure(&fault, access.channel))?;
    let count = keep(context, errand.workspace, owner, listed).await?;
    Ok(json!({ "templates": count }))
}

/// A Page needs a permission for its templates that it needs for nothing else.
fn failure(fault: &GraphFault, channel: Channel) -> Failure {
    match fault {
        GraphFault::Refused(error) if channel == Channel::Messenger && error.lacks_permission() => {
            Failure::new(subscriptions::NO_UTILITY)
        }
        fault => Failure::graph(fault, channel),
    }
}

fn no_owner(channel: Channel) -> &'static str {
    match channel {
        Channel::WhatsApp => {
            "The WhatsApp business account of this number is not known here; connect the number \
             again with `switchboard account connect`."
        }
        Channel::Messenger | Channel::Instagram => "Instagram has no message templates.",
    }
}

async fn keep(
    context: &Context,
    workspace: WorkspaceId,
    owner: String,
    listed: Vec<Value>,
) -> Result<usize, Failure> {
    let synced_at = clock::now();
    let read = |definition: Value| match Definition::read(definition.clone()) {
        Ok(known) => Some(Template {
            id: known.id,
            name: known.name,
            language: known.language,
            status: known.status,
            category: known.category,
            definition,
            synced_at,
        }),
        Err(error) => {
            warn!(%error, "a template is left out");
            None
        }
    };
    let templates: Vec<Template> = listed.into_iter().filter_map(read).collect();
    let count = templates.len();
    let write = move |db: &mut _| templates::replace(db, workspace, &owner, &templates);
    context.store.write(write).await?;
    Ok(count)
}
