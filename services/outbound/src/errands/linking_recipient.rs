//! Errand `linking_recipient`: for whom a log-in was begun. Says `{"recipient": PSID}`, or
//! `{"expired": true}` when Meta does not know the token any more.

use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_store::errands::Errand;

use super::{Failure, account};
use crate::context::Context;

/// What it needs.
#[derive(Deserialize)]
pub(super) struct Input {
    /// Meta's token of the log-in, sealed for the errand.
    account_linking_token: String,
}

pub(super) async fn run(
    context: &Context,
    errand: &Errand,
    input: &Input,
) -> Result<Value, Failure> {
    let id = errand.id.to_string();
    let place = Errand::input_place(errand.workspace, &id);
    let token = context.vault.apps.open(place, &input.account_linking_token);
    let token = token.map_err(|error| Failure::new(format!("{error}.")))?;
    let access = account(context, errand).await?.access.map_err(|why| Failure::new(why.0))?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let found = context.graph.linking_recipient(&token, (&access.token, proof)).await;
    match found.map_err(|fault| Failure::graph(&fault, access.channel))? {
        Some(psid) => Ok(json!({ "recipient": psid })),
        None => Ok(json!({ "expired": true })),
    }
}
