//! Errand `sync_templates`: reads the templates of a number's WhatsApp business account.

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::ids::WorkspaceId;
use switchboard_meta::template::Definition;
use switchboard_store::{
    errands::Errand,
    templates::{self, Template},
};
use tracing::warn;

use super::{Failure, account};
use crate::context::Context;

/// Reads them all and replaces what was known. Says how many there are.
pub(super) async fn run(context: &Context, errand: &Errand) -> Result<Value, Failure> {
    let loaded = account(context, errand).await?;
    let business_id = loaded.account.business_id.clone().ok_or_else(|| {
        Failure::new(
            "The WhatsApp business account of this number is not known here; connect the number \
             again with `switchboard account connect`.",
        )
    })?;
    let access = loaded.access.map_err(|why| Failure::new(why.0))?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let listed = context.graph.templates(&business_id, (&access.token, proof)).await;
    let listed = listed.map_err(|fault| Failure::graph(&fault, access.channel))?;
    let count = keep(context, errand.workspace, business_id, listed).await?;
    Ok(json!({ "templates": count }))
}

async fn keep(
    context: &Context,
    workspace: WorkspaceId,
    business_id: String,
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
    let write = move |db: &mut _| templates::replace(db, workspace, &business_id, &templates);
    context.store.write(write).await?;
    Ok(count)
}
