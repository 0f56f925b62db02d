//! Errand `unlink`: ends the link of a customer with the business at Meta.

use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_store::errands::Errand;

use super::{Failure, account};
use crate::context::Context;

/// What it needs.
#[derive(Deserialize)]
pub(super) struct Input {
    /// Whose link.
    psid: String,
}

pub(super) async fn run(
    context: &Context,
    errand: &Errand,
    input: &Input,
) -> Result<Value, Failure> {
    let access = account(context, errand).await?.access.map_err(|why| Failure::new(why.0))?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let done = context.graph.unlink_account(&input.psid, (&access.token, proof)).await;
    done.map_err(|fault| Failure::graph(&fault, access.channel))?;
    Ok(json!({ "unlinked": true }))
}
