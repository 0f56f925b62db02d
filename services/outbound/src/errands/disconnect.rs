//! Errand `disconnect`: ends an account's subscriptions at Meta. The desk marks it disconnected.

use serde_json::{Value, json};
use switchboard_store::{accounts, errands::Errand};

use super::Failure;
use crate::{context::Context, setup::disconnect};

pub(super) async fn run(context: &Context, errand: &Errand) -> Result<Value, Failure> {
    let id = errand.account.ok_or_else(|| Failure::new("The errand names no account."))?;
    let workspace = errand.workspace;
    let account = context.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    let account = account.ok_or_else(|| Failure::new("The account is not known here."))?;
    Ok(json!({ "findings": disconnect(&context.site(), account).await }))
}
