//! Templates, as far as sends need them: whether one can be sent, by what Meta listed
//! last, and that Meta has taken one out of use. What is not listed here is for Meta to judge.

use switchboard_domain::{content::Template, ids::WorkspaceId};
use switchboard_meta::template::Definition;
use switchboard_store::templates;
use tracing::warn;

use crate::{account::Access, context::Context};

/// Whether the message fills the template, and the template is in use.
///
/// # Errors
/// The sentence for the agent, naming the place that does not fit.
pub(crate) async fn check(
    context: &Context,
    workspace: WorkspaceId,
    access: &Access,
    message: &Template,
) -> Result<(), String> {
    let Some(owner) = access.template_owner.clone() else { return Ok(()) };
    let (name, language) = (message.name.clone(), message.language.clone());
    let find = move |db: &mut _| templates::find(db, workspace, &owner, (&name, &language));
    let known = match context.store.read(find).await {
        Ok(Some(known)) => known,
        Ok(None) => return Ok(()),
        Err(error) => {
            warn!(%error, "cannot check a template before it is sent; Meta will");
            return Ok(());
        }
    };
    let Ok(definition) = Definition::read(known.definition) else { return Ok(()) };
    let definition = Definition { status: known.status, ..definition };
    definition
        .check(access.channel, message)
        .map_err(|why| format!("The template cannot be sent: {why}."))
}

/// Keeps in mind that Meta has taken a template out of use: no more of it is sent before Meta lists
/// it as approved again.
pub(crate) async fn take_out_of_use(
    context: &Context,
    workspace: WorkspaceId,
    access: &Access,
    (message, status): (&Template, &'static str),
) {
    let Some(owner) = access.template_owner.clone() else { return };
    warn!(template = message.name, status, "Meta has taken a template out of use");
    let (name, language) = (message.name.clone(), message.language.clone());
    let write =
        move |db: &mut _| templates::set_status(db, workspace, &owner, (&name, &language), status);
    if let Err(error) = context.store.write(write).await {
        warn!(%error, "cannot note that a template is out of use; Meta will say it again");
    }
}
